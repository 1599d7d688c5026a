package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.decide;
import static dev.writ.rules.Bundles.problems;
import static dev.writ.rules.Bundles.rule;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Effect;
import dev.writ.rules.Scene.Earlier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments in arguments and results, and how long they are from each other. It is noon in {@link Scene#NOW}. */
class MomentsTest {

    private static final String CALL = "ToolCall( tool == \"billing.refund\", $made : moment(\"note\") )";
    private static final String WITHIN_A_DAY = "Now( $now : moment, $made + 24h >= $now, $made <= $now )";

    @ParameterizedTest
    @CsvSource({
        "2025-12-31T12:00:00Z, ALLOW",
        "2025-12-31T11:59:59.999999999Z, DENY",
        "2025-12-31T12:00, ALLOW",
        "2025-12-31T13:00:00+01:00, ALLOW",
        "2025-12-31T12:59:59+01:00, DENY",
        "2026-01-01T12:00:01, DENY",
        "2025-12-31, DENY",
        "2025-12-31 12:00:00, DENY",
        "2026-01-01T24:00:00, DENY",
        "2026-01-01T11:59:60, DENY",
        "2026-02-30T11:00:00, DENY",
        "2026-01-01T11:00:00+1, DENY",
        "+12026-01-01T11:00:00Z, DENY",
        "noon, DENY"
    })
    void whatWasMadeWithinADayCanBeSaid(String made, Effect expected) {
        assertThat(decide(allow(CALL, WITHIN_A_DAY), refund("{\"note\": \"" + made + "\"}"))
                        .effect())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T07:00:00, America/New_York, ALLOW",
        "2026-01-01T07:00:01, America/New_York, DENY",
        "2026-01-01T13:00:00, Europe/Berlin, ALLOW",
        "2026-01-01T13:00:01, Europe/Berlin, DENY",
        "2026-01-01T12:00:01Z, Europe/Berlin, DENY"
    })
    void aTimeWithoutOffsetIsOneOfTheRulesZone(String made, String zone, Effect expected) {
        String drl = allow(CALL, "Now( zone == \"" + zone + "\", $now : moment, $made <= $now )");

        assertThat(decide(drl, refund("{\"note\": \"" + made + "\"}")).effect()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-29T02:30:00", "2026-10-25T02:30:00"})
    void aTimeThatClocksSkippedOrShowedTwiceIsNone(String local) {
        String drl = rule("any", "ToolCall()", "allow(\"yes\")")
                + allow(CALL, "Now( zone == \"Europe/Berlin\", $made != \"2020-01-01T00:00:00Z\" )");

        assertThat(decide(drl, refund("{\"note\": \"" + local + "\"}")).reason())
                .isEqualTo("this rule cannot be judged: $made is undefined");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "moment(\"note\") == \"2026-01-01T11:00:00Z\"",
                "moment(\"note\") == \"2026-01-01T12:00+01:00\"",
                "moment(\"note\") in (\"2026-01-01T11:00:00.000\")",
                "moment(\"note\") - 1h < \"2026-01-01T10:00:00.000000001\"",
                "moment(\"note\") + 1h + 1d - 1s == \"2026-01-02T11:59:59Z\"",
                "date(\"extra\") + 30d > \"2026-03-02\"",
                "date(\"extra\") - 1d == \"2026-01-31\""
            })
    void holds(String constraint) {
        String drl = allow("ToolCall( tool == \"billing.refund\", " + constraint + " )");

        assertThat(decide(drl, refund("{\"note\": \"2026-01-01T12:00:00+01:00\", \"extra\": \"2026-02-01\"}"))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }

    @Test
    void ofAnEarlierCallItsTimeAndThoseInItsResultCanBeCompared() {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\" )",
                "Now( zone == \"Europe/Berlin\", $now : moment, $today : date )",
                "exists Past( tool == \"crm.lookup\", at + 10m >= $now, extractedMoment(\"seen\") == at,"
                        + " extractedDate(\"due\") + 1d == $today ) over window:time(1h)");
        Earlier lookup = Earlier.of("crm.lookup", "{}").ago(Duration.ofMinutes(10));

        assertThat(decide(
                                drl,
                                refund("{}")
                                        .after(lookup.extracting(
                                                "{\"seen\": \"2026-01-01T12:50:00\", \"due\": \"2025-12-31\"}")))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(
                                drl,
                                refund("{}")
                                        .after(lookup.extracting(
                                                "{\"seen\": \"2026-01-01T11:50:00\", \"due\": \"2025-12-31\"}")))
                        .verdicts())
                .isEmpty();
    }

    /** What is remembered of a call depends on the zone, so rules of different zones share nothing. */
    @Test
    void rulesOfDifferentZonesReadOneCallDifferently() {
        String early =
                "accumulate( Past( tool == \"crm.lookup\", extractedMoment(\"seen\") < \"2026-01-01T12:00:00Z\" );"
                        + " $n%d : count(); $n%d == %d )";
        String call = "ToolCall( tool == \"billing.refund\" )";
        String drl = rule("utc", call, "allow(\"a\")", early.formatted(1, 1, 40))
                + rule("berlin", call, "allow(\"b\")", "Now( zone == \"Europe/Berlin\" )", early.formatted(2, 2, 40))
                + rule("york", call, "allow(\"c\")", "Now( zone == \"America/New_York\" )", early.formatted(3, 3, 40));
        Scene scene = refund("{}");
        for (int i = 0; i < 40; i++) {
            scene = scene.after(Earlier.of("crm.lookup", "{}").extracting("{\"seen\": \"2026-01-01T12:30:00\"}"));
        }

        assertThat(decide(drl, scene).verdicts()).extracting("rule").isEqualTo(List.of("berlin"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "moment(\"note\") > ^\"2026-01-01\" ~ a moment is written as",
                "moment(\"note\") in (^\"today\") ~ a moment is written as",
                "^moment(\"note\") > date(\"extra\") ~ compares two numbers, dates, times of the day or moments",
                "^moment(\"note\") contains date(\"extra\") ~ asks a list",
                "^number(\"amount\") + 1d > 3 ~ number(\"amount\") is a number; a duration is added to a date or a moment",
                "date(\"extra\") + ^36h > \"2026-01-01\" ~ to a date whole days are added",
                "moment(\"note\") + 4000^d > \"2026-01-01T00:00:00Z\" ~ a duration is a whole number",
                "moment(\"note\") == ^24h ~ found '24h'",
                "^moment(\"note\") - moment(\"extra\") > 3 ~ is a moment; a number is needed",
                "^moment(\"amount\") > \"2026-01-01T00:00:00Z\" ~ is of type number"
            })
    void refuses(String marked, String message) {
        String drl = allow("ToolCall( tool == \"billing.refund\", " + marked.replace("^", "") + " )");

        assertThat(problems(drl)).anySatisfy(problem -> {
            assertThat(problem.message()).contains(message);
            assertThat(problem.line()).isEqualTo(2);
        });
    }

    @Test
    void aRuleIsPrintedAsItIsUnderstood() {
        String drl = allow(CALL, "Now( $now : moment, $made + 1440m >= $now - 60s )");

        assertThat(RulePrinter.print(RuleParser.parse("rules.drl", drl, new java.util.ArrayList<>())))
                .contains("Now( $now : moment, $made + 1d >= $now - 1m )");
    }
}
