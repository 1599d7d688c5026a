package dev.writ.audit.postgres;

import dev.writ.audit.Column;
import dev.writ.audit.LogVerifier;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MasterKey;
import dev.writ.audit.StoredCheckpoint;
import dev.writ.audit.StoredEntry;
import dev.writ.audit.VerifyResult;
import dev.writ.model.Digest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Verifies a whole log from its database, with a login that may only read, in bounded memory. Everything is read in one
 * snapshot, so that the log may grow meanwhile.
 *
 * <p>Besides what {@link LogVerifier} checks, it checks that every input belongs to an entry whose leaf commits to it and, with
 * the master key, that it is what was committed to; and that no row belongs to no log.
 */
public final class PostgresVerifier {

    private static final String LOG = "SELECT log_id, origin, vkey FROM audit.log ORDER BY log_id DESC LIMIT 1";
    private static final String CHECKPOINTS =
            "SELECT size, prev_size, root, frontier, note FROM audit.checkpoint WHERE log_id = ? ORDER BY size";
    private static final String ENTRIES =
            "SELECT idx, leaf, leaf_hash, kind, ts, call, verdict, agent, subject, session, tool,"
                    + " rule, bundle FROM audit.entry WHERE log_id = ? ORDER BY idx";
    private static final String KEYS_OF_ENTRIES =
            "SELECT idx, key, leaf_hash FROM audit.entry_key WHERE log_id = ? ORDER BY idx";
    private static final String KEYS = "SELECT key, idx, leaf_hash FROM audit.entry_key WHERE log_id = ? ORDER BY key";
    private static final String INPUTS = "SELECT i.idx, i.name, i.subject_key, i.ciphertext, k.wrapped_key"
            + " FROM audit.input i LEFT JOIN audit.subject_key k ON k.id = i.subject_key WHERE i.log_id = ?"
            + " ORDER BY i.idx, i.name";
    private static final String ORPHANS = "SELECT idx, what FROM ("
            + " (SELECT idx, 'an entry' AS what FROM audit.entry WHERE log_id < ? OR log_id > ? LIMIT 1) UNION ALL"
            + " (SELECT idx, 'an entry key' FROM audit.entry_key WHERE log_id < ? OR log_id > ? LIMIT 1) UNION ALL"
            + " (SELECT idx, 'an input' FROM audit.input WHERE log_id < ? OR log_id > ? LIMIT 1) UNION ALL"
            + " (SELECT size, 'a checkpoint' FROM audit.checkpoint WHERE log_id < ? OR log_id > ? LIMIT 1)) AS orphans"
            + " ORDER BY idx LIMIT 1";

    private final Connection connection;
    private final LogVerifierKey key;
    private final InputExamination inputs;

    private PostgresVerifier(Connection connection, LogVerifierKey key, Optional<MasterKey> masterKey) {
        this.connection = connection;
        this.key = key;
        this.inputs = new InputExamination(masterKey);
    }

    /**
     * Verifies the newest log of a database. Blocks for as long as it takes to read it.
     *
     * @param database login of {@code writ_reader}
     * @param key that the log is trusted to be signed with
     * @param masterKey to look into inputs too
     * @throws DatabaseException if the database cannot be read, or holds no log of that key
     */
    public static VerifyResult verify(DatabaseUrl database, LogVerifierKey key, Optional<MasterKey> masterKey) {
        try (Connection connection = Databases.connect(database)) {
            connection.setAutoCommit(false); // cursors need a transaction
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return new PostgresVerifier(connection, key, masterKey).verify();
        } catch (SQLException unreadable) {
            throw new DatabaseException(
                    "the log at " + database + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private VerifyResult verify() throws SQLException {
        int log = findLog();
        LogVerifier verifier = new LogVerifier(key);
        try (Cursor checkpoints = Cursor.open(connection, CHECKPOINTS, log);
                Cursor entries = Cursor.open(connection, ENTRIES, log);
                Cursor keys = Cursor.open(connection, KEYS_OF_ENTRIES, log);
                Cursor inputRows = Cursor.open(connection, INPUTS, log)) {
            while (checkpoints.isAtRow() && !verifier.isBroken()) {
                StoredCheckpoint checkpoint = checkpoint(checkpoints.row());
                feedEntries(verifier, entries, keys, inputRows, checkpoint.size());
                verifier.checkpoint(checkpoint);
                checkpoints.next();
            }
            feedEntries(verifier, entries, keys, inputRows, Long.MAX_VALUE);
            inputs.requireNoMore(inputRows);
        }
        try (Cursor keys = Cursor.open(connection, KEYS, log)) {
            while (keys.isAtRow() && !verifier.isBroken()) {
                ResultSet row = keys.row();
                verifier.entryKey(row.getString(1), row.getLong(2), Digest.fromBytes(row.getBytes(3)));
                keys.next();
            }
        }
        return orphan(log).orElseGet(() -> first(verifier.result(), inputs.broken()));
    }

    private int findLog() throws SQLException {
        try (Cursor logs = Cursor.open(connection, LOG)) {
            if (!logs.isAtRow()) {
                throw new DatabaseException("no log was begun in this database");
            }
            ResultSet row = logs.row();
            if (!row.getString(2).equals(key.name()) || !row.getString(3).equals(key.vkey())) {
                throw new DatabaseException("the log in this database says that its key is " + row.getString(3));
            }
            return row.getInt(1);
        }
    }

    private void feedEntries(LogVerifier verifier, Cursor entries, Cursor keys, Cursor inputRows, long below)
            throws SQLException {
        while (entries.isAtRow() && !verifier.isBroken() && entries.row().getLong(1) < below) {
            StoredEntry entry = entry(entries.row(), keys);
            inputs.examine(entry, inputRows);
            verifier.entry(entry);
            entries.next();
        }
    }

    private static StoredCheckpoint checkpoint(ResultSet row) throws SQLException {
        Long previous = row.getObject(2, Long.class);
        return new StoredCheckpoint(
                row.getLong(1),
                previous == null ? OptionalLong.empty() : OptionalLong.of(previous),
                Digest.fromBytes(row.getBytes(3)),
                row.getBytes(4),
                row.getString(5));
    }

    private static StoredEntry entry(ResultSet row, Cursor keys) throws SQLException {
        long index = row.getLong(1);
        Map<Column, String> columns = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            String value = row.getString(column.text());
            if (value != null) {
                columns.put(column, value);
            }
        }
        Instant at = row.getObject("ts", OffsetDateTime.class).toInstant();
        return new StoredEntry(
                index,
                row.getBytes(2),
                Digest.fromBytes(row.getBytes(3)),
                row.getString(4),
                at,
                columns,
                keys.takeKeys(index));
    }

    private Optional<VerifyResult> orphan(int log) throws SQLException {
        try (Cursor orphans = Cursor.open(connection, ORPHANS, log, log, log, log, log, log, log, log)) {
            return orphans.isAtRow()
                    ? Optional.of(new VerifyResult.Broken(
                            orphans.row().getLong(1), orphans.row().getString(2) + " belongs to no log"))
                    : Optional.empty();
        }
    }

    private static VerifyResult first(VerifyResult log, Optional<VerifyResult.Broken> input) {
        if (input.isEmpty()) {
            return log;
        }
        return log.fold(intact -> input.get(), broken -> input.get().index() < broken.index() ? input.get() : broken);
    }
}
