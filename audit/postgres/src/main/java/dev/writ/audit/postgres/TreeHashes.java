package dev.writ.audit.postgres;

import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.HashSource;
import dev.writ.audit.InclusionProof;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerificationException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hashes of the tree by tiles: stored ones where they are written, else from the tiles below or the leaf hashes. A proof
 * takes one tile for every 256-fold of the log's size. Roots of full tiles never change and are kept.
 */
final class TreeHashes {

    private static final int TILE_LEVELS = 8;
    private static final int TILE = 1 << TILE_LEVELS;
    private static final int TILES_AT_ONCE = 64;
    private static final int KEPT = 1 << 16;

    private static final String STORED =
            "SELECT n, hashes FROM audit.tile WHERE log_id = $1 AND level = $2 AND n = ANY($3)";
    private static final String LEAVES = "SELECT string_agg(leaf_hash, ''::bytea ORDER BY idx)"
            + " FROM audit.entry WHERE log_id = $1 AND idx >= $2 AND idx < $3";

    private final SqlClient pool;
    private final Map<TileName, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TileName, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    TreeHashes(SqlClient pool) {
        this.pool = pool;
    }

    /** A proof and the leaf hash it is for. */
    @SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
    record Proven(InclusionProof proof, byte[] leafHash) {}

    /** Tile {@code n} of a level that goes up by 256. */
    record TileName(int log, int level, long n) {

        /** Hashes in it in a tree of that size. */
        int width(long size) {
            return (int) Math.min(TILE, (size >>> (TILE_LEVELS * level)) - (n << TILE_LEVELS));
        }
    }

    /** Proves that the entry is in the tree of that size; both are there. */
    Future<Proven> prove(int log, long index, long size) {
        Wanted wanted = new Wanted(log);
        wanted.hash(0, index);
        InclusionProof.build(index, size, wanted);
        return load(wanted, size)
                .map(hashes -> new Proven(InclusionProof.build(index, size, hashes), hashes.hash(0, index)));
    }

    /** Proves that the tree of the second size extends that of the first; the log is at least as large. */
    Future<ConsistencyProof> extension(int log, long first, long second) {
        Wanted wanted = new Wanted(log);
        ConsistencyProof.build(first, second, wanted);
        return load(wanted, second).map(hashes -> ConsistencyProof.build(first, second, hashes));
    }

    /** The hashes of a tile of a tree of that size, 32 bytes each. */
    Future<byte[]> tile(TileName name, long size) {
        return load(name.log(), name.level(), List.of(name.n()), size).map(tiles -> tileIn(tiles, name.n()));
    }

    /** Takes notes of the tiles that a proof takes. */
    private static final class Wanted implements HashSource {
        private final int log;
        private final SortedMap<Integer, SortedMap<Long, Long>> byLevel = new TreeMap<>();

        Wanted(int log) {
            this.log = log;
        }

        @Override
        public byte[] hash(int level, long index) {
            long n = index << (level % TILE_LEVELS) >>> TILE_LEVELS;
            byLevel.computeIfAbsent(level / TILE_LEVELS, none -> new TreeMap<>())
                    .put(n, n);
            return new byte[MerkleHash.BYTES];
        }
    }

    private Future<HashSource> load(Wanted wanted, long size) {
        Map<Integer, Map<Long, byte[]>> loaded = new HashMap<>();
        Future<?> before = Future.succeededFuture();
        for (var level : wanted.byLevel.entrySet()) {
            before = before.compose(done -> load(
                            wanted.log,
                            level.getKey(),
                            List.copyOf(level.getValue().keySet()),
                            size))
                    .onSuccess(tiles -> loaded.put(level.getKey(), tiles));
        }
        return before.map(all -> (level, index) -> {
            int within = level % TILE_LEVELS;
            long first = index << within;
            byte[] tile = tileIn(loaded.getOrDefault(level / TILE_LEVELS, Map.of()), first >>> TILE_LEVELS);
            return root(tile, (int) (first & (TILE - 1)), 1 << within);
        });
    }

    /** These tiles as they are in a tree of that size. */
    private Future<Map<Long, byte[]>> load(int log, int level, List<Long> tiles, long size) {
        return pool.preparedQuery(STORED)
                .execute(Tuple.tuple().addInteger(log).addInteger(level).addArrayOfLong(tiles.toArray(Long[]::new)))
                .compose(rows -> {
                    Map<Long, byte[]> loaded = new HashMap<>();
                    for (Row row : rows) {
                        byte[] hashes = row.getBuffer(1).getBytes();
                        int width = new TileName(log, level, row.getLong(0)).width(size);
                        loaded.put(row.getLong(0), Arrays.copyOf(hashes, width * MerkleHash.BYTES));
                    }
                    Future<?> before = Future.succeededFuture();
                    for (long n : tiles) {
                        if (!loaded.containsKey(n)) {
                            TileName name = new TileName(log, level, n);
                            before = before.compose(done -> compute(name, size))
                                    .onSuccess(hashes -> loaded.put(n, hashes));
                        }
                    }
                    return before.map(loaded);
                });
    }

    /** One that is not stored: it is not full, or the writer of tiles is not there yet. */
    private Future<byte[]> compute(TileName name, long size) {
        int width = name.width(size);
        if (name.level() > 0) {
            return roots(name, 0, width, size, new byte[width * MerkleHash.BYTES]);
        }
        long from = name.n() << TILE_LEVELS;
        return pool.preparedQuery(LEAVES)
                .execute(Tuple.of(name.log(), from, from + width))
                .map(rows -> {
                    Buffer hashes = rows.iterator().next().getBuffer(0);
                    if (hashes == null || hashes.length() != width * MerkleHash.BYTES) {
                        throw missing();
                    }
                    return hashes.getBytes();
                });
    }

    /** The roots of the tiles below, one after the other, from that one on. */
    private Future<byte[]> roots(TileName name, int from, int width, long size, byte[] roots) {
        List<Long> unknown = new ArrayList<>();
        int at = from;
        long first = name.n() << TILE_LEVELS;
        while (at < width && unknown.size() < TILES_AT_ONCE) {
            byte[] root = kept(new TileName(name.log(), name.level() - 1, first + at));
            if (root.length == 0) {
                unknown.add(first + at);
            } else {
                System.arraycopy(root, 0, roots, at * MerkleHash.BYTES, MerkleHash.BYTES);
            }
            at++;
        }
        int next = at;
        Future<Map<Long, byte[]>> loaded = unknown.isEmpty()
                ? Future.succeededFuture(Map.of())
                : load(name.log(), name.level() - 1, unknown, size);
        return loaded.compose(tiles -> {
            for (long n : unknown) {
                byte[] root = root(tileIn(tiles, n), 0, TILE);
                keep(new TileName(name.log(), name.level() - 1, n), root);
                System.arraycopy(root, 0, roots, (int) (n - first) * MerkleHash.BYTES, MerkleHash.BYTES);
            }
            return next < width ? roots(name, next, width, size, roots) : Future.succeededFuture(roots);
        });
    }

    private synchronized byte[] kept(TileName full) {
        return kept.getOrDefault(full, new byte[0]);
    }

    private synchronized void keep(TileName full, byte[] root) {
        kept.put(full, root);
    }

    private static byte[] tileIn(Map<Long, byte[]> tiles, long n) {
        byte[] tile = tiles.get(n);
        if (tile == null) {
            throw missing();
        }
        return tile;
    }

    private static VerificationException missing() {
        return new VerificationException("entries that a proof needs are missing");
    }

    /** The root over so many of these hashes, a power of two of them. */
    static byte[] root(byte[] hashes, int first, int count) {
        if (count == 1) {
            return Arrays.copyOfRange(hashes, first * MerkleHash.BYTES, (first + 1) * MerkleHash.BYTES);
        }
        int half = count / 2;
        return MerkleHash.node(root(hashes, first, half), root(hashes, first + half, half));
    }
}
