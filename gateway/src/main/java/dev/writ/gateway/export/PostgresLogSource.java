package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.LogKeys;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerificationException;
import dev.writ.audit.postgres.DatabaseException;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.model.Digest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.postgresql.ds.PGSimpleDataSource;

/** The newest log of a database, through one connection of a login that may only read. */
public final class PostgresLogSource implements LogSource {

    private static final int TILE = 256;
    private static final String LOG = "SELECT log_id FROM audit.log ORDER BY log_id DESC LIMIT 1";
    private static final String NEWEST =
            "SELECT note FROM audit.checkpoint WHERE log_id = ? ORDER BY size DESC LIMIT 1";
    private static final String COVERING =
            "SELECT note FROM audit.checkpoint WHERE log_id = ? AND size >= ? ORDER BY size LIMIT 1";
    private static final String COSIGNATURES =
            "SELECT line FROM audit.cosignature WHERE log_id = ? AND size = ? ORDER BY witness";
    private static final String ENTRIES =
            "SELECT idx, leaf_hash, leaf FROM audit.entry WHERE log_id = ? AND idx >= ? AND idx < ? ORDER BY idx";
    private static final String HASHES =
            "SELECT idx, leaf_hash FROM audit.entry WHERE log_id = ? AND idx >= ? AND idx < ? ORDER BY idx";
    private static final String LEAF_TILE = "SELECT hashes FROM audit.tile WHERE log_id = ? AND level = 0 AND n = ?";
    private static final String FIRST = "SELECT min(idx) FROM audit.entry WHERE log_id = ? AND ts >= ? AND idx < ?";
    private static final String LAST = "SELECT max(idx) FROM audit.entry WHERE log_id = ? AND ts < ? AND idx < ?";

    private final Connection connection;
    private final LogKeys key;
    private final int log;

    /** The last tile that was read: what was pruned is asked for hash by hash, in order. */
    private long tileRead = -1;

    private Optional<byte[]> tile = Optional.empty();

    private PostgresLogSource(Connection connection, LogKeys key, int log) {
        this.connection = connection;
        this.key = key;
        this.log = log;
    }

    /**
     * Connects.
     *
     * @param database login of {@code writ_reader}
     * @param key that the log is trusted to be signed with
     * @throws DatabaseException if the database cannot be read or holds no log
     */
    public static PostgresLogSource open(DatabaseUrl database, LogKeys key) {
        try {
            Connection connection = dataSource(database).getConnection();
            try {
                connection.setReadOnly(true);
                return new PostgresLogSource(connection, key, log(connection));
            } catch (SQLException | RuntimeException failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private static PGSimpleDataSource dataSource(DatabaseUrl database) throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(database.jdbcUrl());
        for (String name : database.jdbcProperties().stringPropertyNames()) {
            dataSource.setProperty(name, database.jdbcProperties().getProperty(name));
        }
        return dataSource;
    }

    private static int log(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOG);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new DatabaseException("no log was begun in this database");
            }
            return row.getInt(1);
        }
    }

    /** What is read from one row. */
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, log);
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 2, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (row.next()) {
                    found.add(reader.read(row));
                }
                return found;
            }
        } catch (SQLException unreadable) {
            throw unreadable(unreadable);
        }
    }

    @Override
    public Checkpoint newest() {
        return query(NEWEST, row -> key.verifyHead(row.getString(1))).stream()
                .findFirst()
                .orElseThrow(() -> new DatabaseException("no log was begun in this database"));
    }

    @Override
    public Optional<Checkpoint> covering(long size) {
        return query(COVERING, row -> key.verify(row.getString(1)), size).stream()
                .findFirst();
    }

    @Override
    public String cosigned(Checkpoint checkpoint) {
        StringBuilder note = new StringBuilder(checkpoint.note());
        query(COSIGNATURES, row -> row.getString(1), checkpoint.size())
                .forEach(line -> note.append(line.strip()).append('\n'));
        // A line that is none would make the whole note unreadable.
        key.verify(note.toString());
        return note.toString();
    }

    @Override
    public List<Slot> entries(long from, long to) {
        List<Slot.Kept> rows = query(ENTRIES, row -> kept(row.getLong(1), row.getBytes(2), row.getBytes(3)), from, to);
        List<Slot> slots = new ArrayList<>();
        for (Slot.Kept kept : rows) {
            fill(slots, from, kept.index());
            slots.add(kept);
        }
        fill(slots, from, to);
        return slots;
    }

    private static Slot.Kept kept(long index, byte[] leafHash, byte[] leaf) {
        if (!Arrays.equals(MerkleHash.leaf(leaf), leafHash)) {
            throw new VerificationException("the leaf of entry " + index + " does not have the hash beside it");
        }
        return new Slot.Kept(index, Digest.fromBytes(leafHash), leaf);
    }

    private void fill(List<Slot> slots, long from, long until) {
        for (long index = from + slots.size(); index < until; index++) {
            slots.add(new Slot.Pruned(index, Digest.fromBytes(tiledHash(index))));
        }
    }

    @Override
    public List<byte[]> hashes(long from, long to) {
        List<byte[]> hashes = new ArrayList<>();
        for (Map.Entry<Long, byte[]> row : query(HASHES, row -> Map.entry(row.getLong(1), row.getBytes(2)), from, to)) {
            fillHashes(hashes, from, row.getKey());
            hashes.add(row.getValue());
        }
        fillHashes(hashes, from, to);
        return hashes;
    }

    private void fillHashes(List<byte[]> hashes, long from, long until) {
        for (long index = from + hashes.size(); index < until; index++) {
            hashes.add(tiledHash(index));
        }
    }

    /** Of an entry that is not there. */
    private byte[] tiledHash(long index) {
        int at = (int) (index % TILE) * MerkleHash.BYTES;
        return tile(index / TILE)
                .map(hashes -> Arrays.copyOfRange(hashes, at, at + MerkleHash.BYTES))
                .orElseThrow(() -> new VerificationException("entry " + index + " is missing"));
    }

    private Optional<byte[]> tile(long number) {
        if (number != tileRead || tile.isEmpty()) {
            tile = query(LEAF_TILE, row -> row.getBytes(1), number).stream().findFirst();
            tileRead = number;
        }
        return tile;
    }

    @Override
    public OptionalLong firstSince(Instant time, long size) {
        return index(FIRST, time, size);
    }

    @Override
    public OptionalLong lastBefore(Instant time, long size) {
        return index(LAST, time, size);
    }

    private OptionalLong index(String sql, Instant time, long size) {
        return query(
                        sql,
                        row -> {
                            long index = row.getLong(1);
                            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(index);
                        },
                        time.atOffset(ZoneOffset.UTC),
                        size)
                .get(0);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            throw unreadable(broken);
        }
    }

    private static DatabaseException unreadable(SQLException failure) {
        return new DatabaseException("the log cannot be read: " + failure.getMessage(), failure);
    }
}
