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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code last}: something as it was last seen. */
class LastTest {

    private static final String CALL = "ToolCall( tool == \"billing.refund\", $p : text(\"payment\") )";
    private static final String OPEN =
            "accumulate( Past( tool in (\"billing.payments\", \"crm.lookup\"), outcome == \"succeeded\","
                    + " text(\"customer\") == $p ) over window:time(1h);"
                    + " $state : last(extractedText(\"state\")); $state == \"open\" )";
    private static final Scene ASKED = refund("{\"payment\": \"p\"}");

    @Test
    void isWhatTheNewestCallHas() {
        assertThat(allows(seen("crm.lookup", "p", "closed"), seen("crm.lookup", "p", "open")))
                .isTrue();
        assertThat(allows(seen("crm.lookup", "p", "open"), seen("crm.lookup", "p", "closed")))
                .isFalse();
    }

    @Test
    void isNotOfACallThatAsksForSomethingElse() {
        assertThat(allows(seen("crm.lookup", "p", "open"), seen("crm.lookup", "q", "closed")))
                .isTrue();
    }

    /** The history has each tool's calls by themselves. */
    @Test
    void isOfTheNewestWhateverItsTool() {
        assertThat(allows(seen("crm.lookup", "p", "open"), seen("billing.payments", "p", "closed")))
                .isFalse();
        assertThat(allows(seen("billing.payments", "p", "open"), seen("crm.lookup", "p", "closed")))
                .isFalse();
        assertThat(allows(seen("crm.lookup", "p", "closed"), seen("billing.payments", "p", "open")))
                .isTrue();
        assertThat(allows(seen("billing.payments", "p", "closed"), seen("crm.lookup", "p", "open")))
                .isTrue();
    }

    @Test
    void isUndefinedIfThereIsNoCall() {
        assertThat(decide(allow(CALL, OPEN), ASKED).verdicts()).isEmpty();
        assertDoubt(decide(allow(CALL, OPEN.replace("$state ==", "$state !=")), ASKED), "$state");
    }

    @Test
    void isInDoubtIfTheNewestHasNothingThere() {
        Scene scene =
                ASKED.after(seen("crm.lookup", "p", "open")).after(Earlier.of("crm.lookup", "{\"customer\": \"p\"}"));

        assertDoubt(decide(allow(CALL, OPEN), scene), "$state : last(extractedText(\"state\"))");
    }

    @Test
    void isNotInDoubtIfAnOlderOneHasNothingThere() {
        assertThat(allows(Earlier.of("crm.lookup", "{\"customer\": \"p\"}"), seen("crm.lookup", "p", "open")))
                .isTrue();
    }

    @Test
    void isInDoubtIfTheHistoryIsShorterThanItsWindow() {
        Scene scene = ASKED.after(seen("crm.lookup", "p", "open"));

        assertThat(decide(allow(CALL, OPEN), scene.knownSince(Duration.ofHours(1)))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertDoubt(decide(allow(CALL, OPEN), scene.knownSince(Duration.ofMinutes(59))), "does not reach back");
    }

    @Test
    void namesTheCallItRestsOn() {
        Scene scene = ASKED.after(seen("crm.lookup", "q", "open")).after(seen("crm.lookup", "p", "open"));

        assertThat(decide(allow(CALL, OPEN), scene).deciding().get(0).matched()).containsExactly(2L);
    }

    @Test
    void isOfAnyType() {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\", $p : text(\"payment\"), $amount : number(\"amount\") )",
                "Now( $now : moment )",
                "accumulate( Past( tool == \"crm.lookup\", text(\"customer\") == $p ); $n : count(),"
                        + " $cards : last(extractedList(\"cards\")), $limit : last(extractedNumber(\"limit\") - 1),"
                        + " $open : last(extractedFlag(\"open\")), $made : last(extractedMoment(\"made\")), $at : last(at);"
                        + " $cards contains $p, $limit >= $amount, $open == true, $made + 1d > $now, $at < $now, $n == 2 )");
        Earlier lookup = Earlier.of("crm.lookup", "{\"customer\": \"p\"}");
        Earlier good = lookup.extracting(
                "{\"cards\": [\"p\"], \"limit\": 8, \"open\": true, \"made\": \"2026-01-01T00:00:00Z\"}");
        Scene scene = refund("{\"payment\": \"p\", \"amount\": 7}").after(lookup);

        assertThat(decide(drl, scene.after(good)).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(
                                drl,
                                scene.after(
                                        lookup.extracting(
                                                "{\"cards\": [\"p\"], \"limit\": 7, \"open\": true, \"made\": \"2026-01-01T00:00:00Z\"}")))
                        .verdicts())
                .isEmpty();
    }

    /** Against a plain walk through all calls, over histories whose nodes remember and whose tools alternate. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isTheSameFromMemory(long seed) {
        Random random = new Random(seed);
        String drl = allow(CALL, OPEN);
        Scene scene = ASKED;
        String newest = "none";
        try (PolicyEngine remembering = Bundles.engine(drl);
                PolicyEngine anew = Bundles.engine(drl, Recall.ANEW)) {
            for (int i = 0; i < 120; i++) {
                String about = random.nextInt(3) == 0 ? "p" : "q";
                String state = random.nextBoolean() ? "open" : "closed";
                scene = scene.after(seen(random.nextBoolean() ? "crm.lookup" : "billing.payments", about, state));
                newest = about.equals("p") ? state : newest;

                Decision decision = remembering.evaluate(scene.facts());

                assertThat(decision).isEqualTo(anew.evaluate(scene.facts()));
                assertThat(decision.effect()).isEqualTo(newest.equals("open") ? Effect.ALLOW : Effect.DENY);
            }
        }
    }

    @Test
    void takesNoDuration() {
        assertThat(problems(allow(CALL, "accumulate( Past(); $x : last(24h) )")))
                .isNotEmpty();
    }

    private static boolean allows(Earlier... calls) {
        Scene scene = ASKED;
        for (Earlier call : calls) {
            scene = scene.after(call);
        }
        Decision decision = decide(
                allow(CALL, OPEN) + rule("unrelated", "ToolCall( tool == \"mail.send\" )", "deny(\"no\")"), scene);
        assertThat(decision.verdicts()).noneMatch(CompiledRule::isDoubtful);
        return decision.effect() == Effect.ALLOW;
    }

    private static Earlier seen(String tool, String customer, String state) {
        return Earlier.of(tool, "{\"customer\": \"" + customer + "\"}").extracting("{\"state\": \"" + state + "\"}");
    }

    private static void assertDoubt(Decision decision, String cause) {
        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.reason()).contains("cannot be judged").contains(cause);
    }
}
