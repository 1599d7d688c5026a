package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.decide;
import static dev.writ.rules.Bundles.rule;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.ToolName;
import dev.writ.rules.Scene.Earlier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The law that {@link Truth} writes down. */
class ThreeValuedLogicTest {

    private static final String REFUND = "ToolCall( tool == \"billing.refund\" )";
    private static final String REFUND_OF_PAYMENT = "ToolCall( tool == \"billing.refund\", $p : text(\"payment\") )";
    private static final String ALLOW_ALL = rule("anything", REFUND, "allow(\"all\")");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number(\"amount\") < 50",
                "number(\"amount\") == 1",
                "text(\"note\") contains \"x\"",
                "text(\"note\") matches \".*\"",
                "text(\"note\") in (\"x\")",
                "text(\"note\") memberOf list(\"items\")",
                "list(\"items\") contains 1",
                "flag(\"urgent\") == false",
                "number(\"amount\") + 1 < 50"
            })
    void doesNotFireOnAPositiveComparisonWithWhatIsNotThere(String constraint) {
        Decision decision = decide(allow("ToolCall( tool == \"billing.refund\", " + constraint + " )"), refund("{}"));

        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.verdicts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number(\"amount\") != 50",
                "text(\"note\") not contains \"x\"",
                "text(\"note\") not matches \"x\"",
                "text(\"note\") not in (\"x\")",
                "text(\"note\") not memberOf list(\"items\")",
                "list(\"items\") not contains 1",
                "flag(\"urgent\") != false"
            })
    void deniesOnANegativeComparisonWithWhatIsNotThere(String constraint) {
        Decision decision =
                decide(ALLOW_ALL + allow("ToolCall( tool == \"billing.refund\", " + constraint + " )"), refund("{}"));

        assertDoubt(decision, "allowed");
    }

    @Test
    void treatsAValueOfAnotherTypeAsAbsent() {
        String drl = allow("ToolCall( tool == \"billing.refund\", number(\"extra\") < 50 )");

        assertThat(decide(drl, refund("{\"extra\": 20}")).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, refund("{\"extra\": \"20\"}")).verdicts()).isEmpty();
        assertThat(decide(drl, refund("{\"extra\": null}")).verdicts()).isEmpty();
    }

    @Test
    void doubtThatTheAnswerDoesNotDependOnDoesNotMatter() {
        String drl = ALLOW_ALL
                + allow("ToolCall( tool == \"billing.refund\", text(\"note\") != \"x\", number(\"amount\") > 50 )")
                + rule(
                        "either",
                        "ToolCall( tool == \"billing.refund\", text(\"note\") != \"x\" || number(\"amount\") == 1 )",
                        "allow(\"either\")");

        Decision decision = decide(drl, refund("{\"amount\": 1}"));

        assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
        assertThat(decision.verdicts()).extracting("rule").containsExactly("anything", "either");
    }

    @Test
    void namesTheDoubtThatTheAnswerDependsOn() {
        String drl = allow(
                REFUND,
                "Past( tool == \"billing.refund\", text(\"payment\") != \"b\", text(\"note\") != \"x\","
                        + " $a : number(\"amount\") )",
                "Past( tool == \"billing.refund\", number(\"amount\") > $a )");

        Decision decision = decide(
                drl,
                refund("{}")
                        .after(Earlier.of("billing.refund", "{\"payment\": \"a\", \"amount\": 1}"))
                        .after(Earlier.of("billing.refund", "{\"note\": \"a\", \"amount\": 2}")));

        assertDoubt(decision, "allowed");
        assertThat(decision.reason()).contains("text(\"note\") is undefined");
        assertThat(decision.deciding().get(0).matched()).containsExactly(1L);
    }

    @Test
    void deniesWhenAnAbsenceIsAskedForWithAnUndefinedValueHoweverEmptyTheHistory() {
        String drl =
                ALLOW_ALL + allow(REFUND_OF_PAYMENT, "not Past( tool == \"billing.refund\", text(\"payment\") == $p )");

        assertDoubt(decide(drl, refund("{}")), "allowed");
        assertThat(decide(drl, refund("{\"payment\": \"p-1\"}")).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void deniesWhenTheEarlierCallThatMightCountLacksTheValue() {
        String drl =
                ALLOW_ALL + allow(REFUND_OF_PAYMENT, "not Past( tool == \"billing.refund\", text(\"payment\") == $p )");

        Decision decision =
                decide(drl, refund("{\"payment\": \"p-1\"}").after(Earlier.of("billing.refund", "{\"amount\": 1}")));

        assertDoubt(decision, "allowed");
        assertThat(decision.deciding().get(0).matched()).containsExactly(1L);
    }

    @Test
    void absenceIsKnownToBeFalseOnceOneIsFound() {
        String drl = allow(REFUND_OF_PAYMENT, "not Past( tool == \"billing.refund\", text(\"payment\") == $p )");

        Decision decision = decide(
                drl,
                refund("{\"payment\": \"p-1\"}")
                        .after(Earlier.of("billing.refund", "{\"payment\": \"p-1\"}"))
                        .after(Earlier.of("billing.refund", "{}")));

        assertThat(decision.verdicts()).isEmpty();
    }

    @Test
    void deniesWhenABudgetCannotBeAddedUp() {
        String budget = ALLOW_ALL
                + allow(
                        "ToolCall( tool == \"billing.refund\", $amount : number(\"amount\") )",
                        "accumulate( Past( tool == \"billing.refund\", $a : number(\"amount\") ); $t : sum($a);"
                                + " $t + $amount <= 200 )");

        assertDoubt(decide(budget, refund("{}")), "allowed");
        assertDoubt(decide(budget, refund("{\"amount\": 1}").after(Earlier.of("billing.refund", "{}"))), "allowed");
        assertThat(decide(budget, refund("{\"amount\": 1}")).deciding()).hasSize(2);
    }

    @Test
    void minimumOfNothingIsUndefinedAndNoDoubt() {
        String drl = allow(
                REFUND,
                "accumulate( Past( tool == \"billing.refund\", $a : number(\"amount\") ); $m : max($a); $m < 10 )");

        assertThat(decide(drl, refund("{}")).verdicts()).isEmpty();
    }

    @Test
    void pendingCallsHaveNoExtractsYetAndSoAreInDoubtUnderANegation() {
        String drl = allow(REFUND, "not Past( tool == \"crm.lookup\", extractedFlag(\"blocked\") == true )");

        assertDoubt(
                decide(drl, refund("{}").after(Earlier.of("crm.lookup", "{}").pending())), "allowed");
    }

    @Test
    void aTruncatedHistoryCannotProveAnAbsence() {
        String drl = allow(REFUND, "not Past( tool == \"billing.refund\" ) over window:time(30d)");

        assertDoubt(decide(drl, refund("{}").knownSince(Duration.ofDays(29))), "allowed");
        assertThat(decide(drl, refund("{}").knownSince(Duration.ofDays(30))).effect())
                .isEqualTo(Effect.ALLOW);
    }

    @Test
    void aTruncatedHistoryCannotProveABudget() {
        String drl = allow(
                REFUND, "accumulate( Past( tool == \"billing.refund\" ) over window:time(1d); $n : count(); $n < 3 )");

        assertDoubt(decide(drl, refund("{}").knownSince(Duration.ofHours(23))), "allowed");
        assertThat(decide(drl, refund("{}").knownSince(Duration.ofDays(1))).effect())
                .isEqualTo(Effect.ALLOW);
    }

    @Test
    void aTruncatedHistoryIsNoEvidenceForARuleThatAllows() {
        String drl = ALLOW_ALL + allow(REFUND, "exists Past( tool == \"crm.lookup\" )");

        Decision decision = decide(drl, refund("{}").knownSince(Duration.ofDays(1)));

        assertThat(decision.verdicts()).extracting("rule").containsExactly("anything");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deny(\"no\")", "escalate(\"no\").to(\"finance\").within(\"1h\")"})
    void aTruncatedHistorySilencesNoRuleThatRestricts(String opinion) {
        for (String pattern :
                new String[] {"exists Past( labels contains \"bad\" )", "Past( labels contains \"bad\" )"}) {
            Decision decision = decide(
                    ALLOW_ALL + rule("restricts", REFUND, opinion, pattern),
                    refund("{}").knownSince(Duration.ofDays(1)));

            assertDoubt(decision, "restricts");
        }
    }

    @Test
    void whatIsFoundInATruncatedHistoryCounts() {
        String drl = rule("restricts", REFUND, "deny(\"no\")", "exists Past( labels contains \"bad\" )");

        Decision decision = decide(
                drl,
                refund("{}")
                        .after(Earlier.of("crm.lookup", "{}").labelled("bad"))
                        .knownSince(Duration.ofDays(1)));

        assertThat(decision.reason()).isEqualTo("no");
        assertThat(decision.deciding().get(0).matched()).containsExactly(1L);
    }

    @Test
    void namesWhatWasUndefinedAndNeverAValue() {
        Decision decision =
                decide(allow("ToolCall( tool == \"billing.refund\", text(\"note\") != \"4111\" )"), refund("{}"));

        assertThat(decision.reason()).isEqualTo("this rule cannot be judged: text(\"note\") is undefined");
    }

    private static void assertDoubt(Decision decision, String rule) {
        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.rule()).contains(rule);
        assertThat(decision.reason()).startsWith("this rule cannot be judged: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not Past( tool == \"billing.refund\", text(\"payment\") == \"p-1\" ) over window:time(1h)",
                "accumulate( Past( tool == \"billing.refund\" ) over window:time(1h);"
                        + " $s : sum(number(\"amount\")), $n : count(); $n < 5 )",
                "forall( Past( tool == \"billing.refund\" ) over window:time(1h) Past( size(\"items\") < 5 ) )",
                "not Past( verdict == \"deny\", outcome == \"failed\" || extractedText(\"state\") == \"open\" )"
                        + " over window:time(1h)"
            })
    void isInDoubtAboutCallsThatCannotBeRead(String pattern) {
        Facts facts = refund("{}").facts();
        History unreadable = facts.history().unreadableAt(new ToolName("billing.refund"), Scene.NOW);
        Facts about = new Facts(facts.call(), facts.principal(), facts.tool(), unreadable, List.of(), Scene.NOW);
        try (PolicyEngine engine = Bundles.engine(allow(REFUND + "\n" + pattern))) {
            assertThat(engine.evaluate(facts).effect()).isEqualTo(Effect.ALLOW);
            assertDoubt(engine.evaluate(about), "allowed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not Past( labels contains \"bad\" ) over window:time(1h)",
                "not Past( tool == \"billing.refund\", verdict == \"deny\", session == \"s\" ) over window:time(1h)",
                "accumulate( Past( tool == \"billing.refund\" ) over window:time(1h); $n : count(); $n < 5 )",
                "forall( Past( tool == \"billing.refund\" ) over window:time(1h)"
                        + " Past( outcome == \"succeeded\" ) )"
            })
    void isInNoDoubtAboutWhatIsKeptOfEveryCall(String pattern) {
        Facts facts = refund("{}").facts();
        History unreadable = facts.history().unreadableAt(new ToolName("billing.refund"), Scene.NOW);
        Facts about = new Facts(facts.call(), facts.principal(), facts.tool(), unreadable, List.of(), Scene.NOW);
        Facts forgotten = new Facts(
                facts.call(), facts.principal(), facts.tool(), unreadable.truncatedAt(Scene.NOW), List.of(), Scene.NOW);
        try (PolicyEngine engine = Bundles.engine(allow(REFUND + "\n" + pattern))) {
            assertThat(engine.evaluate(about).effect()).isEqualTo(Effect.ALLOW);
            assertDoubt(engine.evaluate(forgotten), "allowed");
        }
    }

    @Test
    void aDenialThatLooksBackIsNotAnsweredByOneLargeCall() {
        String drl = Bundles.rule(
                "no",
                "ToolCall()",
                "deny(\"no\")",
                "exists Past( verdict == \"allow\", labels contains \"untrusted\" ) over window:time(1h)");
        Facts facts = refund("{}").facts();
        History unreadable = facts.history().unreadableAt(new ToolName("billing.refund"), Scene.NOW);
        Facts about = new Facts(facts.call(), facts.principal(), facts.tool(), unreadable, List.of(), Scene.NOW);
        try (PolicyEngine engine = Bundles.engine(drl)) {
            assertThat(engine.evaluate(about).verdicts()).isEmpty();
        }
    }

    @Test
    void isInNoDoubtAboutOtherTools() {
        String drl = allow(REFUND
                + "\nnot Past( tool == \"billing.payments\", text(\"customer\") == \"c\" ) over window:time(1h)");
        Facts facts = refund("{}").facts();
        History unreadable = facts.history().unreadableAt(new ToolName("billing.refund"), Scene.NOW);
        Facts about = new Facts(facts.call(), facts.principal(), facts.tool(), unreadable, List.of(), Scene.NOW);
        try (PolicyEngine engine = Bundles.engine(drl)) {
            assertThat(engine.evaluate(about).effect()).isEqualTo(Effect.ALLOW);
        }
    }
}
