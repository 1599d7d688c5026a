package dev.writ.gateway.startup;

import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.UnreadableLogException;
import dev.writ.gateway.export.PostgresLogSource;

/** The log of an installation as a command may read it: with the login that can do nothing else. */
final class ReadableLog implements AutoCloseable {

    private final ExistingDatabase database;
    private final LogVerifierKey key;

    private ReadableLog(ExistingDatabase database, LogVerifierKey key) {
        this.database = database;
        this.key = key;
    }

    /** Starts the database if it is ours and nobody else has. */
    static ReadableLog open(Installation installation) {
        LogVerifierKey key = installation
                .verifierKey()
                .orElseThrow(() -> new UnreadableLogException("there is no signing key in " + installation.folder()
                        + "; name the folder of the installation with WRIT_HOME or --home"));
        return new ReadableLog(ExistingDatabase.open(installation), key);
    }

    ExistingDatabase database() {
        return database;
    }

    LogVerifierKey key() {
        return key;
    }

    PostgresLogSource source() {
        return PostgresLogSource.open(database.reader(), key);
    }

    @Override
    public void close() {
        database.close();
    }
}
