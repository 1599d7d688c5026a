package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.rules.Explanation.State;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExplainerTest {

    private static final String SMALL = Bundles.rule(
            "small",
            "ToolCall( tool == \"billing.refund\", $a : number(\"amount\"), $a <= 50, text(\"note\") in (\"x\", \"y\") )",
            "allow(\"small\")",
            "exists Past( tool == \"crm.lookup\" )");

    @Test
    void saysOfEachPartWhatCameOfIt() {
        Explanation explanation = explain(SMALL, Scene.refund("{\"amount\": 60}"));

        assertThat(explanation.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.state()).isEqualTo(State.FAILS);
            assertThat(rule.parts())
                    .extracting(Explanation.Part::text, Explanation.Part::state)
                    .containsExactly(
                            tuple("$a <= 50", State.FAILS),
                            tuple("text(\"note\") in (\"x\", \"y\")", State.UNDEFINED),
                            tuple("exists Past( tool == \"crm.lookup\" )", State.FAILS));
        });
        assertThat(explanation.nearest().orElseThrow().then()).isEmpty();
    }

    @Test
    void theNearestRuleIsTheOneThatChangesOfArgumentsWouldSatisfy() {
        String drl = SMALL
                + Bundles.rule(
                        "tiny",
                        "ToolCall( tool == \"billing.refund\", number(\"amount\") < 0.5, flag(\"urgent\") == true )",
                        "allow(\"tiny\")");

        Explanation explanation = explain(drl, Scene.refund("{\"amount\": 60, \"note\": \"x\"}"));

        Explanation.Nearest nearest = explanation.nearest().orElseThrow();
        assertThat(nearest.rule().name()).isEqualTo("tiny");
        assertThat(nearest.then().orElseThrow().effect()).isEqualTo(Effect.ALLOW);
        assertThat(nearest.rule().unmet())
                .extracting(part -> part.change().orElseThrow().toString())
                .containsExactly("'amount' below 0.5", "'urgent' equal to true");
    }

    @Test
    void saysWhatWouldStillDeny() {
        String drl = Bundles.rule(
                        "small", "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50 )", "allow(\"a\")")
                + Bundles.rule("stop", "ToolCall( tool == \"billing.refund\" )", "deny(\"stopped\")");

        Explanation.Nearest nearest =
                explain(drl, Scene.refund("{\"amount\": 60}")).nearest().orElseThrow();

        assertThat(nearest.then().orElseThrow().effect()).isEqualTo(Effect.DENY);
    }

    @Test
    void severalBundlesAreAskedAsOneLaw() {
        try (PolicyEngine allows = Bundles.engine(Bundles.rule(
                        "small", "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50 )", "allow(\"a\")"));
                PolicyEngine stops = Bundles.engine(
                        Bundles.rule("stop", "ToolCall( tool == \"billing.refund\" )", "deny(\"stopped\")"))) {
            Explainer both = new Explainer(
                    List.of(allows, stops),
                    facts -> Decision.combine(Stream.of(allows, stops)
                            .flatMap(engine -> engine.verdicts(facts).stream())
                            .toList()));

            Explanation explanation =
                    both.explain(Scene.refund("{\"amount\": 60}").facts());

            assertThat(explanation.rules()).extracting(Explanation.Rule::name).containsExactly("small", "stop");
            Explanation.Nearest nearest = explanation.nearest().orElseThrow();
            assertThat(nearest.rule().name()).isEqualTo("small");
            assertThat(nearest.then().orElseThrow().rule()).contains("stop");
        }
    }

    @Test
    void namesTheEarlierCallsThatARuleRestsOn() {
        Explanation explanation = explain(
                SMALL, Scene.refund("{\"amount\": 5, \"note\": \"x\"}").after(Scene.Earlier.of("crm.lookup", "{}")));

        assertThat(explanation.decision().effect()).isEqualTo(Effect.ALLOW);
        assertThat(explanation.nearest()).isEmpty();
        assertThat(explanation.rules().get(0).parts())
                .last()
                .extracting(Explanation.Part::matched)
                .isEqualTo(List.of(1L));
    }

    @Test
    void agreesWithTheEngineOnRandomRules() {
        for (long seed = 0; seed < 150; seed++) {
            String drl = RulePrinter.print(new RandomRules(seed).rules(4));
            try (PolicyEngine engine = Bundles.engine(drl)) {
                Explainer explainer = Explainer.of(engine);
                new RandomScenes(seed).facts().limit(20).forEach(facts -> {
                    Explanation explanation = explainer.explain(facts);
                    Set<String> spoke = explanation.rules().stream()
                            .filter(rule -> rule.state() != State.FAILS)
                            .map(Explanation.Rule::name)
                            .collect(Collectors.toSet());
                    assertThat(explanation.decision().verdicts())
                            .allMatch(verdict -> spoke.contains(verdict.rule()))
                            .hasSize(spoke.size());
                    // A rule holds only if no part of it fails.
                    assertThat(explanation.rules())
                            .filteredOn(rule -> rule.state() == State.HOLDS)
                            .allMatch(rule -> rule.parts().stream().noneMatch(part -> part.state() == State.FAILS));
                });
            }
        }
    }

    private static Explanation explain(String drl, Scene scene) {
        try (PolicyEngine engine = Bundles.engine(drl)) {
            return Explainer.of(engine).explain(scene.facts());
        }
    }
}
