package dev.writ.gateway.startup;

import dev.writ.rules.BundleDraft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ policy draft}. */
@Command(
        name = "draft",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = PolicyCommand.UNUSABLE,
        description = {
            "Proposes a bundle for the calls that a gateway let through: a start for people to correct.",
            "Exit code 1 if there is none among them."
        })
final class PolicyDraftCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "Where to write the bundle; must not exist yet.")
    Path folder = Path.of("");

    @Option(
            names = "--from",
            required = true,
            paramLabel = "PATH",
            description = {
                "One JSON object a line, or a folder of *.ndjson: the log as 'writ audit export --format",
                "cloudevents' writes it, or answers of GET /v1/audit/calls/{id}, which hold arguments, too."
            })
    Path from = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The bundle's name. Default: ${DEFAULT-VALUE}")
    String name = "draft";

    @Override
    public Integer call() throws IOException {
        if (Files.exists(folder)) {
            throw new UncheckedIOException(
                    folder + " is there already; name a folder that is not, so that nothing is overwritten",
                    new FileAlreadyExistsException(folder.toString()));
        }
        if (!Files.exists(from)) {
            throw new UncheckedIOException("there is no " + from, new NoSuchFileException(from.toString()));
        }
        List<BundleDraft.Observed> calls = RecordedCalls.read(from);
        if (calls.isEmpty()) {
            System.err.println("writ: no call in " + from + " was let through, so there is nothing to draft from");
            return PolicyCommand.FAILED;
        }
        for (Map.Entry<String, String> file : BundleDraft.of(name, calls).entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.resolveSibling(""));
            Files.writeString(path, file.getValue());
        }
        long known = calls.stream().filter(call -> call.arguments().isPresent()).count();
        System.out.printf(
                "drafted %s from %d calls, %d of them with arguments; read every rule, then 'writ policy test %s'%n",
                folder, calls.size(), known, folder);
        return CommandLine.ExitCode.OK;
    }
}
