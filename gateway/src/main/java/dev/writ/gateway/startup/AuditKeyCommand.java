package dev.writ.gateway.startup;

import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.UnreadableLogException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code writ audit key}. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Prints the log's verifier key, to be handed to whoever wants to verify.",
            "It is no secret. Exit code 3 if there is no signing key."
        })
final class AuditKeyCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @Override
    public Integer call() {
        LogVerifierKey key = installation
                .verifierKey()
                .orElseThrow(() -> new UnreadableLogException("there is no signing key in " + installation.folder()
                        + "; name the folder of the installation with WRIT_HOME or --home"));
        System.out.println(key.vkey());
        return CommandLine.ExitCode.OK;
    }
}
