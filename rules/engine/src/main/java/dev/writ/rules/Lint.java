package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells an author what is wrong with a bundle, or is probably not what was meant. Needs no server and no database.
 *
 * <p>What it says of rules that never fire, are covered or always overruled is certain: it is concluded from comparisons with literals
 * only, and it says nothing of what it cannot reckon with.
 */
public final class Lint {

    private Lint() {}

    /** All there is to say, by file, line and column. */
    public static List<LintFinding> check(PolicyBundle bundle, ToolSet tools) {
        List<LintFinding> findings = new ArrayList<>();
        TestReport report = TestReport.of(bundle, tools);
        report.problems().forEach(problem -> findings.add(LintFinding.of(kind(problem.message()), problem)));
        if (report.problems().isEmpty()) {
            List<RuleSyntax> rules = PolicyCompiler.rules(bundle, new ArrayList<>());
            new LintRules(bundle, tools, findings).check(rules);
            List<RuleShape> shapes = rules.stream().map(RuleShape::of).toList();
            new LintPairs(bundle, tools, findings).check(shapes);
            new LintTables(tools, findings).check(shapes);
            cases(report, findings);
        }
        return findings.stream().distinct().sorted().toList();
    }

    private static void cases(TestReport report, List<LintFinding> findings) {
        for (CaseRun run : report.cases()) {
            if (run.result() instanceof CaseResult.Failed failed) {
                LintCheck check = run.came().isEmpty() ? LintCheck.BAD_CASE : LintCheck.FAILED_CASE;
                findings.add(new LintFinding(check, failed.file(), failed.line(), 1, failed.reason()));
            }
        }
        for (Coverage.Rule rule : report.coverage().rules()) {
            if (!rule.isCovered()) {
                findings.add(new LintFinding(
                        LintCheck.NO_CASE,
                        rule.file(),
                        rule.line(),
                        1,
                        "\"" + rule.name() + "\" decides no case; write one in cases/ that expects it to "
                                + rule.says()));
            }
        }
    }

    /** By the words of the compiler, which knows no ids. */
    private static LintCheck kind(String message) {
        if (message.startsWith("there is no tool '")) {
            return LintCheck.UNKNOWN_TOOL;
        } else if (message.contains(" has no argument '")
                || message.startsWith("no tool that this rule may be about")) {
            return LintCheck.UNKNOWN_ARGUMENT;
        } else if (message.startsWith("the argument '")
                || (message.contains(" is a ") && message.contains("compares"))) {
            return LintCheck.WRONG_TYPE;
        } else if (message.contains("is outside this bundle's scope")) {
            return LintCheck.OUTSIDE_SCOPE;
        } else if (message.startsWith("the reason is")) {
            return LintCheck.EMPTY_REASON;
        }
        return LintCheck.DOES_NOT_COMPILE;
    }
}
