package dev.writ.rules;

import dev.writ.model.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A bundle held against its own cases. Needs no server and no database.
 *
 * @param problems for which the bundle does not compile; then no case was run
 * @param cases by file and line
 */
public record TestReport(
        PolicyBundle bundle, ToolSet tools, List<BundleProblem> problems, List<CaseRun> cases, Coverage coverage) {

    public TestReport {
        problems = List.copyOf(problems);
        cases = List.copyOf(cases);
    }

    public static TestReport of(PolicyBundle bundle, ToolSet tools) {
        CoverageWatch watch = new CoverageWatch();
        return PolicyCompiler.compile(bundle, tools.definitions(), watch)
                .fold(
                        engine -> run(engine, tools, watch),
                        problems -> new TestReport(bundle, tools, problems, List.of(), new Coverage(List.of())));
    }

    private static TestReport run(PolicyEngine engine, ToolSet tools, CoverageWatch watch) {
        try (engine) {
            List<BundleProblem> problems = new ArrayList<>();
            List<PolicyCase> cases = PolicyCases.read(engine.bundle(), tools.definitions(), problems);
            List<CaseRun> runs = new ArrayList<>();
            problems.forEach(problem -> runs.add(new CaseRun(PolicyCases.unreadable(problem), "")));
            for (PolicyCase policyCase : cases) {
                Decision decision = engine.evaluate(policyCase.facts());
                watch.decided(decision);
                runs.add(new CaseRun(PolicyCases.result(policyCase, decision), PolicyCases.shown(decision)));
            }
            runs.sort(Comparator.comparing(CaseRun::result, PolicyCases.BY_PLACE));
            return new TestReport(engine.bundle(), tools, List.of(), runs, watch.coverage());
        }
    }

    public long failed() {
        return cases.stream()
                .filter(run -> run.result() instanceof CaseResult.Failed)
                .count();
    }

    /** The bundle compiles, and every case came out as written. */
    public boolean isPassed() {
        return problems.isEmpty() && failed() == 0;
    }
}
