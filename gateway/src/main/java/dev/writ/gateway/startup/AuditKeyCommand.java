package dev.writ.gateway.startup;

import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.VerificationException;
import dev.writ.audit.postgres.PostgresTileSource;
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
            "Prints the log's verifier key, to be handed to whoever wants to verify: two,",
            "the old one first, while one replaces the other. They are no secret.",
            "Exit code 3 if there is no signing key."
        },
        subcommands = {AuditKeyCommand.Rotate.class, AuditKeyCommand.Retire.class})
final class AuditKeyCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @Override
    public Integer call() {
        LogKeys keys = existingHome(installation)
                .existingSigner()
                .map(LogSigner::keys)
                .orElseThrow(() -> missing(installation));
        keys.all().forEach(key -> System.out.println(key.vkey()));
        return CommandLine.ExitCode.OK;
    }

    private static Home existingHome(Installation installation) {
        return installation.existingHome().orElseThrow(() -> missing(installation));
    }

    private static UnreadableLogException missing(Installation installation) {
        return new UnreadableLogException("there is no signing key in " + installation.folder()
                + "; name the folder of the installation with WRIT_HOME or --home");
    }

    /** {@code writ audit key rotate}. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            exitCodeOnExecutionException = AuditCommand.UNREADABLE,
            description = {
                "Makes the next signing key and prints its verifier key. Replicas sign with both",
                "from their next start on. Copy the file signing-key-next to every replica's",
                "folder, restart them, tell auditors and witnesses of the key, then 'key retire'."
            })
    static final class Rotate implements Callable<Integer> {

        @Mixin
        Installation installation = new Installation();

        @Override
        public Integer call() {
            System.out.println(existingHome(installation).prepareNextKey().vkey());
            return CommandLine.ExitCode.OK;
        }
    }

    /** {@code writ audit key retire}. */
    @Command(
            name = "retire",
            mixinStandardHelpOptions = true,
            exitCodeOnExecutionException = AuditCommand.UNREADABLE,
            description = {
                "Makes the next key the only one; the old one is deleted at the next start. Do it in",
                "every replica's folder once all of them sign with both, and restart them. Refused",
                "while the newest checkpoint is not signed by it."
            })
    static final class Retire implements Callable<Integer> {

        @Mixin
        Installation installation = new Installation();

        @Override
        public Integer call() {
            Home home = existingHome(installation);
            home.nextKey().ifPresent(next -> requireInForce(home, next));
            System.out.println("retired " + home.retireKey().vkey());
            return CommandLine.ExitCode.OK;
        }

        /** Or nobody could sign what comes next so that it is accepted. */
        private static void requireInForce(Home home, LogVerifierKey next) {
            try (ExistingDatabase database = ExistingDatabase.open(home, Installation.databaseUrl());
                    PostgresTileSource log = PostgresTileSource.open(database.reader())) {
                next.verify(log.checkpoint().note());
            } catch (VerificationException notYet) {
                throw new UnreadableLogException(
                        "the newest checkpoint is not signed by the next key yet: restart every replica with it first",
                        notYet);
            }
        }
    }
}
