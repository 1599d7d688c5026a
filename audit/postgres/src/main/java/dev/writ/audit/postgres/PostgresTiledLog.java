package dev.writ.audit.postgres;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogPath.EntryBundle;
import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.PrunedException;
import dev.writ.audit.TiledLog;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The newest log of a database in tiles, by a login that may only read. */
public final class PostgresTiledLog implements TiledLog, AutoCloseable {

    private static final int CONNECTIONS = 2;

    /** Whoever comes when so many wait is refused. */
    private static final int WAITING = 128;

    private static final String LOG = "SELECT max(log_id) FROM audit.log";
    private static final String HEAD =
            "SELECT size, root, note FROM audit.checkpoint WHERE log_id = $1 ORDER BY size DESC LIMIT 1";
    private static final String COSIGNATURES =
            "SELECT line FROM audit.cosignature WHERE log_id = $1 AND size = $2 ORDER BY witness";
    private static final String ROOTS =
            "SELECT size, root FROM audit.checkpoint WHERE log_id = $1 AND size IN ($2, $3)";
    private static final String LEAVES =
            "SELECT idx, leaf, leaf_hash FROM audit.entry WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
    private static final String PRUNES =
            "SELECT idx, leaf FROM audit.entry WHERE log_id = $1 AND kind = '" + Deletions.PRUNE + "'";

    private final Vertx vertx;
    private final Pool pool;
    private final LogKeys key;
    private final TreeHashes hashes;
    private volatile Optional<Checkpoint> verified = Optional.empty();

    private PostgresTiledLog(Vertx vertx, Pool pool, LogKeys key) {
        this.vertx = vertx;
        this.pool = pool;
        this.key = key;
        this.hashes = new TreeHashes(pool);
    }

    /**
     * One that connects when it is first asked.
     *
     * @param database login of {@code writ_reader}
     * @param key of the log
     */
    public static PostgresTiledLog open(Vertx vertx, DatabaseUrl database, LogKeys key) {
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING))
                .connectingTo(database.connectOptions()
                        .setCachePreparedStatements(true)
                        .addProperty("application_name", "writ-audit-tiled")
                        .addProperty("enable_seqscan", "off"))
                .using(vertx)
                .build();
        return new PostgresTiledLog(vertx, pool, key);
    }

    @Override
    public Uni<Checkpoint> checkpoint() {
        return uni(() -> head().compose(head -> pool.preparedQuery(COSIGNATURES)
                .execute(Tuple.of(head.log, head.checkpoint.size()))
                .map(rows -> withLines(head.checkpoint, rows))));
    }

    private static Checkpoint withLines(Checkpoint checkpoint, RowSet<Row> rows) {
        StringBuilder note = new StringBuilder(checkpoint.note());
        for (Row row : rows) {
            note.append(row.getString(0)).append('\n');
        }
        return new Checkpoint(checkpoint.origin(), checkpoint.size(), checkpoint.root(), note.toString());
    }

    @Override
    public Uni<byte[]> read(LogPath path) {
        return uni(() -> head().compose(head -> path.fold(tile -> tile(head, tile), bundle -> bundle(head, bundle))));
    }

    private Future<byte[]> tile(LogHead head, HashTile tile) {
        requireWithin(head, tile.path(), tile.end());
        // The partial tile is that of the smallest tree that has it.
        return hashes.tile(new TreeHashes.TileName(head.log, tile.level(), tile.n()), tile.end());
    }

    private Future<byte[]> bundle(LogHead head, EntryBundle bundle) {
        requireWithin(head, bundle.path(), bundle.end());
        // The connection is kept until all is hashed, away from the event loop: so few bundles are in memory at a time.
        return pool.withConnection(connection -> connection
                        .preparedQuery(LEAVES)
                        .execute(Tuple.of(head.log, bundle.start(), bundle.end()))
                        .compose(rows -> rows.size() < bundle.width()
                                ? Future.succeededFuture(Optional.<byte[]>empty())
                                : vertx.executeBlocking(() -> Optional.of(encode(rows, bundle)), false)))
                .compose(read -> read.map(Future::succeededFuture).orElseGet(() -> explain(head.log, bundle)));
    }

    private static byte[] encode(RowSet<Row> rows, EntryBundle bundle) {
        Buffer bytes = Buffer.buffer();
        long expected = bundle.start();
        for (Row row : rows) {
            byte[] leaf = row.getBuffer(1).getBytes();
            if (row.getLong(0) != expected
                    || !Arrays.equals(MerkleHash.leaf(leaf), row.getBuffer(2).getBytes())) {
                throw new VerificationException("the leaf of entry " + expected + " does not have the hash beside it");
            }
            bytes.appendUnsignedShort(leaf.length).appendBytes(leaf);
            expected++;
        }
        return bytes.getBytes();
    }

    /** Fails: entries are missing, and either an entry says why or the log is broken. */
    private Future<byte[]> explain(int log, EntryBundle bundle) {
        return pool.preparedQuery(PRUNES).execute(Tuple.of(log)).map(rows -> {
            OptionalLong below = Deletions.prunedBelow(rows);
            if (below.isPresent() && bundle.start() < below.getAsLong()) {
                throw new PrunedException(below.getAsLong());
            }
            throw new VerificationException("entries from index " + bundle.start() + " on are missing");
        });
    }

    @Override
    public Uni<ConsistencyProof> consistency(long first, long second) {
        return uni(() -> head().compose(head -> {
            if (first < 0 || first > second || second > head.checkpoint.size()) {
                throw new IllegalArgumentException("a proof of consistency is for two sizes of the log, at most "
                        + head.checkpoint.size() + ", the smaller one first");
            }
            return hashes.extension(head.log, first, second).compose(proof -> checked(head.log, proof));
        }));
    }

    /** Where both sizes were signed, what is proved is known. */
    private Future<ConsistencyProof> checked(int log, ConsistencyProof proof) {
        return pool.preparedQuery(ROOTS)
                .execute(Tuple.of(log, proof.first(), proof.second()))
                .map(rows -> {
                    Map<Long, Digest> roots = new HashMap<>();
                    rows.forEach(row -> roots.put(
                            row.getLong(0), Digest.fromBytes(row.getBuffer(1).getBytes())));
                    Digest first = roots.get(proof.first());
                    Digest second = roots.get(proof.second());
                    if (first != null && second != null && !proof.proves(first, second)) {
                        throw new VerificationException(
                                "the tiles below size " + proof.second() + " do not make the roots of its checkpoints");
                    }
                    return proof;
                });
    }

    @Override
    public void close() {
        pool.close();
    }

    private record LogHead(int log, Checkpoint checkpoint) {}

    private Future<LogHead> head() {
        return pool.query(LOG).execute().compose(logs -> {
            int log = Optional.ofNullable(logs.iterator().next().getInteger(0))
                    .orElseThrow(() -> new DatabaseException("no log was begun in this database"));
            return pool.preparedQuery(HEAD)
                    .execute(Tuple.of(log))
                    .map(rows -> new LogHead(log, verified(rows.iterator().next())));
        });
    }

    private Checkpoint verified(Row row) {
        Optional<Checkpoint> before = verified;
        String note = row.getString(2);
        Checkpoint checkpoint = before.filter(same -> same.note().equals(note)).orElseGet(() -> key.verifyHead(note));
        verified = Optional.of(checkpoint);
        if (checkpoint.size() != row.getLong(0)
                || !Arrays.equals(checkpoint.root().bytes(), row.getBuffer(1).getBytes())) {
            throw new VerificationException("checkpoint " + row.getLong(0) + " is not what its note says");
        }
        return checkpoint;
    }

    private static void requireWithin(LogHead head, String path, long end) {
        if (end > head.checkpoint.size()) {
            throw new IllegalArgumentException(
                    "there is no " + path + " yet: the log has " + head.checkpoint.size() + " entries");
        }
    }

    private static <T> Uni<T> uni(Supplier<Future<T>> asked) {
        return Uni.createFrom()
                .<T>completionStage(() -> asked.get().toCompletionStage())
                .onFailure(ConnectionPoolTooBusyException.class)
                .transform(busy -> new AuditUnavailableException(
                        AuditUnavailableException.Reason.BACKPRESSURE, "too many read the log at a time", busy));
    }
}
