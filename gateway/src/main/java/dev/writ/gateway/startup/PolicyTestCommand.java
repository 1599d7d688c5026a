package dev.writ.gateway.startup;

import dev.writ.rules.TestReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ policy test}. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = PolicyCommand.UNUSABLE,
        description = {
            "Runs the cases of bundles, and says which rules and conditions they show. Needs no gateway.",
            "Exit code 1 if a bundle does not compile, a case does not come out or the score is too low, 2 if something",
            "could not be read."
        })
final class PolicyTestCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders with bundle.yaml in them.")
    List<Path> folders = List.of();

    @Mixin
    ToolFiles tools = new ToolFiles();

    @Option(
            names = "--mutate",
            description = {
                "Turns each condition of each rule round, one at a time, and says which of that no",
                "case notices."
            })
    boolean mutate;

    @Option(
            names = "--min-score",
            paramLabel = "PERCENT",
            description = "As --mutate, and exit code 1 if cases notice less than that of a bundle.")
    int minScore;

    @Option(names = "--junit", paramLabel = "FILE", description = "Writes the results as JUnit XML, too.")
    @Nullable
    Path junit;

    @Option(names = "--json", description = "Prints the results as one JSON object.")
    boolean json;

    @Option(
            names = "--github",
            description = "Prints annotations for GitHub Actions, too; always where GITHUB_ACTIONS is true.")
    boolean github;

    @Override
    public Integer call() throws IOException {
        return run(System.getenv());
    }

    /** @param environment of this process */
    int run(Map<String, String> environment) throws IOException {
        long started = System.nanoTime();
        List<Tested> tested = new ArrayList<>();
        for (Path folder : folders) {
            Tested one = Tested.of(folder, bundle -> TestReport.of(bundle, tools.of(folder, bundle)));
            tested.add(isMutating() ? one.mutated() : one);
        }
        if (junit != null) {
            JUnitReport.write(junit, tested, minScore);
        }
        TestPrinter printer = new TestPrinter(System.out);
        if (json) {
            System.out.println(TestPrinter.toJson(tested).toJson());
        } else {
            tested.forEach(printer::print);
            if (isMutating()) {
                tested.forEach(one -> new MutationPrinter(System.out).print(one, minScore));
            }
            printer.summary(tested, System.nanoTime() - started);
        }
        if (github || (!json && Annotations.areWantedBy(environment))) {
            tested.forEach(printer::annotate);
            tested.forEach(new MutationPrinter(System.out)::annotate);
        }
        return tested.stream().allMatch(one -> one.isPassed() && one.isAtLeast(minScore))
                ? CommandLine.ExitCode.OK
                : PolicyCommand.FAILED;
    }

    private boolean isMutating() {
        return mutate || minScore > 0;
    }
}
