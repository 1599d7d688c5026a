package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Facts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HintTest {

    private static final String REFUND = "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50 )";
    private static final String TO_SOMEBODY =
            "ToolCall( tool == \"billing.refund\", text(\"payment\") == \"P-secret\", number(\"amount\") <= 7 )";

    @Test
    void saysWithinWhichBoundsARuleAllowsANumber() {
        assertThat(hint(Bundles.rule("small", REFUND, "allow(\"a\")"), "{\"amount\": 60}"))
                .hasToString("Optional[rule 'small' allows 'amount' at most 50]");
    }

    @Test
    void holdsNothingOfRulesThatDenyOrEscalate() {
        String drl = Bundles.rule(
                        "stop", "ToolCall( tool == \"billing.refund\", number(\"amount\") > 40 )", "deny(\"stopped\")")
                + Bundles.rule(
                        "ask",
                        "ToolCall( tool == \"billing.refund\", number(\"amount\") < 1 )",
                        "escalate(\"large\").to(\"finance\").within(\"1h\")");

        assertThat(hint(drl, "{\"amount\": 60}")).isEmpty();
    }

    @Test
    void isTheSameWhateverHappenedBefore() {
        String drl = Bundles.rule(
                        "small",
                        REFUND,
                        "allow(\"a\")",
                        "exists Past( tool == \"crm.lookup\", text(\"customer\") == \"C-7\" )")
                + Bundles.rule(
                        "other",
                        "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 55 )",
                        "allow(\"a\")",
                        "not Past( tool == \"billing.refund\" )");
        Scene scene = Scene.refund("{\"amount\": 60}");

        assertThat(hint(drl, Hints.VALUES, scene.facts()))
                .isPresent()
                .isEqualTo(hint(
                        drl,
                        Hints.VALUES,
                        scene.after(Scene.Earlier.of("crm.lookup", "{\"customer\": \"C-7\"}"))
                                .after(Scene.Earlier.of("billing.refund", "{\"amount\": 60}"))
                                .facts()));
    }

    @Test
    void saysNothingIfTheArgumentsFitARuleAndOnlyHistoryStandsAgainstIt() {
        String drl = Bundles.rule("small", REFUND, "allow(\"a\")", "exists Past( tool == \"crm.lookup\" )")
                + Bundles.rule(
                        "tiny", "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 5 )", "allow(\"a\")");

        assertThat(Hint.best(hint(drl, "{\"amount\": 20}").stream().toList())).isEmpty();
    }

    @Test
    void doesNotTellValuesThatMayNameSomebodyNorWhatIsAllowedToThem() {
        Optional<Hint> hint = hint(
                Bundles.rule("rows: P-secret", TO_SOMEBODY, "allow(\"a\")"), "{\"payment\": \"P-1\", \"amount\": 60}");

        assertThat(hint).hasToString("Optional[a rule would allow another 'payment' and 'amount']");
    }

    @Test
    void tellsValuesIfTheBundleSaysSo() {
        Facts facts = Scene.refund("{\"payment\": \"P-1\", \"amount\": 60}").facts();

        assertThat(hint(Bundles.rule("one", TO_SOMEBODY, "allow(\"a\")"), Hints.VALUES, facts))
                .hasToString("Optional[rule 'one' allows 'payment' equal to \"P-secret\" and 'amount' at most 7]");
    }

    @Test
    void tellsNothingIfTheBundleSaysSo() {
        Facts facts = Scene.refund("{\"amount\": 60}").facts();

        assertThat(hint(Bundles.rule("small", REFUND, "allow(\"a\")"), Hints.NONE, facts))
                .isEmpty();
    }

    @Test
    void rulesForOtherCallersAreNoHint() {
        String drl = Bundles.rule("for bob", REFUND, "allow(\"a\")", "Principal( onBehalfOf == \"bob\" )");

        assertThat(hint(drl, "{\"amount\": 60}")).isEmpty();
    }

    @Test
    void listsThatWouldFloodTheAnswerAreLeftOut() {
        String longest = "ToolCall( tool == \"billing.refund\", text(\"note\") in (\"" + "x".repeat(300) + "\") )";

        assertThat(hint(
                                Bundles.rule("listed", longest, "allow(\"a\")"),
                                Hints.VALUES,
                                Scene.refund("{\"note\": \"y\"}").facts())
                        .orElseThrow()
                        .arguments())
                .isEqualTo(List.of(new Hint.Argument("note", Optional.empty())));
    }

    private static Optional<Hint> hint(String drl, String arguments) {
        return hint(drl, Hints.ARGUMENTS, Scene.refund(arguments).facts());
    }

    private static Optional<Hint> hint(String drl, Hints level, Facts facts) {
        PolicyBundle bundle =
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST + "hints: " + level.text() + "\n", "rules.drl", drl));
        return PolicyCompiler.compile(bundle, TestTools.ALL)
                .fold(
                        engine -> {
                            try (engine) {
                                return engine.hint(facts);
                            }
                        },
                        problems -> {
                            throw new AssertionError(problems.toString());
                        });
    }
}
