package dev.writ.gateway.startup;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.Formatter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ policy format}. */
@Command(
        name = "format",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = PolicyCommand.UNUSABLE,
        description = {
            "Writes rule files in the form that reviewers see, with their comments.",
            "Exit code 1 if a file cannot be read as rules, or with --check is not in that form."
        })
final class PolicyFormatCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files, or folders with *.drl in them.")
    List<Path> paths = List.of();

    @Option(names = "--check", description = "Changes nothing, and names the files that would change.")
    boolean check;

    @Override
    public Integer call() throws IOException {
        boolean clean = true;
        for (Path path : paths) {
            for (Path file : files(path)) {
                clean &= format(file);
            }
        }
        return clean ? CommandLine.ExitCode.OK : PolicyCommand.FAILED;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new UncheckedIOException("there is no " + path, new NoSuchFileException(path.toString()));
        }
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.walk(path)) {
            return below.filter(file -> file.toString().endsWith(".drl")
                            && Files.isRegularFile(file)
                            && !path.relativize(file).toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private boolean format(Path file) throws IOException {
        List<BundleProblem> problems = new ArrayList<>();
        String text = Files.readString(file);
        String formatted = Formatter.format(file.toString(), text, problems);
        problems.forEach(problem -> System.err.println(problem));
        if (!problems.isEmpty()) {
            return false;
        }
        if (formatted.equals(text)) {
            return true;
        }
        System.out.println(file + (check ? ": is not formatted" : ": formatted"));
        if (!check) {
            Files.writeString(file, formatted);
        }
        return !check;
    }
}
