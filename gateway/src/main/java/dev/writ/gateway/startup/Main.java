package dev.writ.gateway.startup;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** The one entry point: dispatches commands before Quarkus starts, so that those that need no server are quick. */
@QuarkusMain
public final class Main {

    private static final int WIDTH = 100;

    private Main() {}

    public static void main(String... args) {
        // Before anything logs; Quarkus holds what is logged until it is configured.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.exit(commands().execute(args));
    }

    /** Every command; one that fails says why, in one line unless a gateway had more to say, and ends with the exit code it has for that. */
    static CommandLine commands() {
        return new CommandLine(new WritCommand())
                .setUsageHelpWidth(WIDTH)
                .setParameterExceptionHandler((wrong, arguments) -> {
                    CommandLine command = wrong.getCommandLine();
                    command.getErr()
                            .println("writ: " + Line.of(wrong) + "; '"
                                    + command.getCommandSpec().qualifiedName() + " --help' says what there is");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    // What a gateway refuses it explains, a problem a line.
                    command.getErr()
                            .println("writ: "
                                    + (failure instanceof Remote.RefusedException
                                            ? String.valueOf(failure.getMessage())
                                                    .lines()
                                                    .map(Line::of)
                                                    .collect(Collectors.joining("\n"))
                                            : Line.of(failure)));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }
}
