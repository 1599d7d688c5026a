package dev.writ.audit.postgres;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogPath;
import dev.writ.audit.TileBytes;
import dev.writ.audit.TileSource;
import dev.writ.audit.UnreadableLogException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest log of a database in its public form, for tools: with a login that may only read, in one snapshot, over one
 * connection. Tiles that are not stored are made of leaf hashes. It verifies nothing.
 */
public final class PostgresTileSource implements TileSource, AutoCloseable {

    private static final int KEPT = 4096;

    private static final String LOG = "SELECT max(log_id) FROM audit.log";
    private static final String NEWEST =
            "SELECT size, note FROM audit.checkpoint WHERE log_id = ? ORDER BY size DESC LIMIT 1";
    private static final String OF_SIZE = "SELECT size, note FROM audit.checkpoint WHERE log_id = ? AND size = ?";
    private static final String BEST_WITNESSED = "SELECT size FROM audit.cosignature WHERE log_id = ? AND size > ?"
            + " GROUP BY size ORDER BY count(*) DESC, size DESC LIMIT 1";
    private static final String COSIGNATURES =
            "SELECT line FROM audit.cosignature WHERE log_id = ? AND size = ? ORDER BY witness";
    private static final String LEAVES =
            "SELECT leaf FROM audit.entry WHERE log_id = ? AND idx >= ? AND idx < ? ORDER BY idx";
    private static final String LEAF_HASHES =
            "SELECT leaf_hash FROM audit.entry WHERE log_id = ? AND idx >= ? AND idx < ? ORDER BY idx";
    private static final String TILE = "SELECT hashes FROM audit.tile WHERE log_id = ? AND level = ? AND n = ?";
    private static final String OF_CALL = "SELECT idx FROM audit.entry WHERE log_id = ? AND call = ? ORDER BY idx";
    private static final String DECISIONS_OF_CALL =
            "SELECT idx FROM audit.entry WHERE log_id = ? AND call = ? AND kind = 'DECIDED' ORDER BY idx";

    private final Connection connection;
    private final DatabaseUrl database;
    private final long log;
    private final Map<LogPath, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LogPath, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    private PostgresTileSource(Connection connection, DatabaseUrl database, long log) {
        this.connection = connection;
        this.database = database;
        this.log = log;
    }

    /**
     * Connects. Blocks.
     *
     * @param database login of {@code writ_reader}
     * @throws UnreadableLogException if there is no log in it, or it cannot be read
     */
    public static PostgresTileSource open(DatabaseUrl database) {
        try {
            Connection connection = Databases.connect(database);
            try {
                connection.setAutoCommit(false);
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                return new PostgresTileSource(connection, database, newest(connection));
            } catch (SQLException | RuntimeException failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException refused) {
            throw unreadable(database, refused);
        }
    }

    private static long newest(Connection connection) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement(LOG);
                ResultSet row = ask.executeQuery()) {
            if (!row.next() || row.getObject(1) == null) {
                throw new UnreadableLogException("no log was begun in this database; is it the right one?");
            }
            return row.getLong(1);
        }
    }

    /** The checkpoint of exactly that size with its cosignatures, if one was signed. */
    public Optional<Checkpoint> checkpoint(long size) {
        return texts(OF_SIZE, 2, log, size).stream().findFirst().map(note -> Checkpoint.parse(cosigned(note, size)));
    }

    /** The best checkpoint to prove that entry with: the newest of those that most witnesses cosigned, or else the newest. */
    public Checkpoint checkpointFor(long index) {
        return longs(BEST_WITNESSED, log, index).stream()
                .findFirst()
                .flatMap(this::checkpoint)
                .orElseGet(this::checkpoint);
    }

    /** The indices of the entries of that call, or of its decisions only. */
    public List<Long> entriesOf(String call, boolean onlyDecisions) {
        long size = checkpoint().size();
        return longs(onlyDecisions ? DECISIONS_OF_CALL : OF_CALL, log, call).stream()
                .filter(index -> index < size)
                .toList();
    }

    @Override
    public int parallelism() {
        return 1;
    }

    @Override
    public synchronized Optional<byte[]> read(String path) {
        return path.equals(CHECKPOINT) ? newestNote() : LogPath.parse(path).fold(this::hashes, this::leaves);
    }

    private Optional<byte[]> newestNote() {
        Optional<Long> size = longs(NEWEST, log).stream().findFirst();
        return texts(NEWEST, 2, log).stream()
                .findFirst()
                .map(note -> cosigned(note, size.orElse(0L)).getBytes(StandardCharsets.UTF_8));
    }

    private String cosigned(String note, long size) {
        StringBuilder cosigned = new StringBuilder(note);
        texts(COSIGNATURES, 1, log, size)
                .forEach(line -> cosigned.append(line.strip()).append('\n'));
        return cosigned.toString();
    }

    private Optional<byte[]> leaves(LogPath.EntryBundle bundle) {
        List<byte[]> leaves = bytes(LEAVES, log, bundle.start(), bundle.end());
        return leaves.size() == bundle.width() ? Optional.of(TileBytes.ofLeaves(leaves)) : Optional.empty();
    }

    private Optional<byte[]> hashes(LogPath.HashTile tile) {
        Optional<byte[]> known = Optional.ofNullable(kept.get(tile));
        if (known.isPresent()) {
            return known;
        }
        Optional<byte[]> read = stored(tile).or(() -> made(tile));
        read.ifPresent(bytes -> kept.put(tile, bytes));
        return read;
    }

    private Optional<byte[]> stored(LogPath.HashTile tile) {
        return bytes(TILE, log, tile.level(), tile.n()).stream()
                .findFirst()
                .map(full -> Arrays.copyOf(full, tile.width() * full.length / LogPath.WIDTH));
    }

    private Optional<byte[]> made(LogPath.HashTile tile) {
        long first = tile.n() * LogPath.WIDTH;
        List<byte[]> hashes = new ArrayList<>();
        if (tile.level() == 0) {
            hashes = bytes(LEAF_HASHES, log, first, first + tile.width());
        } else {
            for (int i = 0; i < tile.width(); i++) {
                LogPath.HashTile below = new LogPath.HashTile(tile.level() - 1, first + i, LogPath.WIDTH);
                Optional<byte[]> full = hashes(below);
                if (full.isEmpty()) {
                    return Optional.empty();
                }
                hashes.add(Frontier.empty()
                        .append(TileBytes.hashes(below, full.get()))
                        .root());
            }
        }
        return hashes.size() == tile.width() ? Optional.of(TileBytes.ofHashes(hashes)) : Optional.empty();
    }

    private List<byte[]> bytes(String sql, Object... parameters) {
        return ask(sql, row -> row.getBytes(1), parameters);
    }

    private List<Long> longs(String sql, Object... parameters) {
        return ask(sql, row -> row.getLong(1), parameters);
    }

    private List<String> texts(String sql, int column, Object... parameters) {
        return ask(sql, row -> row.getString(column), parameters);
    }

    @FunctionalInterface
    private interface Column<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> ask(String sql, Column<T> column, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> answers = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    answers.add(column.of(row));
                }
            }
            return answers;
        } catch (SQLException failed) {
            throw unreadable(database, failed);
        }
    }

    private static UnreadableLogException unreadable(DatabaseUrl database, SQLException failure) {
        return new UnreadableLogException(
                "the log at " + database + " cannot be read: " + failure.getMessage(), failure);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw unreadable(database, failed);
        }
    }

    @Override
    public String toString() {
        return database.toString();
    }
}
