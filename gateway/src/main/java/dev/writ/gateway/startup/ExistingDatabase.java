package dev.writ.gateway.startup;

import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The database of an installation that is there already, with the login that may only read. Nothing is made. */
final class ExistingDatabase implements AutoCloseable {

    private final DatabaseUrl reader;
    private final Optional<EmbeddedDatabase> embedded;

    private ExistingDatabase(DatabaseUrl reader, Optional<EmbeddedDatabase> embedded) {
        this.reader = reader;
        this.embedded = embedded;
    }

    /**
     * Starts the database if it is ours and nobody else has. Blocks.
     *
     * @throws UnreadableLogException if there is none
     */
    static ExistingDatabase open(Installation installation) {
        return open(
                installation.existingHome().orElseThrow(() -> noLog(installation.folder())),
                Installation.databaseUrl());
    }

    static ExistingDatabase open(Home home, Optional<String> url) {
        byte[] roleSecret = home.existingRoleSecret().orElseThrow(() -> noLog(home.folder()));
        if (url.isPresent()) {
            DatabaseUrl given = DatabaseUrl.parse(url.get());
            return new ExistingDatabase(AuditSchema.access(given, roleSecret).reader(), Optional.empty());
        }
        if (!Files.isDirectory(home.database())) {
            throw noLog(home.folder());
        }
        EmbeddedDatabase embedded = EmbeddedDatabase.start(home.database());
        return new ExistingDatabase(
                AuditSchema.access(embedded.url(), roleSecret).reader(), Optional.of(embedded));
    }

    private static UnreadableLogException noLog(Path folder) {
        return new UnreadableLogException(
                "there is no log in " + folder + "; name its folder with WRIT_HOME or --home");
    }

    DatabaseUrl reader() {
        return reader;
    }

    @Override
    public void close() {
        embedded.ifPresent(EmbeddedDatabase::close);
    }
}
