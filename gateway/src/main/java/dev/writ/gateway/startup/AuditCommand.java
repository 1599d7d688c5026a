package dev.writ.gateway.startup;

import dev.writ.audit.VerifyResult;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.audit.postgres.PostgresVerifier;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code writ audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Works on the log.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AuditCommand.Verify.class, AuditExportCommand.class, AuditProveNoneCommand.class, AuditReconcileCommand.class})
final class AuditCommand {

    /** {@code writ audit verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Re-computes the whole log from the database. Exit code 0 if it is intact, 1 if not.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        Installation installation = new Installation();

        @Override
        public Integer call() {
            return verify(installation.home(), Installation.databaseUrl(), System.out) ? 0 : 1;
        }

        /** Verifies, says what was found, and whether it is intact. */
        static boolean verify(Home home, Optional<String> databaseUrl, PrintStream out) {
            if (databaseUrl.isPresent()) {
                return verify(home, DatabaseUrl.parse(databaseUrl.get()), out);
            }
            if (!Files.isDirectory(home.database())) {
                throw new UncheckedIOException(
                        "there is no log in " + home.folder() + "; name its folder with WRIT_HOME or --home",
                        new NoSuchFileException(home.database().toString()));
            }
            try (EmbeddedDatabase database = EmbeddedDatabase.start(home.database())) {
                return verify(home, database.url(), out);
            }
        }

        private static boolean verify(Home home, DatabaseUrl database, PrintStream out) {
            long start = System.nanoTime();
            VerifyResult result = PostgresVerifier.verify(
                    AuditSchema.access(database, home.roleSecret()).reader(),
                    home.signer().verifierKey(),
                    Optional.of(home.masterKey()));
            long millis = (System.nanoTime() - start) / 1_000_000;
            return result.fold(
                    intact -> {
                        out.printf(
                                "The log is intact: %d entries, root %s, %d ms.%n",
                                intact.size(), intact.checkpoint().root(), millis);
                        return true;
                    },
                    broken -> {
                        out.printf("The log is BROKEN at entry %d: %s.%n", broken.index(), broken.what());
                        return false;
                    });
        }
    }
}
