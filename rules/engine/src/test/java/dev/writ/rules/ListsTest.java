package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.decide;
import static dev.writ.rules.Bundles.problems;
import static dev.writ.rules.Bundles.rule;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Effect;
import dev.writ.rules.Scene.Earlier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long lists are, what their items have, and what two of them have in common. */
class ListsTest {

    private static final String ITEMS =
            "{\"items\": [{\"id\": \"a\", \"n\": 1}, {\"id\": \"b\", \"n\": 1.0}], \"extra\": [\"b\", \"a\", \"b\"]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size(\"items\") == 2",
                "size(\"items[*].id\") in (1, 2)",
                "size(\"extra\") - size(\"items\") == 1",
                "list(\"items[*].id\") contains \"a\"",
                "list(\"items[*].id\") contains list(\"extra\")",
                "list(\"extra\") memberOf list(\"items[*].id\")",
                "list(\"items[*].n\") contains 1",
                "list(\"items[*]\") contains list(\"items\")",
                "common(list(\"extra\"), list(\"items[*].id\")) == 3",
                "common(list(\"items[*].n\"), list(\"extra\")) == 0"
            })
    void holds(String constraint) {
        assertThat(decide(allow("ToolCall( tool == \"billing.refund\", " + constraint + " )"), refund(ITEMS))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size(\"items\") > 2",
                "list(\"extra\") contains list(\"items\")",
                "list(\"items[*].id\") not contains list(\"extra\")",
                "list(\"extra\") not memberOf list(\"items[*].id\")",
                "common(list(\"extra\"), list(\"items[*].id\")) > 3"
            })
    void doesNotHold(String constraint) {
        assertThat(decide(allow("ToolCall( tool == \"billing.refund\", " + constraint + " )"), refund(ITEMS))
                        .verdicts())
                .isEmpty();
    }

    @Test
    void theEmptyListIsInEveryOther() {
        String drl = allow("ToolCall( tool == \"billing.refund\", list(\"items\") contains list(\"extra\") )");

        assertThat(decide(drl, refund("{\"items\": [], \"extra\": []}")).effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, refund("{\"items\": [], \"extra\": [1]}")).effect())
                .isEqualTo(Effect.DENY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"items\": 3}", "{\"items\": [{\"id\": 1}, {}]}", "{\"items\": [{\"id\": 1}, 2]}"})
    void whatOneItemLacksIsUndefined(String arguments) {
        String any = rule("any", "ToolCall()", "allow(\"yes\")");
        String call = "ToolCall( tool == \"billing.refund\", size(\"items[*].id\") %s 7 )";

        assertThat(decide(any + allow(call.formatted("!=")), refund(arguments)).reason())
                .isEqualTo("this rule cannot be judged: size(\"items[*].id\") is undefined");
        assertThat(decide(allow(call.formatted("<")), refund(arguments)).verdicts())
                .isEmpty();
    }

    @Test
    void itemsOfAResultAreReadLikeThoseOfArguments() {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\", $wanted : list(\"items\") )",
                "exists Past( tool == \"crm.lookup\", extractedSize(\"found\") == 2,"
                        + " extractedList(\"found[*].id\") contains $wanted )");
        Scene scene = refund("{\"items\": [\"b\"]}");

        assertThat(decide(
                                drl,
                                scene.after(Earlier.of("crm.lookup", "{}")
                                        .extracting("{\"found\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}")))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(
                                drl,
                                scene.after(Earlier.of("crm.lookup", "{}")
                                        .extracting("{\"found\": [{\"id\": \"a\"}, {\"id\": \"c\"}]}")))
                        .verdicts())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "text(\"items[*].id\") == \"a\" ~ a path through the items of a list leads to a list",
                "size(\"note\") == 1 ~ is of type null or string",
                "list(\"note[*].id\") contains 1 ~ has no argument",
                "list(\"[*]\") contains 1 ~ takes a path",
                "common(text(\"note\"), list(\"items\")) > 1 ~ is a text; a list is needed",
                "common(list(\"items\")) > 1 ~ and the second list is expected",
                "list(\"items\") == list(\"items\") ~ compares two values of one type",
                "size(\"items\") contains list(\"items\") ~ asks a list for an item or for all of another list"
            })
    void refuses(String constraint, String message) {
        assertThat(problems(allow("ToolCall( tool == \"billing.refund\", " + constraint + " )")))
                .anySatisfy(problem -> assertThat(problem.message()).contains(message));
    }

    @Test
    void itemsHaveNoOriginOfTheirOwn() {
        assertThat(problems(allow(
                        "ToolCall( tool == \"billing.refund\" )",
                        "Origin( argument == \"items[*].id\", source == \"user\" )")))
                .anySatisfy(problem -> assertThat(problem.message()).contains("name the list"));
    }
}
