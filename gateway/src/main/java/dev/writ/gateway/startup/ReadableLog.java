package dev.writ.gateway.startup;

import dev.writ.audit.LogKeys;
import dev.writ.audit.UnreadableLogException;
import dev.writ.gateway.export.PostgresLogSource;

/** The log of an installation as a command may read it: with the login that can do nothing else. */
final class ReadableLog implements AutoCloseable {

    private final ExistingDatabase database;
    private final LogKeys keys;

    private ReadableLog(ExistingDatabase database, LogKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /** Starts the database if it is ours and nobody else has. */
    static ReadableLog open(Installation installation) {
        LogKeys keys = installation
                .logKeys()
                .orElseThrow(() -> new UnreadableLogException("there is no signing key in " + installation.folder()
                        + "; name the folder of the installation with WRIT_HOME or --home"));
        return new ReadableLog(ExistingDatabase.open(installation), keys);
    }

    ExistingDatabase database() {
        return database;
    }

    LogKeys keys() {
        return keys;
    }

    PostgresLogSource source() {
        return PostgresLogSource.open(database.reader(), keys);
    }

    @Override
    public void close() {
        database.close();
    }
}
