package dev.writ.gateway.startup;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import java.io.IOException;
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
        subcommands = {
            PolicyCommand.Bundle.class,
            PolicyTestCommand.class,
            PolicyLintCommand.class,
            PolicyFormatCommand.class,
            PolicyExplainCommand.class,
            PolicyDiffCommand.class,
            PolicyDraftCommand.class,
            PolicyReplayCommand.class,
            PolicyLifeCommands.Publish.class,
            PolicyLifeCommands.Listing.class,
            PolicyLifeCommands.Shadow.class,
            PolicyLifeCommands.Flips.class,
            PolicyLifeCommands.Approve.class,
            PolicyLifeCommands.Share.class,
            PolicyLifeCommands.Activate.class,
            PolicyLifeCommands.Deactivate.class,
            PolicyLifeCommands.Rollback.class
        })
final class PolicyCommand {

    /** Something is wrong with a bundle. */
    static final int FAILED = 1;

    /** Something could not be read. */
    static final int UNUSABLE = 2;

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
            try {
                PolicyBundle bundle = PolicyFolders.read(folder);
                List<BundleProblem> problems = PolicyCompiler.unreadable(bundle);
                if (problems.isEmpty()) {
                    System.out.println(PolicyLifeCommands.body(bundle).toJson());
                    return 0;
                }
                return PolicyFolders.refused(folder, problems);
            } catch (InvalidBundleException invalid) {
                return PolicyFolders.refused(folder, invalid.problems());
            }
        }
    }
}
