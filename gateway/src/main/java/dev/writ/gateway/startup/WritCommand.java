package dev.writ.gateway.startup;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code writ} itself: says what there is. */
@Command(
        name = "writ",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "The governance gateway in front of AI agents.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            BillingCommand.class,
            PolicyCommand.class,
            KeysCommand.class,
            ConnectorsCommand.class,
            ApplyCommand.class,
            ApprovalsCommand.class,
            AuditCommand.class,
            WitnessCommand.class
        },
        footer = {
            "",
            "Data lives in $WRIT_HOME (default ~/.writ), in a PostgreSQL that Writ brings",
            "along, or in yours if WRIT_DATABASE_URL is set, to",
            "postgresql://user:password@host:port/database?sslmode=verify-full"
        })
final class WritCommand implements Callable<Integer> {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(System.out);
        }
        return CommandLine.ExitCode.USAGE;
    }
}
