package dev.writ.audit.postgres;

import dev.writ.audit.Frontier;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerificationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Writes the full tiles of every level, once the head has passed them. It follows the log by itself, on a connection of its own,
 * so that nobody who appends waits for it. Whatever replica comes first writes a tile, and all write the same; a tile is written
 * together with all above it that it completes, so that what is there tells where to go on. Belongs to the event loop.
 */
final class TileWriter {

    private static final Logger LOGGER = System.getLogger(TileWriter.class.getName());
    private static final int LEVELS = 8;
    private static final int TILE = 1 << LEVELS;
    private static final int TILES_AT_ONCE = 16;
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private static final String WRITTEN = "SELECT max(n) FROM audit.tile WHERE log_id = $1 AND level = 0";
    private static final String STORED =
            "SELECT n, hashes FROM audit.tile" + " WHERE log_id = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n";
    private static final String LEAVES =
            "SELECT idx, leaf_hash FROM audit.entry WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
    private static final String WRITE = "INSERT INTO audit.tile (log_id, level, n, hashes)"
            + " SELECT $1, level, n, hashes FROM unnest($2::int2[], $3::int8[], $4::bytea[]) AS t (level, n, hashes)"
            + " ON CONFLICT DO NOTHING";

    private final Pool pool;
    private final int logId;
    private final Consumer<VerificationException> wrong;
    // Of the roots of the tiles written so far, instead of the leaves: above the tiles it is the frontier of the log.
    private Frontier roots = Frontier.empty();
    private boolean isResumed;
    private boolean isBusy;
    private boolean isFailing;
    private long pausedUntil = System.nanoTime();
    private boolean isClosed;

    private TileWriter(Pool pool, int logId, Consumer<VerificationException> wrong) {
        this.pool = pool;
        this.logId = logId;
        this.wrong = wrong;
    }

    /** @param wrong told if the leaf hashes in the database are not those of the head */
    static TileWriter open(Vertx vertx, DatabaseUrl writer, int logId, Consumer<VerificationException> wrong) {
        PgConnectOptions options = writer.connectOptions()
                .setCachePreparedStatements(true)
                .addProperty("application_name", "writ-audit-tiles")
                // Commits wait for the disk: a replica that lives through a crash goes on after the tiles it has
                // written, so
                // none of them may be lost.
                .addProperty("enable_seqscan", "off");
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1))
                .connectingTo(options)
                .using(vertx)
                .build();
        return new TileWriter(pool, logId, wrong);
    }

    /** Writes what is missing below that head, unless it is at it already. */
    void ensure(Head head) {
        if (isBusy
                || isClosed
                || System.nanoTime() - pausedUntil < 0
                || (isResumed && head.size() >> LEVELS <= roots.size())) {
            return;
        }
        isBusy = true;
        (isResumed ? Future.succeededFuture() : resume(head))
                .compose(resumed -> writeUpTo(head))
                .onComplete(done -> {
                    isBusy = false;
                    if (done.cause() instanceof VerificationException unlikeTheHead) {
                        isClosed = true;
                        wrong.accept(unlikeTheHead);
                    } else if (done.failed()) {
                        isResumed = false;
                        pausedUntil = System.nanoTime() + PAUSE;
                        if (!isFailing && !isClosed) {
                            LOGGER.log(
                                    Level.WARNING,
                                    "The log''s tiles cannot be written for now: {0}",
                                    done.cause().getMessage());
                        }
                    }
                    isFailing = done.failed();
                });
    }

    void close() {
        isClosed = true;
        pool.close();
    }

    private Future<?> resume(Head head) {
        return pool.preparedQuery(WRITTEN).execute(Tuple.of(logId)).compose(rows -> {
            Long last = rows.iterator().next().getLong(0);
            long written = last == null ? 0 : Math.min(last + 1, head.size() >> LEVELS);
            return resume(written).onSuccess(resumed -> {
                roots = resumed;
                isResumed = true;
            });
        });
    }

    /** The frontier over so many tiles, from the highest level that has them down. */
    private Future<Frontier> resume(long tiles) {
        if (tiles == 0) {
            return Future.succeededFuture(Frontier.empty());
        }
        List<long[]> peaks = new ArrayList<>();
        long at = 0;
        for (long bit = Long.highestOneBit(tiles); bit > 0; bit >>>= 1) {
            if ((tiles & bit) != 0) {
                peaks.add(new long[] {Long.numberOfTrailingZeros(bit), at});
                at += bit;
            }
        }
        ByteArrayOutputStream frontier = new ByteArrayOutputStream();
        frontier.writeBytes(Buffer.buffer().appendLong(tiles).getBytes());
        Future<?> before = Future.succeededFuture();
        for (long[] peak : peaks) {
            // A subtree of 2^height tiles lies within one tile that many levels up, but for a full one, which is just
            // that.
            int height = (int) peak[0];
            int level = height / LEVELS;
            long first = peak[1] >> (LEVELS * level);
            int count = 1 << (height % LEVELS);
            before = before.compose(read -> stored(level, first, first + count)).onSuccess(rows -> {
                List<byte[]> below = new ArrayList<>(count);
                rows.forEach(row -> below.add(TreeHashes.root(row.getBuffer(1).getBytes(), 0, TILE)));
                if (below.size() != count) {
                    throw new VerificationException("tiles below entry " + (tiles << LEVELS) + " are missing");
                }
                byte[] folded = Frontier.empty().append(below).root();
                frontier.writeBytes(folded);
            });
        }
        return before.map(all -> Frontier.fromBytes(frontier.toByteArray()));
    }

    private Future<RowSet<Row>> stored(int level, long from, long to) {
        return pool.preparedQuery(STORED).execute(Tuple.of(logId, level, from, to));
    }

    private Future<?> writeUpTo(Head head) {
        long from = roots.size();
        long all = head.size() >> LEVELS;
        if (from >= all) {
            return Future.succeededFuture();
        }
        long to = Math.min(all, from + TILES_AT_ONCE);
        return pool.preparedQuery(LEAVES)
                .execute(Tuple.of(logId, from << LEVELS, to << LEVELS))
                .compose(rows -> {
                    List<byte[]> tiles = tiles(rows, from, to);
                    List<byte[]> newRoots = new ArrayList<>(tiles.size());
                    tiles.forEach(tile -> newRoots.add(TreeHashes.root(tile, 0, TILE)));
                    Frontier next = roots.append(newRoots);
                    if (to == all) {
                        requireOf(head, next);
                    }
                    return above(from, tiles, newRoots).compose(this::write).map(written -> next);
                })
                .compose(next -> {
                    roots = next;
                    return writeUpTo(head);
                });
    }

    private static List<byte[]> tiles(RowSet<Row> rows, long from, long to) {
        List<byte[]> tiles = new ArrayList<>((int) (to - from));
        long expected = from << LEVELS;
        for (Row row : rows) {
            if (row.getLong(0) != expected) {
                break;
            }
            if (expected % TILE == 0) {
                tiles.add(new byte[TILE * MerkleHash.BYTES]);
            }
            byte[] hash = row.getBuffer(1).getBytes();
            System.arraycopy(
                    hash, 0, tiles.get(tiles.size() - 1), (int) (expected % TILE) * MerkleHash.BYTES, MerkleHash.BYTES);
            expected++;
        }
        if (expected != to << LEVELS) {
            throw new VerificationException("entry " + expected + " is missing");
        }
        return tiles;
    }

    /** The peaks of whole tiles are the first ones of the head's frontier. */
    private static void requireOf(Head head, Frontier roots) {
        byte[] ours = roots.toBytes();
        byte[] whole = head.frontier().toBytes();
        if (!Arrays.equals(ours, Long.BYTES, ours.length, whole, Long.BYTES, ours.length)) {
            throw new VerificationException("the leaf hashes below entry " + (roots.size() << LEVELS)
                    + " are not those of checkpoint " + head.size());
        }
    }

    private record Tile(int level, long n, Buffer hashes) {}

    /** New tiles with those above that they complete. */
    private Future<List<Tile>> above(long from, List<byte[]> tiles, List<byte[]> newRoots) {
        List<Tile> all = new ArrayList<>();
        for (int i = 0; i < tiles.size(); i++) {
            all.add(new Tile(0, from + i, Buffer.buffer(tiles.get(i))));
        }
        return climb(0, from, newRoots, all);
    }

    /** Adds the tiles of the next level that are completed by tiles whose roots these are, from number {@code from} on. */
    private Future<List<Tile>> climb(int level, long from, List<byte[]> fresh, List<Tile> all) {
        Map<Long, byte[]> known = new HashMap<>();
        for (int i = 0; i < fresh.size(); i++) {
            known.put(from + i, fresh.get(i));
        }
        TreeSet<Long> completed = new TreeSet<>();
        for (long n = from >> LEVELS; (n + 1) << LEVELS <= from + fresh.size(); n++) {
            completed.add(n);
        }
        if (completed.isEmpty()) {
            return Future.succeededFuture(all);
        }
        // At most one reaches back to what is stored already.
        return stored(level, completed.first() << LEVELS, from).compose(rows -> {
            rows.forEach(row ->
                    known.put(row.getLong(0), TreeHashes.root(row.getBuffer(1).getBytes(), 0, TILE)));
            List<byte[]> completedRoots = new ArrayList<>();
            for (long n : completed) {
                byte[] hashes = new byte[TILE * MerkleHash.BYTES];
                for (int i = 0; i < TILE; i++) {
                    byte[] root = known.get((n << LEVELS) + i);
                    if (root == null) {
                        throw new VerificationException(
                                "tile " + ((n << LEVELS) + i) + " of level " + level + " is missing");
                    }
                    System.arraycopy(root, 0, hashes, i * MerkleHash.BYTES, MerkleHash.BYTES);
                }
                all.add(new Tile(level + 1, n, Buffer.buffer(hashes)));
                completedRoots.add(TreeHashes.root(hashes, 0, TILE));
            }
            return climb(level + 1, completed.first(), completedRoots, all);
        });
    }

    private Future<?> write(List<Tile> tiles) {
        return pool.preparedQuery(WRITE)
                .execute(Tuple.tuple()
                        .addInteger(logId)
                        .addArrayOfShort(
                                tiles.stream().map(tile -> (short) tile.level()).toArray(Short[]::new))
                        .addArrayOfLong(tiles.stream().map(Tile::n).toArray(Long[]::new))
                        .addArrayOfBuffer(tiles.stream().map(Tile::hashes).toArray(Buffer[]::new)));
    }
}
