package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.decide;
import static dev.writ.rules.Bundles.problems;
import static dev.writ.rules.Bundles.rule;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.rules.Scene.Earlier;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code forall( Past(...) Past(...) )}: every call that is like the first is like the second, too. */
class ForallTest {

    private static final String CALL = "ToolCall( tool == \"billing.refund\" )";
    private static final String ALL_SUCCEEDED =
            "forall( Past( tool == \"crm.lookup\" ) Past( outcome == \"succeeded\" ) )";
    private static final String ALL_SMALL =
            "forall( Past( tool == \"billing.refund\" ) over window:time(1h) Past( number(\"amount\") < 50 ) )";
    private static final Earlier LOOKUP = Earlier.of("crm.lookup", "{}");

    @Test
    void holdsOfNothing() {
        assertThat(decide(allow(CALL, ALL_SUCCEEDED), refund("{}")).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void holdsIfEveryOneDoes() {
        Scene scene = refund("{}")
                .after(LOOKUP)
                .after(LOOKUP)
                .after(Earlier.of("mail.send", "{}").pending());

        assertThat(decide(allow(CALL, ALL_SUCCEEDED), scene).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void doesNotHoldIfOneDoesNot() {
        Scene scene = refund("{}").after(LOOKUP).after(LOOKUP.pending()).after(LOOKUP);

        assertThat(decide(allow(CALL, ALL_SUCCEEDED), scene).verdicts()).isEmpty();
    }

    @Test
    void looksOnlyAtItsWindow() {
        Earlier large = Earlier.of("billing.refund", "{\"amount\": 60}");

        assertThat(decide(allow(CALL, ALL_SMALL), refund("{}").after(large.ago(Duration.ofMinutes(61))))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(allow(CALL, ALL_SMALL), refund("{}").after(large)).verdicts())
                .isEmpty();
    }

    @Test
    void isInDoubtIfOneCannotBeTold() {
        Scene scene = refund("{}").after(Earlier.of("billing.refund", "{}"));

        assertDoubt(decide(allow(CALL, ALL_SMALL), scene));
    }

    @Test
    void isNotInDoubtOnceOneIsKnownToBreakIt() {
        Scene scene = refund("{}")
                .after(Earlier.of("billing.refund", "{\"amount\": 60}"))
                .after(Earlier.of("billing.refund", "{}"));

        assertThat(decide(allow(CALL, ALL_SMALL), scene).verdicts()).isEmpty();
    }

    @Test
    void isInDoubtIfOneMayBeForgotten() {
        assertDoubt(decide(allow(CALL, ALL_SMALL), refund("{}").knownSince(Duration.ofMinutes(59))));
        assertThat(decide(allow(CALL, ALL_SMALL), refund("{}").knownSince(Duration.ofHours(1)))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }

    @Test
    void isInDoubtIfAValueFromOutsideIsUndefined() {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\", $p : text(\"payment\") )",
                "forall( Past( tool == \"billing.refund\" ) Past( text(\"payment\") != $p ) )");

        assertDoubt(decide(drl, refund("{}")));
        assertThat(decide(drl, refund("{\"payment\": \"p-1\"}")).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void whatTheFirstBindsTheSecondCompares() {
        String drl = allow(
                CALL,
                "forall( Past( tool == \"billing.refund\", $a : number(\"amount\") ) Past( number(\"count\") >= $a ) )");
        Scene scene = refund("{}").after(Earlier.of("billing.refund", "{\"amount\": 1, \"count\": 2}"));

        assertThat(decide(drl, scene).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, scene.after(Earlier.of("billing.refund", "{\"amount\": 3, \"count\": 2}")))
                        .verdicts())
                .isEmpty();
    }

    @Test
    void oneWithoutConditionsSaysNothing() {
        assertThat(decide(allow(CALL, "forall( Past() Past() )"), refund("{}").after(LOOKUP))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }

    @Test
    void theWindowIsWrittenOnce() {
        assertThat(problems(allow(CALL, "forall( Past() Past() over window:time(1h) )")))
                .extracting(BundleProblem::toString)
                .containsExactly(
                        "rules.drl:3:23: found 'over'; ')', since the window of the first Past is that of both, is"
                                + " expected");
    }

    @Test
    void aRuleListsWhatIsKnownOfIt() {
        String drl = """

                rule "a" @owner("ana") @control("ASI02") @control("AISVS 9.1") when ToolCall( tool in ("mail.send", "billing.refund") )
                then deny("no"); end
                """ + rule("b", "ToolCall()", "allow(\"yes\")");

        assertThat(Bundles.engine(drl).rules())
                .containsExactly(
                        new RuleInfo(
                                "a",
                                java.util.List.of("ana"),
                                java.util.List.of("ASI02", "AISVS 9.1"),
                                java.util.List.of("billing.refund", "mail.send"),
                                Effect.DENY,
                                "rules.drl",
                                2),
                        new RuleInfo(
                                "b",
                                java.util.List.of(),
                                java.util.List.of(),
                                java.util.List.of(),
                                Effect.ALLOW,
                                "rules.drl",
                                4));
    }

    private static void assertDoubt(Decision decision) {
        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.reason()).startsWith("this rule cannot be judged: ");
    }
}
