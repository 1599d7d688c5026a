package dev.writ.gateway.startup;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.CaseResult;
import dev.writ.rules.CaseRun;
import dev.writ.rules.Coverage;
import dev.writ.rules.TestReport;
import dev.writ.rules.ToolSet;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Shows results of cases: to people, to annotations, and to programs. */
record TestPrinter(PrintStream out) {

    /** Said where no tools are given, so that nobody takes silence for a check. */
    static final String UNCHECKED =
            "no tools are given, so the names of tools, their arguments and types are not checked;"
                    + " name them with --tools";

    void print(Tested tested) {
        Path folder = tested.folder();
        tested.problems().forEach(problem -> out.println("FAIL  " + folder.resolve(problem.toString())));
        tested.cases().forEach(run -> print(folder, run));
        tested.report()
                .filter(report -> report.problems().isEmpty())
                .ifPresent(report -> print(folder, tested.name(), report));
    }

    private void print(Path folder, CaseRun run) {
        CaseResult result = run.result();
        String place = folder.resolve(result.file() + ":" + result.line()).toString();
        out.println(result.<String>fold(
                passed -> "ok    " + place + ": " + passed.name() + ": " + run.came(),
                failed -> "FAIL  " + place + ": " + failed.name() + ": " + failed.reason()));
    }

    private void print(Path folder, String name, TestReport report) {
        Coverage coverage = report.coverage();
        out.printf(
                "%s: %d of %d rules decide a case, %d of %d conditions are seen to hold and not to%n",
                name,
                coverage.coveredRules(),
                coverage.rules().size(),
                coverage.coveredConditions(),
                coverage.conditions());
        for (Coverage.Rule rule : coverage.rules()) {
            String ruled = "\"" + rule.name() + "\"";
            if (!rule.isCovered()) {
                out.println(
                        "      " + folder.resolve(rule.file() + ":" + rule.line()) + ": " + ruled + " decides no case");
            }
            rule.conditions().stream()
                    .filter(condition -> !condition.isCovered())
                    .forEach(condition -> out.println("      "
                            + folder.resolve(condition.file() + ":" + condition.line() + ":" + condition.column())
                            + ": " + ruled + ": " + condition.text() + " " + condition.missing()));
        }
        unchecked(report.tools()).forEach(line -> out.println(name + ": " + line));
    }

    static List<String> unchecked(ToolSet tools) {
        return tools.<List<String>>fold(given -> List.of(), assumed -> List.of(UNCHECKED));
    }

    void summary(List<Tested> tested, long nanos) {
        int cases = tested.stream().mapToInt(one -> one.cases().size()).sum();
        long failed = tested.stream().mapToLong(Tested::failed).sum();
        long broken = tested.stream().filter(one -> !one.problems().isEmpty()).count();
        out.printf(
                Locale.ROOT,
                "%d cases: %d passed, %d failed%s; %.2f s%n",
                cases,
                cases - failed,
                failed,
                broken == 0 ? "" : "; " + broken + " of " + tested.size() + " bundles make no sense",
                nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    void annotate(Tested tested) {
        Annotations annotations = new Annotations(out);
        Path folder = tested.folder();
        for (BundleProblem problem : tested.problems()) {
            annotations.mark(
                    "error",
                    folder.resolve(problem.file()).toString(),
                    problem.line(),
                    problem.column(),
                    "writ policy test",
                    problem.message());
        }
        for (CaseRun run : tested.cases()) {
            if (run.result() instanceof CaseResult.Failed failed) {
                annotations.mark(
                        "error",
                        folder.resolve(failed.file()).toString(),
                        failed.line(),
                        0,
                        failed.name(),
                        failed.reason());
            }
        }
    }

    static JsonObject toJson(List<Tested> tested) {
        return JsonObject.builder()
                .put("passed", tested.stream().allMatch(Tested::isPassed))
                .put("bundles", array(tested, TestPrinter::toJson))
                .build();
    }

    private static JsonObject toJson(Tested tested) {
        JsonObject.Builder bundle = JsonObject.builder()
                .put("folder", tested.folder().toString())
                .put("name", tested.name())
                .put("passed", tested.isPassed())
                .put("problems", array(tested.problems(), TestPrinter::toJson))
                .put("cases", array(tested.cases(), TestPrinter::toJson));
        tested.report()
                .ifPresent(report -> bundle.put("version", report.bundle().version())
                        .put("digest", report.bundle().digest().value())
                        .put("tools", report.tools().<String>fold(given -> "given", assumed -> "assumed"))
                        .put("rules", array(report.coverage().rules(), TestPrinter::toJson)));
        tested.mutation().ifPresent(mutation -> bundle.put("mutation", MutationPrinter.toJson(mutation)));
        return bundle.build();
    }

    static JsonObject toJson(BundleProblem problem) {
        return JsonObject.builder()
                .put("file", problem.file())
                .put("line", problem.line())
                .put("column", problem.column())
                .put("message", problem.message())
                .build();
    }

    private static JsonObject toJson(CaseRun run) {
        CaseResult result = run.result();
        JsonObject.Builder shown = JsonObject.builder()
                .put("name", result.name())
                .put("file", result.file())
                .put("line", result.line())
                .put("passed", result instanceof CaseResult.Passed)
                .put("came", run.came());
        if (result instanceof CaseResult.Failed failed) {
            shown.put("reason", failed.reason());
        }
        return shown.build();
    }

    private static JsonObject toJson(Coverage.Rule rule) {
        return JsonObject.builder()
                .put("name", rule.name())
                .put("says", rule.says())
                .put("file", rule.file())
                .put("line", rule.line())
                .put("decided", rule.decided())
                .put("doubted", rule.doubted())
                .put("conditions", array(rule.conditions(), TestPrinter::toJson))
                .build();
    }

    private static JsonObject toJson(Coverage.Condition condition) {
        return JsonObject.builder()
                .put("text", condition.text())
                .put("file", condition.file())
                .put("line", condition.line())
                .put("column", condition.column())
                .put("held", condition.held())
                .put("failed", condition.failed())
                .put("doubted", condition.doubted())
                .build();
    }

    static <T> JsonArray array(List<T> items, Function<T, JsonValue> shown) {
        return new JsonArray(items.stream().map(shown).toList());
    }
}
