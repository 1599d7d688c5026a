package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.drools.base.util.Drools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyEngineTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aReusedSessionDecidesAsAFreshOneWould(long seed) {
        String drl = RulePrinter.print(new RandomRules(seed).rules(40));
        List<Facts> calls = new RandomScenes(seed).facts().limit(300).toList();

        // A closed engine keeps no session, so it makes a fresh one for each call.
        PolicyEngine fresh = Bundles.engine(drl);
        fresh.close();

        try (PolicyEngine reused = Bundles.engine(drl)) {
            assertThat(calls)
                    .allSatisfy(call -> assertThat(reused.evaluate(call)).isEqualTo(fresh.evaluate(call)));
        }
    }

    @Test
    void randomRulesSayEverything() {
        try (PolicyEngine engine = Bundles.engine(RulePrinter.print(new RandomRules(9).rules(40)))) {
            List<Decision> decisions =
                    new RandomScenes(9).facts().limit(300).map(engine::evaluate).toList();

            assertThat(decisions.stream().flatMap(decision -> decision.verdicts().stream()))
                    .extracting("effect")
                    .contains(Effect.ALLOW, Effect.DENY, Effect.ESCALATE);
            assertThat(decisions.stream().flatMap(decision -> decision.verdicts().stream()))
                    .anyMatch(verdict -> verdict.reason().startsWith("this rule cannot be judged"));
        }
    }

    @Test
    void manyThreadsGetTheAnswersThatOneWouldGet() throws InterruptedException, ExecutionException {
        List<Facts> calls = new RandomScenes(7).facts().limit(200).toList();
        try (PolicyEngine engine = Bundles.engine(RulePrinter.print(new RandomRules(7).rules(40)))) {
            List<Decision> expected = calls.stream().map(engine::evaluate).toList();
            Callable<List<Decision>> all =
                    () -> calls.stream().map(engine::evaluate).toList();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Callable<List<Decision>>> work =
                        IntStream.range(0, 8).mapToObj(i -> all).toList();
                for (Future<List<Decision>> answers : threads.invokeAll(work)) {
                    assertThat(answers.get()).isEqualTo(expected);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void aReplacedEngineStillAnswersThoseWhoHaveIt() {
        PolicyEngine engine = Bundles.engine(Bundles.allow("ToolCall()"));
        engine.evaluate(Scene.refund("{}").facts());

        engine.close();

        assertThat(engine.evaluate(Scene.refund("{}").facts()).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void theEmptyRuleBaseDenies() {
        Decision decision = PolicyEngine.denyAll().evaluate(Scene.refund("{}").facts());

        assertThat(decision).isEqualTo(new Decision.Deny(List.of()));
    }

    @Test
    void rulesAboutOtherToolsAreNotAsked() {
        String unjudgeable =
                Bundles.rule("mail", "ToolCall( tool == \"mail.send\", text(\"body\") != \"x\" )", "allow(\"x\")");

        assertThat(Bundles.decide(unjudgeable, Scene.refund("{}")).verdicts()).isEmpty();
        assertThat(Bundles.decide(unjudgeable, Scene.call("mail.send", "{}")).verdicts())
                .hasSize(1);
    }

    @Test
    void nothingIsLeftOfAHundredReplacedEngines() {
        String drl = RulePrinter.print(new RandomRules(3).rules(30));
        Facts facts = Scene.refund("{\"amount\": 1}").facts();
        List<WeakReference<PolicyEngine>> replaced = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try (PolicyEngine engine = Bundles.engine(drl)) {
                engine.evaluate(facts);
                replaced.add(new WeakReference<>(engine));
            }
        }

        assertThat(replaced).allSatisfy(engine -> {
            for (int i = 0; i < 50 && engine.get() != null; i++) {
                System.gc();
            }
            assertThat(engine.get()).isNull();
        });
    }

    @Test
    void itsVersionNamesTheDroolsThatRuns() {
        assertThat(PolicyEngine.VERSION).endsWith("drools/" + Drools.getFullVersion());
    }

    @Test
    void namesNoArgumentWhenPrinted() {
        assertThat(new Inquiry(Scene.refund("{\"card\": \"4111\"}").facts()).toString())
                .doesNotContain("4111");
    }
}
