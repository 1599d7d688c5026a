package dev.writ.gateway.startup;

import dev.writ.rules.ExplainedCase;
import dev.writ.rules.Explanation;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.ToolSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code writ policy explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = PolicyCommand.UNUSABLE,
        description = {
            "Says of one case what every rule asked, what came of it, and what would have to change for it",
            "to be allowed. Exit code 1 if the bundle does not compile or has no such case."
        })
final class PolicyExplainCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder with bundle.yaml in it.")
    Path folder = Path.of("");

    @Parameters(index = "1", paramLabel = "CASE", description = "The case's name, or a part of it.")
    String name = "";

    @Mixin
    ToolFiles tools = new ToolFiles();

    @Override
    public Integer call() throws IOException {
        try {
            PolicyBundle bundle = PolicyFolders.read(folder);
            ToolSet known = tools.of(folder, bundle);
            List<ExplainedCase> cases = ExplainedCase.named(bundle, known, name);
            if (cases.isEmpty()) {
                System.err.println("writ: no case in " + folder + " is called '" + name
                        + "'; 'writ policy test' lists those there are");
                return PolicyCommand.FAILED;
            }
            cases.forEach(this::print);
            TestPrinter.unchecked(known).forEach(System.out::println);
            return CommandLine.ExitCode.OK;
        } catch (InvalidBundleException invalid) {
            return PolicyFolders.refused(folder, invalid.problems());
        }
    }

    private void print(ExplainedCase explained) {
        Explanation explanation = explained.explanation();
        System.out.println(place(explained.file(), explained.line()) + ": " + explained.name());
        System.out.println("call: " + explained.call());
        System.out.println("expected: " + explained.expected());
        System.out.println("came: " + explained.came());
        for (Explanation.Rule rule : explanation.rules()) {
            System.out.println();
            System.out.println(place(rule.file(), rule.line()) + ": \"" + rule.name() + "\" " + said(rule));
            for (Explanation.Part part : rule.parts()) {
                String matched = part.matched().isEmpty()
                        ? ""
                        : part.matched().stream().map(index -> "#" + index).collect(Collectors.joining(" ", " (", ")"));
                System.out.printf(
                        "  %-9s %s%s%n",
                        part.state().name().toLowerCase(Locale.ROOT).replace('_', ' '), part.text(), matched);
            }
        }
        explanation.nearest().ifPresent(PolicyExplainCommand::print);
        System.out.println();
    }

    private static String said(Explanation.Rule rule) {
        return switch (rule.state()) {
            case HOLDS -> "says " + rule.says() + ": " + rule.reason();
            case DOUBTFUL -> "cannot be judged, and so denies";
            default -> "says nothing; it would say " + rule.says();
        };
    }

    private static void print(Explanation.Nearest nearest) {
        System.out.println();
        System.out.println("nearest to an allow: \"" + nearest.rule().name() + "\", if");
        for (Explanation.Part part : nearest.rule().unmet()) {
            System.out.println(
                    "  - " + part.change().map(Explanation.Change::toString).orElse(part.text() + " held"));
        }
        nearest.then()
                .ifPresent(then -> System.out.println("  then: " + then.effect().text()
                        + then.rule().map(rule -> " by \"" + rule + "\"").orElse("")));
    }

    private String place(String file, int line) {
        return folder.resolve(file + ":" + line).toString();
    }
}
