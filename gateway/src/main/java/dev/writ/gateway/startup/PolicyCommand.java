package dev.writ.gateway.startup;

import dev.writ.model.JsonObject;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code writ policy}. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Works on policies.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PolicyCommand.Bundle.class, PolicyReplayCommand.class})
final class PolicyCommand {

    /** A bundle as the gateway takes it. */
    static JsonObject.Builder body(PolicyBundle bundle) {
        JsonObject.Builder files = JsonObject.builder();
        bundle.files().forEach(path -> files.put(path, new String(bundle.file(path), StandardCharsets.UTF_8)));
        return JsonObject.builder().put("files", files.build());
    }

    /** {@code writ policy bundle}. */
    @Command(
            name = "bundle",
            mixinStandardHelpOptions = true,
            description =
                    "Prints a bundle's folder as the body for POST /v1/policies. Exit code 1 if it cannot be read.")
    static final class Bundle implements Callable<Integer> {

        @Parameters(paramLabel = "FOLDER", description = "The folder with bundle.yaml in it.")
        Path folder = Path.of("");

        @Override
        public Integer call() throws IOException {
            if (!Files.isDirectory(folder)) {
                throw new UncheckedIOException(
                        "there is no folder " + folder, new NotDirectoryException(folder.toString()));
            }
            try {
                PolicyBundle bundle = PolicyBundle.read(folder);
                List<BundleProblem> problems = PolicyCompiler.unreadable(bundle);
                if (problems.isEmpty()) {
                    System.out.println(body(bundle).build().toJson());
                    return 0;
                }
                return refused(problems);
            } catch (InvalidBundleException invalid) {
                return refused(invalid.problems());
            }
        }

        /** As compilers do it, so that editors and terminals lead to the place. */
        private int refused(List<BundleProblem> problems) {
            problems.forEach(problem -> System.err.println(folder.resolve(problem.toString())));
            return 1;
        }
    }
}
