package dev.writ.audit.postgres;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.KeyChange;
import dev.writ.audit.KeyHistory;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifier;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MasterKey;
import dev.writ.audit.StoredCheckpoint;
import dev.writ.audit.StoredEntry;
import dev.writ.audit.VerificationException;
import dev.writ.audit.VerifyResult;
import dev.writ.model.Digest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/**
 * Verifies a whole log from its database, with a login that may only read, in bounded memory. Everything is read in one
 * snapshot, so that the log may grow meanwhile.
 *
 * <p>Besides what {@link LogVerifier} checks, it checks that every input belongs to an entry whose leaf commits to it and, with
 * the master key, that it is what was committed to; that what is missing was deleted because an entry says so; that tiles are
 * those of the entries, subjects' keys open, and cosignatures are well-formed; and that no row belongs to no log.
 */
public final class PostgresVerifier {

    private static final Logger LOGGER = System.getLogger(PostgresVerifier.class.getName());

    private static final String LOG = "SELECT log_id, origin, vkey FROM audit.log ORDER BY log_id DESC";
    private static final String KEY_CHANGES = "SELECT idx, leaf FROM audit.entry WHERE kind IN ('" + KeyChange.ADDED
            + "', '" + KeyChange.RETIRED + "') ORDER BY idx";
    private static final String SIZE = "SELECT max(size) FROM audit.checkpoint WHERE log_id = ?";
    private static final String CHECKPOINTS =
            "SELECT size, prev_size, root, frontier, note FROM audit.checkpoint WHERE log_id = ? ORDER BY size";
    private static final String ENTRIES =
            "SELECT idx, leaf, leaf_hash, kind, ts, call, verdict, agent, subject, session, tool,"
                    + " rule, bundle FROM audit.entry WHERE log_id = ? ORDER BY idx";
    private static final String KEYS_OF_ENTRIES =
            "SELECT idx, key, leaf_hash FROM audit.entry_key WHERE log_id = ? ORDER BY idx";
    private static final String KEYS =
            "SELECT key, idx, leaf_hash FROM audit.entry_key WHERE log_id = ? ORDER BY key COLLATE \"C\"";
    private static final String INPUTS = "SELECT i.idx, i.name, i.subject_key, i.followed, i.ciphertext, k.wrapped_key"
            + " FROM audit.input i LEFT JOIN audit.subject_key k ON k.id = i.subject_key WHERE i.log_id = ?"
            + " ORDER BY i.idx, i.name";
    private static final String ORPHANS = "SELECT idx, what FROM ("
            + " (SELECT idx, 'an entry' AS what FROM audit.entry WHERE log_id < ? OR log_id > ? OR log_id IS NULL LIMIT 1) UNION ALL"
            + " (SELECT idx, 'an entry key' FROM audit.entry_key WHERE log_id < ? OR log_id > ? OR log_id IS NULL LIMIT 1) UNION ALL"
            + " (SELECT idx, 'an input' FROM audit.input WHERE log_id < ? OR log_id > ? OR log_id IS NULL LIMIT 1) UNION ALL"
            + " (SELECT n << 8 * (level + 1), 'a tile' FROM audit.tile"
            + "   WHERE log_id < ? OR log_id > ? OR log_id IS NULL OR level NOT BETWEEN 0 AND 5 LIMIT 1) UNION ALL"
            + " (SELECT size, 'a cosignature' FROM audit.cosignature WHERE log_id < ? OR log_id > ? OR log_id IS NULL LIMIT 1) UNION ALL"
            + " (SELECT size, 'a checkpoint' FROM audit.checkpoint WHERE log_id < ? OR log_id > ? OR log_id IS NULL LIMIT 1)) AS orphans"
            + " ORDER BY idx LIMIT 1";

    private static final long STEP = 4096;

    private static final String DATA_EXCEPTION = "22";
    private static final String DATA_CORRUPTED = "XX001";
    private static final String INDEX_CORRUPTED = "XX002";

    private final Connection connection;
    private final LogKeys trusted;
    private final KeyHistory history;
    private final Optional<MasterKey> masterKey;
    private final CosignatureCheck cosignatures;
    private final Progress progress;
    private final LogVerifier verifier;
    private Optional<VerifyResult.Broken> beside = Optional.empty();
    private long next;
    private long told;

    private PostgresVerifier(
            Connection connection,
            LogKeys trusted,
            KeyHistory history,
            Optional<MasterKey> masterKey,
            CosignatureCheck cosignatures,
            Progress progress) {
        this.connection = connection;
        this.trusted = trusted;
        this.history = history;
        this.masterKey = masterKey;
        this.cosignatures = cosignatures;
        this.progress = progress;
        this.verifier = new LogVerifier(trusted, history);
    }

    /** Told now and then how far a verification is. */
    @FunctionalInterface
    public interface Progress {

        /** So many entries are read, of so many. */
        void at(long done, long size);
    }

    /**
     * Verifies the newest log of a database. Blocks for as long as it takes to read it.
     *
     * @param database login of {@code writ_reader}
     * @param trusted keys of the log, one of which must have signed the newest checkpoint
     * @param masterKey to look into inputs too
     * @throws DatabaseException if the database cannot be read, or holds no log
     */
    public static VerifyResult verify(DatabaseUrl database, LogKeys trusted, Optional<MasterKey> masterKey) {
        return verify(database, trusted, masterKey, CosignatureCheck.NONE, (done, size) -> {});
    }

    /**
     * As above, and holds cosignatures against witnesses' keys, and tells how far it is.
     *
     * @param progress called by this thread; what it throws ends the verification
     */
    public static VerifyResult verify(
            DatabaseUrl database,
            LogKeys trusted,
            Optional<MasterKey> masterKey,
            CosignatureCheck cosignatures,
            Progress progress) {
        try (Connection connection = Databases.connect(database)) {
            connection.setAutoCommit(false); // cursors need a transaction
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            // Before the snapshot: partitions that are exchanged after it would look empty.
            Databases.execute(connection, "LOCK TABLE audit.entry IN ACCESS SHARE MODE");
            KeyHistory history = history(connection, trusted);
            return new PostgresVerifier(connection, trusted, history, masterKey, cosignatures, progress).result();
        } catch (SQLException unreadable) {
            throw new DatabaseException(
                    "the log at " + database + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** What cannot be read because somebody changed it is a finding, not a fault; else one row would blind every verifier. */
    private VerifyResult result() throws SQLException {
        try {
            return verify();
        } catch (DatabaseException | CancellationException noFinding) {
            throw noFinding;
        } catch (SQLException failed) {
            if (!isOfData(failed)) {
                throw failed;
            }
            return unreadable(failed);
        } catch (RuntimeException malformed) {
            return unreadable(malformed);
        }
    }

    private static boolean isOfData(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        return state.startsWith(DATA_EXCEPTION) || state.equals(DATA_CORRUPTED) || state.equals(INDEX_CORRUPTED);
    }

    private VerifyResult unreadable(Exception malformed) {
        LOGGER.log(Level.DEBUG, "A row of the log is malformed", malformed);
        report(new VerifyResult.Broken(next, "a row at entry " + next + " or after it is malformed: " + malformed));
        verifier.broken().ifPresent(this::report);
        return beside.orElseThrow();
    }

    private VerifyResult verify() throws SQLException {
        int log = findLog();
        long size = size(log);
        Explanations explanations = Explanations.read(connection, log);
        InputExamination inputs = new InputExamination(masterKey, explanations);
        try (Cursor checkpoints = Cursor.open(connection, CHECKPOINTS, log);
                Cursor entries = Cursor.open(connection, ENTRIES, log);
                Cursor keys = Cursor.open(connection, KEYS_OF_ENTRIES, log);
                Cursor inputRows = Cursor.open(connection, INPUTS, log);
                TileExamination tiles = TileExamination.open(connection, log)) {
            Rows rows = new Rows(entries, keys, inputRows, tiles, explanations, inputs, size);
            while (checkpoints.isAtRow() && !verifier.isBroken()) {
                StoredCheckpoint checkpoint = checkpoint(checkpoints.row());
                rows.feed(checkpoint.size());
                verifier.checkpoint(checkpoint);
                checkpoints.next();
                if (next - told >= STEP) {
                    told = next;
                    progress.at(next, size);
                }
            }
            rows.feed(Long.MAX_VALUE);
            rows.end();
        }
        try (Cursor keys = Cursor.open(connection, KEYS, log)) {
            while (keys.isAtRow() && !verifier.isBroken()) {
                ResultSet row = keys.row();
                verifier.entryKey(row.getString(1), row.getLong(2), Digest.fromBytes(row.getBytes(3)));
                keys.next();
            }
        }
        VerifyResult result = verifier.result();
        CosignatureExamination.examine(connection, log, cosignatures).ifPresent(this::report);
        orphan(log).ifPresent(this::report);
        if (beside.isEmpty() && !verifier.isBroken()) {
            // Last, since a key says little of where it was used.
            SubjectKeyExamination.examine(connection, masterKey, explanations).ifPresent(this::report);
        }
        progress.at(next, size);
        return first(result, beside);
    }

    /** Whatever is wrong with it shows when the entries are verified. */
    private static KeyHistory history(Connection connection, LogKeys trusted) throws SQLException {
        KeyHistory history = KeyHistory.beginningWith(trusted.all().get(0));
        try (Cursor first = Cursor.open(connection, LOG)) {
            if (first.isAtRow()) {
                history = KeyHistory.beginningWith(
                        LogVerifierKey.parse(first.row().getString(3)));
            }
            try (Cursor changes = Cursor.open(connection, KEY_CHANGES)) {
                while (changes.isAtRow()) {
                    Entry entry = Leaf.decode(changes.row().getBytes(2)).entry();
                    KeyChange change = KeyChange.of(entry)
                            .orElseThrow(() -> new VerificationException("its column kind is not that of its leaf"));
                    history = history.then(changes.row().getLong(1), change);
                    changes.next();
                }
            }
            return history;
        } catch (RuntimeException wrong) {
            LOGGER.log(Level.DEBUG, "The changes of the log's keys are not what they should be", wrong);
            return history;
        }
    }

    private int findLog() throws SQLException {
        try (Cursor logs = Cursor.open(connection, LOG)) {
            if (!logs.isAtRow()) {
                throw new DatabaseException("no log was begun in this database");
            }
            ResultSet row = logs.row();
            int log = row.getInt(1);
            if (trusted.all().stream().noneMatch(history::knows)) {
                report(new VerifyResult.Broken(
                        0,
                        "the database says that the log's key is " + row.getString(3)
                                + ", which is not the one given"));
            } else if (!isKey(row.getString(3)) || !trusted.origin().equals(row.getString(2))) {
                report(new VerifyResult.Broken(0, "the row that says which log this is was changed"));
            }
            logs.next();
            if (logs.isAtRow()) {
                report(new VerifyResult.Broken(0, "there is more than one log"));
            }
            return log;
        }
    }

    private static boolean isKey(String vkey) {
        try {
            LogVerifierKey.parse(vkey);
            return true;
        } catch (IllegalArgumentException changed) {
            return false;
        }
    }

    private long size(int log) throws SQLException {
        try (Cursor sizes = Cursor.open(connection, SIZE, log)) {
            return sizes.isAtRow() ? sizes.row().getLong(1) : 0;
        }
    }

    private void report(VerifyResult.Broken found) {
        if (beside.isEmpty() || found.index() < beside.get().index()) {
            beside = Optional.of(found);
        }
    }

    /** The rows of entries, side by side. */
    private final class Rows {
        private final Cursor entries;
        private final Cursor keys;
        private final Cursor inputRows;
        private final TileExamination tiles;
        private final Explanations explanations;
        private final InputExamination inputs;
        private final long size;

        Rows(
                Cursor entries,
                Cursor keys,
                Cursor inputRows,
                TileExamination tiles,
                Explanations explanations,
                InputExamination inputs,
                long size) {
            this.size = size;
            this.entries = entries;
            this.keys = keys;
            this.inputRows = inputRows;
            this.tiles = tiles;
            this.explanations = explanations;
            this.inputs = inputs;
        }

        void feed(long below) throws SQLException {
            while (entries.isAtRow() && !verifier.isBroken() && entries.row().getLong(1) < below) {
                long index = entries.row().getLong(1);
                feedPruned(index);
                skipInputsBelow(index);
                StoredEntry entry = entry(entries.row(), keys);
                List<InputExamination.Stored> stored = InputExamination.take(inputRows, index);
                verifier.entry(entry, leaf -> inputs.examine(index, leaf, stored));
                if (index == next) {
                    tiles.add(entry.leafHash());
                    next++;
                }
                explanations.isThere(index, entry.kind(), entry.leafHash());
                entries.next();
            }
            feedPruned(below);
        }

        /** Entries that an entry says were pruned are verified by their hashes, which tiles hold. */
        private void feedPruned(long below) throws SQLException {
            while (next < below && !verifier.isBroken() && explanations.isPruned(next)) {
                Optional<Digest> hash = tiles.next();
                if (hash.isEmpty()) {
                    return;
                }
                verifier.pruned(next, hash.get(), keys.takeKeys(next));
                tiles.add(hash.get());
                next++;
            }
        }

        private void skipInputsBelow(long index) throws SQLException {
            while (inputRows.isAtRow() && inputRows.row().getLong(1) < index) {
                report(new VerifyResult.Broken(inputRows.row().getLong(1), "an input belongs to no entry"));
                inputRows.next();
            }
        }

        void end() throws SQLException {
            skipInputsBelow(Long.MAX_VALUE);
            if (next == size) {
                tiles.end();
                explanations.missing().ifPresent(PostgresVerifier.this::report);
            }
            tiles.broken().ifPresent(PostgresVerifier.this::report);
        }
    }

    private static StoredCheckpoint checkpoint(ResultSet row) throws SQLException {
        Long previous = row.getObject(2, Long.class);
        return new StoredCheckpoint(
                row.getLong(1),
                previous == null ? OptionalLong.empty() : OptionalLong.of(previous),
                Digest.fromBytes(row.getBytes(3)),
                row.getBytes(4),
                Objects.requireNonNull(row.getString(5), "a checkpoint's note"));
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

    private Optional<VerifyResult.Broken> orphan(int log) throws SQLException {
        try (Cursor orphans =
                Cursor.open(connection, ORPHANS, log, log, log, log, log, log, log, log, log, log, log, log)) {
            return orphans.isAtRow()
                    ? Optional.of(new VerifyResult.Broken(
                            orphans.row().getLong(1), orphans.row().getString(2) + " belongs to no log"))
                    : Optional.empty();
        }
    }

    private static VerifyResult first(VerifyResult log, Optional<VerifyResult.Broken> beside) {
        if (beside.isEmpty()) {
            return log;
        }
        return log.fold(
                intact -> beside.get(), broken -> beside.get().index() < broken.index() ? beside.get() : broken);
    }
}
