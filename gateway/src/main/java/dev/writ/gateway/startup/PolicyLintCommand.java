package dev.writ.gateway.startup;

import dev.writ.model.JsonObject;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.Lint;
import dev.writ.rules.LintCheck;
import dev.writ.rules.LintFinding;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.ToolSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ policy lint}. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = PolicyCommand.UNUSABLE,
        description = {
            "Says what is wrong with bundles, or is probably not what was meant. Needs no gateway.",
            "Exit code 1 if there is an error, or with --strict a warning; 2 if something could not be read."
        })
final class PolicyLintCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders with bundle.yaml in them.")
    List<Path> folders = List.of();

    @Mixin
    ToolFiles tools = new ToolFiles();

    @Option(
            names = "--ignore",
            split = ",",
            paramLabel = "ID",
            description = "Leaves out what has that id, such as W018.")
    List<String> ignored = List.of();

    @Option(names = "--strict", description = "Warnings fail, too.")
    boolean strict;

    @Option(names = "--json", description = "Prints the findings as one JSON object.")
    boolean json;

    @Option(
            names = "--github",
            description = "Prints annotations for GitHub Actions, too; always where GITHUB_ACTIONS is true.")
    boolean github;

    /** What was found in one folder. */
    private record Linted(Path folder, List<LintFinding> findings, List<String> unchecked) {}

    @Override
    public Integer call() throws IOException {
        ignored.forEach(PolicyLintCommand::requireKnown);
        List<Linted> linted = new ArrayList<>();
        for (Path folder : folders) {
            linted.add(lint(folder));
        }
        if (json) {
            System.out.println(toJson(linted).toJson());
        } else {
            linted.forEach(PolicyLintCommand::print);
        }
        if (github || (!json && Annotations.areWantedBy(System.getenv()))) {
            linted.forEach(PolicyLintCommand::annotate);
        }
        return linted.stream().flatMap(one -> one.findings().stream()).anyMatch(this::fails)
                ? PolicyCommand.FAILED
                : CommandLine.ExitCode.OK;
    }

    private static void requireKnown(String id) {
        if (Arrays.stream(LintCheck.values()).noneMatch(check -> check.id().equals(id))) {
            throw new IllegalArgumentException("there is no '" + id + "' to ignore; the ids are "
                    + Arrays.stream(LintCheck.values()).map(LintCheck::id).collect(Collectors.joining(", ")));
        }
    }

    private Linted lint(Path folder) throws IOException {
        try {
            PolicyBundle bundle = PolicyFolders.read(folder);
            ToolSet known = tools.of(folder, bundle);
            return new Linted(
                    folder,
                    Lint.check(bundle, known).stream()
                            .filter(finding -> !ignored.contains(finding.check().id()))
                            .toList(),
                    TestPrinter.unchecked(known));
        } catch (InvalidBundleException invalid) {
            return new Linted(
                    folder,
                    invalid.problems().stream().map(PolicyLintCommand::broken).toList(),
                    List.of());
        }
    }

    private static LintFinding broken(BundleProblem problem) {
        return new LintFinding(
                LintCheck.DOES_NOT_COMPILE, problem.file(), problem.line(), problem.column(), problem.message());
    }

    private boolean fails(LintFinding finding) {
        LintCheck.Level level = finding.check().level();
        return level == LintCheck.Level.ERROR || (strict && level == LintCheck.Level.WARNING);
    }

    private static void print(Linted linted) {
        Path folder = linted.folder();
        linted.findings().forEach(finding -> System.out.println(folder.resolve(finding.toString())));
        linted.unchecked().forEach(line -> System.out.println(folder + ": " + line));
        System.out.println(folder + ": "
                + Arrays.stream(LintCheck.Level.values())
                        .map(level -> count(linted, level) + " of level " + level.text())
                        .collect(Collectors.joining(", ")));
    }

    private static long count(Linted linted, LintCheck.Level level) {
        return linted.findings().stream()
                .filter(finding -> finding.check().level() == level)
                .count();
    }

    private static void annotate(Linted linted) {
        Annotations annotations = new Annotations(System.out);
        for (LintFinding finding : linted.findings()) {
            annotations.mark(
                    switch (finding.check().level()) {
                        case ERROR -> "error";
                        case WARNING -> "warning";
                        case INFO -> "notice";
                    },
                    linted.folder().resolve(finding.file()).toString(),
                    finding.line(),
                    finding.column(),
                    finding.check().id() + " " + finding.check().text(),
                    finding.message());
        }
    }

    private static JsonObject toJson(List<Linted> linted) {
        return JsonObject.builder()
                .put("bundles", TestPrinter.array(linted, PolicyLintCommand::toJson))
                .build();
    }

    private static JsonObject toJson(Linted linted) {
        return JsonObject.builder()
                .put("folder", linted.folder().toString())
                .put("tools", linted.unchecked().isEmpty() ? "given" : "assumed")
                .put("findings", TestPrinter.array(linted.findings(), PolicyLintCommand::toJson))
                .build();
    }

    private static JsonObject toJson(LintFinding finding) {
        return JsonObject.builder()
                .put("id", finding.check().id())
                .put("check", finding.check().text())
                .put("level", finding.check().level().text())
                .put("file", finding.file())
                .put("line", finding.line())
                .put("column", finding.column())
                .put("message", finding.message())
                .build();
    }
}
