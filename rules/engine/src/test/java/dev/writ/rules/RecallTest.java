package dev.writ.rules;

import static dev.writ.rules.Scene.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of earlier calls changes no answer. */
class RecallTest {

    private static final String TOO_MANY = "too many earlier calls";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 23})
    void anAnswerFromMemoryIsTheAnswerOfALookAtEachCall(long seed) {
        String drl = RulePrinter.print(new RandomRules(seed).rules(60));
        GrowingHistory past = new GrowingHistory(seed);
        GrowingHistory wider = new GrowingHistory(seed + 100);
        List<Facts> calls = new RandomScenes(seed).facts().limit(350).toList();
        int compared = 0;
        try (PolicyEngine remembering = Bundles.engine(drl);
                PolicyEngine anew = Bundles.engine(drl, Recall.ANEW)) {
            for (Facts call : calls) {
                past.change();
                Facts facts = new Facts(
                        call.call(),
                        call.principal(),
                        call.tool(),
                        past.history,
                        Map.of(Scope.PERSON, past.history, Scope.FLEET, wider.change()),
                        List.of(),
                        call.grants(),
                        past.now);
                Decision expected = anew.evaluate(facts);
                Decision decision = remembering.evaluate(facts);
                Set<String> beyond = beyondLimits(expected, decision);

                assertThat(said(decision, beyond)).isEqualTo(said(expected, beyond));
                compared += said(expected, beyond).size();
            }
        }
        assertThat(compared).isGreaterThan(1_500);
        assertThat(past.history.size()).isGreaterThan(150);
    }

    @Test
    void aSumIsTheSameHoweverTheHistoryCameAbout() {
        History grown = History.empty();
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < 1_000; i++) {
            String amount = i % 20 + "." + i % 7;
            grown = grown.plus(refund(i, NOW, amount, "p-" + i % 2));
            sum = i % 2 == 1 ? sum.add(new BigDecimal(amount)) : sum;
        }
        String drl = Bundles.allow(
                "ToolCall( $p : text(\"payment\") )",
                "accumulate( Past( tool == \"billing.refund\", text(\"payment\") == $p, $a : number(\"amount\") );"
                        + " $n : count(), $s : sum($a); $n == 500, $s == " + sum + " )");
        try (PolicyEngine engine = Bundles.engine(drl)) {
            for (History history : List.of(grown, History.of(grown.toList()), grown.newest(1_000), pruned(grown))) {
                Decision decision = engine.evaluate(asking(history, "p-1"));
                assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
                assertThat(decision.verdicts().get(0).matched())
                        .containsExactly(981L, 983L, 985L, 987L, 989L, 991L, 993L, 995L, 997L, 999L);
            }
            assertThat(engine.evaluate(asking(grown.plus(refund(1_000, NOW, "0.0", "p-1")), "p-1"))
                            .effect())
                    .isEqualTo(Effect.DENY);
        }
    }

    @Test
    void aDateFromOutsideIsComparedWithALiteralAsADate() {
        String drl = Bundles.allow(
                "ToolCall()",
                "Now( $today : date, $now : moment )",
                "exists Past( tool == \"billing.refund\", $today == \"2026-01-01\" )",
                "not Past( tool == \"billing.refund\", \"2025-12-31\" == $today )",
                "accumulate( Past( tool == \"billing.refund\", \"2026-01-01T13:00+01:00\" == $now );"
                        + " $n : count(); $n == 1 )");
        History history = History.of(List.of(refund(1, NOW, "1", "p-1")));
        try (PolicyEngine remembering = Bundles.engine(drl);
                PolicyEngine anew = Bundles.engine(drl, Recall.ANEW)) {
            assertThat(anew.evaluate(asking(history, "p-1")).effect()).isEqualTo(Effect.ALLOW);
            assertThat(remembering.evaluate(asking(history, "p-1")).effect()).isEqualTo(Effect.ALLOW);
        }
    }

    @Test
    void aLookThatHadToStopIsNotBlamedOnACallThatDoesNotMatter() {
        String drl = Bundles.allow(
                "ToolCall()",
                "Past( tool == \"billing.refund\", text(\"payment\") != \"b\" )",
                "Past( tool == \"billing.refund\", number(\"amount\") == 83 )");
        Facts facts = asking(lastWithoutPayment("1"), "p-1");
        try (PolicyEngine remembering = Bundles.engine(drl);
                PolicyEngine anew = Bundles.engine(drl, Recall.ANEW)) {
            assertThat(remembering.evaluate(facts).verdicts()).isEmpty();
            assertThat(anew.evaluate(facts).reason()).contains(TOO_MANY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLookThatHadToStopSaysSoWhateverElseIsInDoubt(Recall recall) {
        String drl = Bundles.allow(
                "ToolCall()",
                "Past( tool == \"billing.refund\", text(\"payment\") != \"b\", $a : number(\"amount\") )",
                "Past( tool == \"billing.refund\", number(\"amount\") > $a )");
        try (PolicyEngine engine = Bundles.engine(drl, recall)) {
            Decision decision = engine.evaluate(asking(lastWithoutPayment("0"), "p-1"));

            assertThat(decision.effect()).isEqualTo(Effect.DENY);
            assertThat(decision.reason()).contains(TOO_MANY);
        }
    }

    @Test
    void longHistoriesAreWithinTheLimitOfLooks() {
        History history = History.empty();
        for (int i = 0; i < 120_000; i++) {
            history = history.plus(refund(i, NOW.minusSeconds(120_000 - i), "1", "p-" + i));
        }
        String drl = Bundles.allow(
                "ToolCall( $p : text(\"payment\") )",
                "accumulate( Past( tool == \"billing.refund\", $a : number(\"amount\") ) over window:time(30h);"
                        + " $s : sum($a); $s == 108000 )",
                "not Past( tool == \"billing.refund\", text(\"payment\") == $p )");
        try (PolicyEngine engine = Bundles.engine(drl)) {
            assertThat(engine.evaluate(asking(history, "new")).effect()).isEqualTo(Effect.ALLOW);
            assertThat(engine.evaluate(asking(history, "p-7")).verdicts()).isEmpty();
        }
    }

    /** More calls than can be compared with each other. */
    private static History lastWithoutPayment(String amount) {
        History history = History.empty();
        for (int i = 0; i < 400; i++) {
            history = history.plus(refund(i, NOW, "1", "p-1"));
        }
        String arguments = "{\"amount\": " + amount + "}";
        return history.plus(past(400, NOW, "billing.refund", arguments, Effect.ALLOW, Set.of()));
    }

    /** With other nodes than the history it came from. */
    private static History pruned(History history) {
        History more = History.empty();
        for (int i = -333; i < 0; i++) {
            more = more.plus(refund(i, NOW, "1", "p-9"));
        }
        for (Past past : history.toList()) {
            more = more.plus(past);
        }
        for (int i = -333; i < 0; i++) {
            more = more.without(new ToolName("billing.refund"), i);
        }
        return more;
    }

    /** Rules that had to stop in one of them: of memory less is looked at, so that it gets further. They say so. */
    private static Set<String> beyondLimits(Decision... decisions) {
        return Stream.of(decisions)
                .flatMap(decision -> decision.verdicts().stream())
                .filter(verdict -> verdict.reason().contains(TOO_MANY))
                .map(Verdict::rule)
                .collect(Collectors.toSet());
    }

    private static List<Verdict> said(Decision decision, Set<String> beyond) {
        return decision.verdicts().stream()
                .filter(verdict -> !beyond.contains(verdict.rule()))
                .toList();
    }

    private static Facts asking(History history, String payment) {
        Facts facts = Scene.refund("{\"payment\": \"" + payment + "\"}").facts();
        return new Facts(facts.call(), facts.principal(), facts.tool(), history, List.of(), NOW);
    }

    private static Past refund(long index, Instant at, String amount, String payment) {
        return past(
                index,
                at,
                "billing.refund",
                "{\"amount\": " + amount + ", \"payment\": \"" + payment + "\"}",
                Effect.ALLOW,
                Set.of());
    }

    private static Past past(
            long index, Instant at, String tool, String arguments, Effect verdict, Set<String> labels) {
        return new Past(
                index,
                CallId.mint(at, new Random(index)),
                new ToolName(tool),
                (JsonObject) JsonValue.parse(arguments),
                at,
                verdict,
                verdict == Effect.ALLOW ? Outcome.PENDING : Outcome.NONE,
                JsonObject.empty(),
                labels,
                Optional.empty());
    }

    /** Calls come, end, go and are dropped; their times are not in the order of the log. */
    private static final class GrowingHistory {
        private final Random random;
        private History history = History.empty();
        private Instant now = NOW;
        private long index;

        GrowingHistory(long seed) {
            this.random = new Random(seed);
        }

        History change() {
            for (int i = random.nextInt(3); i >= 0; i--) {
                now = now.plusSeconds(random.nextInt(10));
                history = history.plus(next());
            }
            int kind = random.nextInt(50);
            if (kind < 20) {
                history = history.replace(
                        tool(), index - random.nextInt(40), past -> past.ended(Outcome.SUCCEEDED, JsonObject.empty()));
            } else if (kind < 24) {
                history = history.without(tool(), index - random.nextInt(40));
            } else if (kind == 24) {
                history = history.newest(200);
            }
            return history;
        }

        private ToolName tool() {
            return new ToolName(random.nextInt(4) == 0 ? "crm.lookup" : "billing.refund");
        }

        private Past next() {
            StringBuilder json = new StringBuilder("{\"note\": \"")
                    .append(random.nextInt(10) == 0 ? "2025-12-31" : RandomRules.TODAY)
                    .append('"');
            json.append(
                    random.nextInt(200) == 0 ? "" : ", \"amount\": " + random.nextInt(40) + "." + random.nextInt(9));
            json.append(random.nextInt(200) == 0 ? "" : ", \"payment\": \"p-" + random.nextInt(3) + "\"");
            Instant at = now.minusSeconds(random.nextInt(5) == 0 ? random.nextInt(200) : 0);
            Effect verdict = random.nextInt(4) == 0 ? Effect.DENY : Effect.ALLOW;
            Set<String> labels = random.nextInt(20) == 0 ? Set.of("bad") : Set.of();
            return past(++index, at, tool().value(), json.append('}').toString(), verdict, labels);
        }
    }
}
