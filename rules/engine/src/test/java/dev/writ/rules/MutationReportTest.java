package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.writ.rules.MutationReport.Kind;
import dev.writ.rules.MutationReport.Mutant;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A condition that can be turned round without a case that notices is one that no case proves. */
class MutationReportTest {

    private static final String SMALL = """
            - name: a small one
              call: { tool: billing.refund, arguments: { amount: 20, note: EUR } }
              principal: { agent: bot }
              expect: allow
            """;

    private static final String LARGE = """
            - name: a large one
              call: { tool: billing.refund, arguments: { amount: 51, note: EUR } }
              principal: { agent: bot }
              expect: deny
            """;

    private static final String CALL =
            "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50, text(\"note\") == \"EUR\" )";

    @Test
    void namesTheFirstCaseThatNotices() {
        MutationReport report = report(Bundles.rule("small", CALL, "allow(\"small\")"), LARGE + SMALL);

        assertThat(report.mutants())
                .filteredOn(mutant -> mutant.kind() == Kind.FLIP)
                .extracting(Mutant::condition, mutant -> mutant.noticed().orElse("nobody"))
                .containsExactly(
                        tuple("number(\"amount\") <= 50", "a large one"),
                        tuple("text(\"note\") == \"EUR\"", "a small one"));
        assertThat(report.score()).isEqualTo(100);
    }

    @Test
    void saysWhereNoCaseNoticesAndWhichOneWould() {
        MutationReport report = report(
                Bundles.rule(
                        "small",
                        "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50 || text(\"note\") =="
                                + " \"EUR\" )",
                        "allow(\"small\")"),
                SMALL);

        assertThat(report.survivors(Kind.FLIP)).hasSize(2).first().satisfies(mutant -> {
            assertThat(mutant.file()).isEqualTo("rules.drl");
            assertThat(mutant.line()).isEqualTo(2);
            assertThat(mutant.condition()).isEqualTo("number(\"amount\") <= 50");
            assertThat(mutant.instead()).isEqualTo("number(\"amount\") > 50");
            assertThat(mutant.advice()).contains("only number(\"amount\") <= 50 is otherwise");
        });
        assertThat(report.score()).isZero();
    }

    @Test
    void movesTheEdgesOfNumbersAndLists() {
        MutationReport report = report(
                Bundles.rule(
                        "small",
                        "ToolCall( tool == \"billing.refund\", number(\"amount\") < 0.50,"
                                + " text(\"note\") in (\"EUR\", \"CHF\") )",
                        "allow(\"small\")"),
                SMALL.replace("20", "0.49"));

        assertThat(report.mutants())
                .filteredOn(mutant -> mutant.kind() == Kind.BOUNDARY)
                .extracting(Mutant::instead)
                .containsExactly(
                        "number(\"amount\") <= 0.5",
                        "number(\"amount\") < 0.6",
                        "number(\"amount\") < 0.4",
                        "without \"EUR\"",
                        "without \"CHF\"");
        assertThat(report.survivors(Kind.BOUNDARY))
                .extracting(Mutant::instead)
                .containsExactly("number(\"amount\") <= 0.5", "number(\"amount\") < 0.6", "without \"CHF\"");
    }

    @Test
    void aFlipThatAnotherRuleHidesCountsAsUnnoticed() {
        String other = Bundles.rule("any", "ToolCall( tool == \"billing.refund\" )", "allow(\"any\")");

        MutationReport report = report(other + Bundles.rule("small", CALL, "allow(\"small\")"), SMALL);

        assertThat(report.score()).isZero();
    }

    @Test
    void turnsWhatIsAskedOfEarlierCallsRound() {
        MutationReport report = report(
                Bundles.rule(
                        "once",
                        "ToolCall( tool == \"billing.refund\" )",
                        "allow(\"first\").label(\"money\")",
                        "not Past( tool == \"billing.refund\", outcome == \"succeeded\" ) over window:time(1h) from"
                                + " entry-point \"person\"",
                        "exists Past( tool == \"mail.send\" )",
                        "forall( Past( tool == \"mail.send\" ) Past( outcome == \"succeeded\", verdict == \"allow\" ) )",
                        "accumulate( Past( verdict == \"allow\" ); $n : count(); $n < 3 )",
                        "not Origin( argument == \"note\", tainted == true )"),
                """
                - name: first
                  call: { tool: billing.refund, arguments: { amount: 20 } }
                  principal: { agent: bot }
                  history: [ { tool: mail.send, ago: 1m } ]
                  expect: allow
                """);

        assertThat(report.mutants())
                .filteredOn(mutant -> mutant.kind() == Kind.FLIP)
                .extracting(Mutant::instead, mutant -> mutant.noticed().isPresent())
                .contains(
                        tuple("no window", false),
                        tuple("no entry-point", false),
                        tuple("outcome != \"succeeded\"", false),
                        tuple("not Past( tool == \"mail.send\" )", true),
                        tuple("$n >= 3", true),
                        tuple("tainted != true", false),
                        tuple("Origin( argument == \"note\", tainted == true )", true),
                        tuple(
                                "exists Past( tool == \"mail.send\", outcome != \"succeeded\" || verdict != \"allow\" )",
                                true),
                        tuple("without it", false));
    }

    @Test
    void leavesOutChangesThatMakeNoSense() {
        MutationReport report = report(
                Bundles.rule(
                        "joined",
                        "ToolCall( tool == \"billing.refund\", $a : number(\"amount\") )",
                        "allow(\"as before\")",
                        "Now( zone == \"Europe/Berlin\" )",
                        "Past( tool == \"billing.refund\", $b : number(\"amount\") ) over window:time(1d)",
                        "Past( tool == \"billing.refund\", number(\"amount\") == $b ) over window:time(2d)"),
                LARGE);

        assertThat(report.mutants())
                .extracting(Mutant::instead)
                .doesNotContain("zone != \"Europe/Berlin\"")
                .noneMatch(instead -> instead.startsWith("not Past( tool == \"billing.refund\", $b"));
    }

    /** What is noticed here is what fails when the changed rule is compiled and decides as any other. */
    @Test
    void noticesWhatTheEngineWouldNotice() throws IOException {
        TestReport report = Packs.report("billing-support");
        List<RuleSyntax> rules = PolicyCompiler.rules(report.bundle(), new ArrayList<>());

        List<Boolean> passed = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            int changed = i;
            RuleMutations.of(rules.get(i)).forEach(change -> {
                List<RuleSyntax> others = new ArrayList<>(rules);
                others.set(changed, change.changed());
                TestReport again = TestReport.of(with(report.bundle(), RulePrinter.print(others)), report.tools());
                if (again.problems().isEmpty()) {
                    passed.add(again.isPassed());
                }
            });
        }

        assertThat(MutationReport.of(report).mutants())
                .extracting(mutant -> mutant.noticed().isEmpty())
                .isEqualTo(passed)
                .hasSizeGreaterThan(60);
    }

    @Test
    void casesThatFailNoticeNothing() {
        TestReport failing = TestReport.of(
                bundle(Bundles.rule("small", CALL, "deny(\"small\")"), SMALL), ToolSet.given(TestTools.ALL));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MutationReport.of(failing))
                .withMessageContaining("cases that fail already notice nothing");
    }

    /** Measured: 2 s on two slow cores for 1,300 changes and 100 cases that each concern every rule; CPU time, since machines are busy. */
    @Test
    void aHundredRulesTakeSeconds() {
        String rules = IntStream.range(0, 100)
                .mapToObj(i -> Bundles.rule(
                        "small " + i,
                        CALL.replace("50", Integer.toString(50 + i)),
                        "allow(\"small\")",
                        "not Past( tool == \"billing.refund\", outcome == \"succeeded\", number(\"amount\") > 10 )"
                                + " over window:time(1d)"))
                .collect(Collectors.joining());
        String cases = IntStream.range(0, 100)
                .mapToObj(i -> SMALL.replace("a small one", "case " + i).replace("20", Integer.toString(i)))
                .collect(Collectors.joining());
        TestReport report = TestReport.of(bundle(rules, cases), ToolSet.given(TestTools.ALL));

        long started = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        MutationReport mutation = MutationReport.of(report);

        assertThat(mutation.changed(Kind.FLIP)).isEqualTo(600);
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - started;
        assertThat(Duration.ofNanos(taken)).isLessThan(Duration.ofSeconds(10));
    }

    private static PolicyBundle with(PolicyBundle bundle, String rules) {
        Map<String, String> files = new HashMap<>(bundle.texts());
        files.keySet().removeIf(file -> file.endsWith(".drl"));
        files.put("rules.drl", rules);
        return PolicyBundle.ofTexts(files);
    }

    private static MutationReport report(String rules, String cases) {
        TestReport report = TestReport.of(bundle(rules, cases), ToolSet.given(TestTools.ALL));
        assertThat(report.isPassed()).as(report.toString()).isTrue();
        return MutationReport.of(report);
    }

    private static PolicyBundle bundle(String rules, String cases) {
        return Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", rules, "cases/a.yaml", cases));
    }
}
