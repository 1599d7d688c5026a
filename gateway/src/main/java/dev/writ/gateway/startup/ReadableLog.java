package dev.writ.gateway.startup;

import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.gateway.export.PostgresLogSource;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * The log of an installation as a command may read it: with the login that can do nothing else.
 *
 * @param reader login of {@code writ_reader}
 */
record ReadableLog(Home home, DatabaseUrl reader) {

    /** What a command does with it. */
    @FunctionalInterface
    interface Work<T> {
        T run(ReadableLog log) throws Exception;
    }

    /** Starts the database for as long as the work takes, if it is ours. */
    static <T> T with(Home home, Optional<String> databaseUrl, Work<T> work) throws Exception {
        if (databaseUrl.isPresent()) {
            return work.run(of(home, DatabaseUrl.parse(databaseUrl.get())));
        }
        if (!Files.isDirectory(home.database())) {
            throw new UncheckedIOException(
                    "there is no log in " + home.folder() + "; name its folder with WRIT_HOME or --home",
                    new NoSuchFileException(home.database().toString()));
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home.database())) {
            return work.run(of(home, database.url()));
        }
    }

    private static ReadableLog of(Home home, DatabaseUrl database) {
        return new ReadableLog(
                home, AuditSchema.access(database, home.roleSecret()).reader());
    }

    LogVerifierKey key() {
        return home.signer().verifierKey();
    }

    PostgresLogSource source() {
        return PostgresLogSource.open(reader, key());
    }
}
