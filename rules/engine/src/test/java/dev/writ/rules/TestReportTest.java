package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestReportTest {

    private static final String RULES = Bundles.rule(
                    "small",
                    "ToolCall( tool == \"billing.refund\", number(\"amount\") > 0, number(\"amount\") <= 50 )",
                    "allow(\"small\")",
                    "not Past( tool == \"billing.refund\", text(\"payment\") == \"p\" )")
            + Bundles.rule("other", "ToolCall( tool == \"billing.refund\", text(\"note\") != \"x\" )", "deny(\"x\")");

    private static final String CASES = """
            - name: small
              call: { tool: billing.refund, arguments: { amount: 5, note: x } }
              principal: { agent: bot }
              history: [ { tool: billing.refund, ago: 1m, arguments: { payment: q } } ]
              expect: allow
            - name: large
              call: { tool: billing.refund, arguments: { amount: 51, note: x } }
              principal: { agent: bot }
              expect: deny
              rules: []
            """;

    @Test
    void countsWhatEachConditionCameTo() {
        Coverage coverage = report(CASES).coverage();

        assertThat(coverage.rules()).extracting(Coverage.Rule::name).containsExactly("small", "other");
        assertThat(coverage.rules().get(0).conditions())
                .extracting(Coverage.Condition::text, Coverage.Condition::held, Coverage.Condition::failed)
                .containsExactly(
                        tuple("number(\"amount\") > 0", 2L, 0L),
                        tuple("number(\"amount\") <= 50", 1L, 1L),
                        tuple("text(\"payment\") == \"p\"", 0L, 1L),
                        tuple("not Past( tool == \"billing.refund\", text(\"payment\") == \"p\" )", 1L, 0L));
        assertThat(coverage.coveredConditions()).isEqualTo(1);
        assertThat(coverage.conditions()).isEqualTo(5);
    }

    @Test
    void aRuleIsCoveredOnceItDecidesACaseWithWhatItSays() {
        assertThat(report(CASES).coverage().rules())
                .extracting(Coverage.Rule::isCovered)
                .containsExactly(true, false);
    }

    @Test
    void aRuleThatDeniesForDoubtIsNotShown() {
        Coverage.Rule other = report("""
                - name: no note
                  call: { tool: billing.refund, arguments: {} }
                  principal: { agent: bot }
                  expect: deny
                """).coverage().rules().get(1);

        assertThat(other.isCovered()).isFalse();
        assertThat(other.doubted()).isEqualTo(1);
    }

    @Test
    void saysWhatCameOutOfCasesThatPassAndThatFail() {
        TestReport report = report(CASES.replace("expect: deny", "expect: escalate"));

        assertThat(report.isPassed()).isFalse();
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.cases())
                .extracting(CaseRun::came)
                .containsExactly("allow by \"small\": small", "deny, since no rule spoke");
    }

    @Test
    void withoutToolsTheBundleIsTakenAtItsWord() throws IOException {
        PolicyBundle bundle = PolicyBundle.read(Path.of("..", "packs", "billing-support"));

        assertThat(TestReport.of(bundle, ToolSet.assumedBy(bundle)).isPassed()).isTrue();
    }

    @Test
    void aBundleThatDoesNotCompileRunsNoCase() {
        TestReport report = TestReport.of(
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", "rule", "cases/a.yaml", CASES)),
                ToolSet.given(TestTools.ALL));

        assertThat(report.isPassed()).isFalse();
        assertThat(report.problems()).isNotEmpty();
        assertThat(report.cases()).isEmpty();
    }

    private static TestReport report(String cases) {
        return TestReport.of(
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", RULES, "cases/a.yaml", cases)),
                ToolSet.given(TestTools.ALL));
    }
}
