package dev.writ.gateway.startup;

import dev.writ.model.JsonObject;
import dev.writ.rules.MutationReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** Shows what cases notice of changed rules: to people, to annotations, and to programs. */
record MutationPrinter(PrintStream out) {

    void print(Tested tested, int minScore) {
        tested.mutation()
                .ifPresentOrElse(
                        report -> {
                            survivors(tested.folder(), report).forEach(line -> out.println("      " + line));
                            out.println(tested.name() + ": " + summary(report, minScore));
                        },
                        () -> out.println(
                                tested.name() + ": no condition is turned round before all cases come out as written"));
    }

    static String summary(MutationReport report, int minScore) {
        return String.format(
                Locale.ROOT,
                "mutation score %d %%%s: cases notice %d of %d conditions turned round, and %d of %d edges moved",
                report.score(),
                report.score() < minScore ? ", less than the " + minScore + " % that are wanted" : "",
                report.noticed(MutationReport.Kind.FLIP),
                report.changed(MutationReport.Kind.FLIP),
                report.noticed(MutationReport.Kind.BOUNDARY),
                report.changed(MutationReport.Kind.BOUNDARY));
    }

    /** Whole conditions first, since they count. */
    static Stream<String> survivors(Path folder, MutationReport report) {
        return Arrays.stream(MutationReport.Kind.values())
                .flatMap(kind -> report.survivors(kind).stream())
                .map(mutant -> folder.resolve(mutant.file() + ":" + mutant.line() + ":" + mutant.column()) + ": \""
                        + mutant.rule() + "\": " + message(mutant));
    }

    private static String message(MutationReport.Mutant mutant) {
        String unnoticed = switch (mutant.kind()) {
            case FLIP -> "no case notices ";
            case BOUNDARY -> "no case is at the edge: ";
        };
        return unnoticed + mutant.instead() + " in place of " + mutant.condition() + "; add a case " + mutant.advice();
    }

    void annotate(Tested tested) {
        Annotations annotations = new Annotations(out);
        tested.mutation()
                .ifPresent(report -> report.survivors(MutationReport.Kind.FLIP)
                        .forEach(mutant -> annotations.mark(
                                "warning",
                                tested.folder().resolve(mutant.file()).toString(),
                                mutant.line(),
                                mutant.column(),
                                mutant.rule(),
                                message(mutant))));
    }

    static JsonObject toJson(MutationReport report) {
        return JsonObject.builder()
                .put("score", report.score())
                .put("mutants", TestPrinter.array(report.mutants(), MutationPrinter::toJson))
                .build();
    }

    private static JsonObject toJson(MutationReport.Mutant mutant) {
        JsonObject.Builder shown = JsonObject.builder()
                .put("rule", mutant.rule())
                .put("file", mutant.file())
                .put("line", mutant.line())
                .put("column", mutant.column())
                .put("kind", mutant.kind().name().toLowerCase(Locale.ROOT))
                .put("condition", mutant.condition())
                .put("instead", mutant.instead());
        mutant.noticed().ifPresent(name -> shown.put("noticed", name));
        if (mutant.noticed().isEmpty()) {
            shown.put("advice", "add a case " + mutant.advice());
        }
        return shown.build();
    }
}
