package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BundleDiffTest {

    private static final String CASES = """
            - name: fifty
              call: { tool: billing.refund, arguments: { amount: 50 } }
              principal: { agent: bot }
              expect: allow
            """;

    @Test
    void anotherSpellingIsNoDifference() {
        assertThat(diff(rule("a", "number(\"amount\") <= 50"), rule("a", "number( \"amount\" )<=50.0"))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void namesRulesAndCasesThatDiffer() {
        BundleDiff diff = diff(
                rule("a", "number(\"amount\") <= 50") + rule("b", "flag(\"urgent\") == true"),
                rule("a", "number(\"amount\") < 50") + rule("c", "flag(\"urgent\") == true"));

        assertThat(diff.rules())
                .extracting(BundleDiff.RuleChange::name, BundleDiff.RuleChange::kind)
                .containsExactly(tuple("a", "changed"), tuple("b", "removed"), tuple("c", "added"));
        assertThat(diff.flips())
                .extracting(BundleDiff.Flip::name, BundleDiff.Flip::before, BundleDiff.Flip::after)
                .containsExactly(tuple("fifty", "allow by \"a\": x", "deny, since no rule spoke"));
    }

    @Test
    void namesAWiderScope() {
        String rule = rule("a", "number(\"amount\") <= 50");
        PolicyBundle wider =
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST.replace("billing.*", "\"*\""), "rules.drl", rule));

        assertThat(BundleDiff.between(Bundles.ofRules(rule), wider, ToolSet.given(TestTools.ALL))
                        .changes())
                .containsExactly("scope: billing.*, mail.send -> *, mail.send");
    }

    private static BundleDiff diff(String before, String after) {
        return BundleDiff.between(bundle(before), bundle(after), ToolSet.given(TestTools.ALL));
    }

    private static PolicyBundle bundle(String rules) {
        return Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", rules, "cases/a.yaml", CASES));
    }

    private static String rule(String name, String constraint) {
        return Bundles.rule(name, "ToolCall( tool == \"billing.refund\", " + constraint + " )", "allow(\"x\")");
    }
}
