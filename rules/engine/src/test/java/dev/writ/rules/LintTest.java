package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LintTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tool == \"billing.refnd\" | E002 | did you mean billing.refund?",
                "tool == \"billing.refund\", number(\"amont\") > 1 | E003 | did you mean amount?",
                "tool == \"billing.refund\", text(\"amount\") == \"1\" | E004 | is of type number",
                "tool == \"billing.refund\", number(\"amount\") > \"1\" | E004 | compares two numbers",
                "tool == \"crm.lookup\" | E005 | outside this bundle's scope",
                "tool == \"billing.refund\", number(\"amount\") >> 1 | E001 | found '>'",
            })
    void namesWhatDoesNotCompile(String call, String id, String message) {
        assertThat(lint(Bundles.allow("ToolCall( " + call + " )"))).anySatisfy(finding -> {
            assertThat(finding.check().id()).isEqualTo(id);
            assertThat(finding.check().level()).isEqualTo(LintCheck.Level.ERROR);
            assertThat(finding.message()).contains(message);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number(\"amount\") > 50, number(\"amount\") < 50",
                "number(\"amount\") > 50, number(\"amount\") <= 50",
                "$a : number(\"amount\"), $a >= 60, 50 > $a",
                "number(\"amount\") == 5, number(\"amount\") != 5.0",
                "number(\"amount\") in (1, 2), number(\"amount\") not in (2, 1)",
                "text(\"note\") == \"a\", text(\"note\") == \"b\"",
                "text(\"note\") in (\"a\", \"b\"), text(\"note\") != \"a\", text(\"note\") != \"b\"",
                "flag(\"urgent\") == true, flag(\"urgent\") != true",
                "tool == \"billing.export\"",
                "(number(\"amount\") > 9 || text(\"note\") == \"c\") && number(\"amount\") < 9 && text(\"note\") == \"d\"",
            })
    void saysWhatNeverFires(String constraints) {
        assertThat(ids(Bundles.allow("ToolCall( tool == \"billing.refund\", " + constraints + " )")))
                .contains("W012");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number(\"amount\") >= 50, number(\"amount\") <= 50",
                "number(\"amount\") > 50 || number(\"amount\") < 50",
                // It is in doubt of a call without a flag, and so denies.
                "flag(\"urgent\") != true, flag(\"urgent\") != false",
                "text(\"note\") == \"a\", text(\"card\") == \"b\"",
                "text(\"note\") matches \"a\", text(\"note\") matches \"b\"",
                "number(\"amount\") + 1 > 5, number(\"amount\") + 1 < 5",
            })
    void claimsNothingThatItCannotTell(String constraints) {
        assertThat(ids(Bundles.allow("ToolCall( tool == \"billing.refund\", " + constraints + " )")))
                .doesNotContain("W012");
    }

    @Test
    void saysWhichRuleAnotherOneCovers() {
        assertThat(lint(refund("wide", "number(\"amount\") <= 50", "allow(\"a\")")
                        + refund("narrow", "number(\"amount\") <= 20, text(\"note\") == \"x\"", "allow(\"b\")")))
                .filteredOn(finding -> finding.check() == LintCheck.COVERED)
                .singleElement()
                .extracting(LintFinding::message)
                .asString()
                .startsWith("\"narrow\" adds nothing: whenever it speaks, \"wide\" (rules.drl:1:1) says the same");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number(\"amount\") <= 60, number(\"amount\") > 10 | allow(\"b\")",
                "number(\"amount\") <= 20 | deny(\"b\")",
                "number(\"amount\") <= 20 | escalate(\"b\").to(\"legal\").within(\"4h\")",
                "text(\"note\") == \"x\" | allow(\"b\")",
                "number(\"amount\") <= 20, text(\"note\") != \"x\" | allow(\"b\")",
            })
    void aRuleThatDecidesSomethingAloneIsNotCovered(String constraints, String opinion) {
        assertThat(ids(refund("wide", "number(\"amount\") <= 50", "allow(\"a\")")
                        + refund("other", constraints, opinion)))
                .doesNotContain("W013");
    }

    @Test
    void aRuleThatLooksAtTheClockElsewhereIsNotCovered() {
        String early = "ToolCall( tool == \"billing.refund\" ) Now( %s time < \"09:00\" )";
        assertThat(ids(Bundles.rule("berlin", early.formatted("zone == \"Europe/Berlin\","), "deny(\"a\")")
                        + Bundles.rule("utc", early.formatted(""), "deny(\"b\")")))
                .doesNotContain("W013");
    }

    @Test
    void oneOfTwoEqualRulesIsCovered() {
        assertThat(lint(refund("one", "number(\"amount\") <= 50", "allow(\"a\")")
                        + refund("two", "$a : number(\"amount\"), 50 >= $a", "allow(\"a\")")))
                .filteredOn(finding -> finding.check() == LintCheck.COVERED)
                .hasSize(1);
    }

    @Test
    void saysWhichAllowIsAlwaysDenied() {
        assertThat(ids(refund("small", "number(\"amount\") <= 50", "allow(\"a\")")
                        + refund("none", "number(\"amount\") <= 100", "deny(\"b\")")))
                .contains("W014");
    }

    @Test
    void givesACallThatTwoRulesContradictEachOtherOf() {
        assertThat(lint(refund("some", "number(\"amount\") <= 50, text(\"note\") == \"n\"", "allow(\"a\")")
                        + refund("large", "number(\"amount\") > 40", "deny(\"b\")")))
                .filteredOn(finding -> finding.check() == LintCheck.CONTRADICTION)
                .singleElement()
                .extracting(LintFinding::message)
                .asString()
                .endsWith("deny wins: billing.refund {\"amount\":50,\"note\":\"n\"}");
    }

    @Test
    void saysWhichNumbersNobodySpeaksOf() {
        String rules = refund("small", "number(\"amount\") <= 50", "allow(\"a\")")
                + refund("large", "number(\"amount\") > 60", "escalate(\"b\").to(\"finance\").within(\"4h\")");

        assertThat(lint(rules))
                .filteredOn(finding -> finding.check() == LintCheck.GAP)
                .singleElement()
                .extracting(LintFinding::message)
                .asString()
                .startsWith("no rule allows billing.refund with number(\"amount\") above 50 up to 60");
        assertThat(ids(rules + refund("middle", "number(\"amount\") > 45, number(\"amount\") <= 60", "deny(\"c\")")))
                .doesNotContain("W023");
    }

    @Test
    void thereIsNoGapBetweenNeighboursAmongWholeNumbers() {
        assertThat(ids(refund("few", "number(\"count\") <= 5", "allow(\"a\")")
                        + refund("many", "number(\"count\") >= 6", "deny(\"b\")")))
                .doesNotContain("W023");
        assertThat(ids(refund("few", "number(\"amount\") <= 5", "allow(\"a\")")
                        + refund("many", "number(\"amount\") >= 6", "deny(\"b\")")))
                .contains("W023");
    }

    @Test
    void rulesThatAskDifferentThingsOfTheHistoryDoNotOverlap() {
        assertThat(ids(refund("small", "number(\"amount\") <= 50", "allow(\"a\")")
                        + Bundles.rule(
                                "large",
                                "ToolCall( tool == \"billing.refund\", number(\"amount\") >= 50 )",
                                "escalate(\"b\").to(\"finance\").within(\"4h\")",
                                "exists Past( tool == \"mail.send\" )")))
                .doesNotContain("W024");
    }

    @Test
    void anAllowThatExcludesOriginsIsNotToldOfWhatItExcludesOrRequiresAnyway() {
        assertThat(ids(origin("not Origin( argument == \"note\", tainted == true )")))
                .contains("W018");
        assertThat(ids(origin("not Origin( argument == \"note\", source in (\"untrusted\", \"nowhere\") )")))
                .doesNotContain("W018");
        assertThat(ids(origin("not Origin( argument == \"note\" )"))).doesNotContain("W018");
        assertThat(ids(origin(
                        "Origin( argument == \"note\", source == \"user\" )",
                        "not Origin( argument == \"note\", tainted == true )")))
                .doesNotContain("W018");
    }

    private static String origin(String... patterns) {
        return Bundles.rule("x", "ToolCall( tool == \"billing.refund\" )", "allow(\"a\")", patterns);
    }

    @Test
    void saysWhichNumbersAreSpokenOfTwice() {
        assertThat(lint(refund("small", "number(\"amount\") <= 50", "allow(\"a\")")
                        + refund(
                                "large", "number(\"amount\") >= 50", "escalate(\"b\").to(\"finance\").within(\"4h\")")))
                .filteredOn(finding -> finding.check() == LintCheck.OVERLAP)
                .singleElement()
                .extracting(LintFinding::message)
                .asString()
                .startsWith(
                        "of billing.refund with number(\"amount\") 50, \"large\" says escalate and \"small\" says allow");
    }

    @Test
    void namesHabitsThatEndBadly() {
        assertThat(ids(refund("x", "text(\"note\") != \"bad\"", "allow(\"a\")")))
                .contains("W018");
        assertThat(ids(refund("x", "text(\"note\") != \"bad\"", "deny(\"a\")"))).doesNotContain("W018");
        assertThat(ids(refund("x", "number(\"amount\") > 1", "allow(\"a\")", "Past( tool == \"billing.refund\" )")))
                .contains("W017");
        assertThat(ids(refund(
                        "x",
                        "number(\"amount\") > 1",
                        "allow(\"a\")",
                        "Past( tool == \"billing.refund\" ) over window:time(1h)")))
                .doesNotContain("W017");
        assertThat(ids(Bundles.allow("ToolCall()"))).contains("W020").doesNotContain("I019");
        assertThat(ids(Bundles.allow("ToolCall( tool == \"mail.send\" )"))).contains("I019", "I029");
        assertThat(ids(refund("x", "number(\"amount\") > 1", "escalate(\"a\").to(\"legal\").within(\"5s\")")))
                .contains("W021", "I028");
        assertThat(ids(refund(
                        "x",
                        "number(\"amount\") > 1",
                        "escalate(\"a\").to(\"finance\").then(\"legal\").after(\"5s\").within(\"4h\")")))
                .contains("W021")
                .doesNotContain("I028");
        assertThat(ids(refund("x", "number(\"amount\") > 1", "deny(\"a\")")
                        + refund("X ", "number(\"amount\") > 2", "deny(\"a\")")))
                .contains("W022");
    }

    @Test
    void namesRulesWithoutACaseAndCasesThatFail() {
        String cases = """
                - name: a
                  call: { tool: billing.refund, arguments: { amount: 5 } }
                  principal: { agent: bot }
                  expect: %s
                """;
        String rule = refund("x", "number(\"amount\") > 1", "allow(\"a\")");

        assertThat(ids(rule)).contains("W016");
        assertThat(ids(rule, cases.formatted("allow"))).doesNotContain("W016", "W025");
        assertThat(ids(rule, cases.formatted("deny"))).contains("W025");
        assertThat(ids(rule, cases.formatted("dent"))).contains("E006");
    }

    @Test
    void aPackIsWithoutErrorsAndWarnings() throws IOException {
        PolicyBundle pack = PolicyBundle.read(Path.of("..", "packs", "billing-support"));

        assertThat(Lint.check(pack, ToolSet.assumedBy(pack)))
                .filteredOn(finding -> finding.check().level() != LintCheck.Level.INFO)
                .isEmpty();
    }

    private static String refund(String name, String constraints, String opinion, String... patterns) {
        return Bundles.rule(name, "ToolCall( tool == \"billing.refund\", " + constraints + " )", opinion, patterns);
    }

    private static List<LintFinding> lint(String drl) {
        return Lint.check(Bundles.ofRules(drl), ToolSet.given(TestTools.ALL));
    }

    private static List<String> ids(String drl) {
        return lint(drl).stream().map(finding -> finding.check().id()).toList();
    }

    private static List<String> ids(String drl, String cases) {
        return Lint.check(
                        Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", drl, "cases/a.yaml", cases)),
                        ToolSet.given(TestTools.ALL))
                .stream()
                .map(finding -> finding.check().id())
                .toList();
    }
}
