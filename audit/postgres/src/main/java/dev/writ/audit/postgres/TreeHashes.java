package dev.writ.audit.postgres;

import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.HashSource;
import dev.writ.audit.InclusionProof;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerificationException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Proofs from leaf hashes. The hashes of complete tiles, 256 leaves, and of what is above them never change and are kept; so a
 * proof reads the leaf hashes of each tile at most once, and of one or two tiles after that.
 */
final class TreeHashes {

    private static final int TILE_LEVEL = 8;
    private static final int TILE = 1 << TILE_LEVEL;
    private static final int TILES_AT_ONCE = 64;
    private static final int KEPT = 1 << 18;

    private static final String TILES = "SELECT idx >> 8, string_agg(leaf_hash, ''::bytea ORDER BY idx)"
            + " FROM audit.entry WHERE log_id = $1 AND idx >= $2 AND idx < $3 GROUP BY 1 ORDER BY 1";

    private final SqlClient pool;
    private final Map<Node, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Node, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    TreeHashes(SqlClient pool) {
        this.pool = pool;
    }

    /** A proof and the leaf hash it is for. */
    @SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
    record Proven(InclusionProof proof, byte[] leafHash) {}

    private record Node(int log, int level, long index) {

        Node left() {
            return new Node(log, level - 1, index * 2);
        }

        Node right() {
            return new Node(log, level - 1, index * 2 + 1);
        }
    }

    /** Proves that the entry is in the tree of that size; both are there. */
    Future<Proven> prove(int log, long index, long size) {
        return hashes(log, size, Set.of(index >> TILE_LEVEL), source -> InclusionProof.build(index, size, source))
                .map(hashes -> new Proven(InclusionProof.build(index, size, hashes), hashes.hash(0, index)));
    }

    /** Proves that the tree of the second size begins with that of the first; both are there. */
    Future<ConsistencyProof> consistency(int log, long first, long second) {
        return hashes(log, second, Set.of(), source -> ConsistencyProof.build(first, second, source))
                .map(hashes -> ConsistencyProof.build(first, second, hashes));
    }

    /**
     * Takes the peaks of a frontier for known, so that the tiles below them need not be read. Whether they are right shows in the
     * proofs made of them.
     */
    synchronized void know(int log, byte[] frontier) {
        ByteBuffer in = ByteBuffer.wrap(frontier);
        long size = in.getLong();
        long start = 0;
        for (long left = size; left > 0; left -= Long.highestOneBit(left)) {
            int level = Long.numberOfTrailingZeros(Long.highestOneBit(left));
            byte[] peak = new byte[MerkleHash.BYTES];
            in.get(peak);
            if (level >= TILE_LEVEL) {
                kept.put(new Node(log, level, start >> level), peak);
            }
            start += Long.highestOneBit(left);
        }
    }

    /** The hashes that a proof asks for, which depends on sizes and index only. */
    private Future<Hashes> hashes(int log, long size, Set<Long> tiles, Consumer<HashSource> proof) {
        SortedSet<Long> whole = new TreeSet<>();
        SortedSet<Long> parts = new TreeSet<>(tiles);
        proof.accept((level, at) -> {
            if (level < TILE_LEVEL) {
                parts.add(at << level >> TILE_LEVEL);
            } else {
                addMissing(new Node(log, level, at), whole);
            }
            return new byte[MerkleHash.BYTES];
        });
        return read(log, new ArrayDeque<>(whole), size, new HashMap<>())
                .compose(above -> read(log, new ArrayDeque<>(parts), size, new HashMap<>())
                        .map(leaves -> new Hashes(log, above, leaves)));
    }

    private synchronized void addMissing(Node node, SortedSet<Long> tiles) {
        if (kept.containsKey(node)) {
            return;
        }
        if (node.level() == TILE_LEVEL) {
            tiles.add(node.index());
        } else {
            addMissing(node.left(), tiles);
            addMissing(node.right(), tiles);
        }
    }

    /** The hashes below the root of each of these tiles, as far as they are below the size. */
    private Future<Map<Long, HashSource>> read(int log, Deque<Long> tiles, long size, Map<Long, HashSource> done) {
        Long first = tiles.peek();
        if (first == null) {
            return Future.succeededFuture(done);
        }
        long to = first;
        while (tiles.peek() != null && tiles.element() == to && to < first + TILES_AT_ONCE) {
            tiles.remove();
            to++;
        }
        long until = Math.min(to << TILE_LEVEL, size);
        return pool.preparedQuery(TILES)
                .execute(Tuple.of(log, first << TILE_LEVEL, until))
                .compose(rows -> {
                    long expected = first;
                    for (Row row : rows) {
                        byte[] hashes = row.getBuffer(1).getBytes();
                        if (row.getLong(0) != expected || hashes.length != length(expected, size)) {
                            throw missing();
                        }
                        done.put(expected++, HashSource.of(split(hashes)));
                    }
                    if (expected << TILE_LEVEL < until) {
                        throw missing();
                    }
                    return read(log, tiles, size, done);
                });
    }

    private static VerificationException missing() {
        return new VerificationException("entries that a proof needs are missing");
    }

    private static long length(long tile, long size) {
        return Math.min(TILE, size - (tile << TILE_LEVEL)) * MerkleHash.BYTES;
    }

    private static List<byte[]> split(byte[] hashes) {
        List<byte[]> split = new ArrayList<>(hashes.length / MerkleHash.BYTES);
        for (int at = 0; at < hashes.length; at += MerkleHash.BYTES) {
            split.add(Arrays.copyOfRange(hashes, at, at + MerkleHash.BYTES));
        }
        return split;
    }

    /** Of complete subtrees, by level: below a tile's root from its leaves, above from what is kept. */
    private final class Hashes implements HashSource {
        private final int log;
        private final Map<Long, HashSource> tiles;
        private final Map<Long, HashSource> leaves;

        Hashes(int log, Map<Long, HashSource> tiles, Map<Long, HashSource> leaves) {
            this.log = log;
            this.tiles = tiles;
            this.leaves = leaves;
        }

        @Override
        public byte[] hash(int level, long index) {
            if (level >= TILE_LEVEL) {
                synchronized (TreeHashes.this) {
                    return hash(new Node(log, level, index));
                }
            }
            int below = TILE_LEVEL - level;
            return source(leaves, index >> below).hash(level, index & ((1L << below) - 1));
        }

        private byte[] hash(Node node) {
            byte[] known = kept.get(node);
            if (known == null) {
                known = node.level() == TILE_LEVEL
                        ? source(tiles, node.index()).hash(TILE_LEVEL, 0)
                        : MerkleHash.node(hash(node.left()), hash(node.right()));
                kept.put(node, known);
            }
            return known;
        }

        private static HashSource source(Map<Long, HashSource> sources, long tile) {
            HashSource source = sources.get(tile);
            if (source == null) {
                throw missing();
            }
            return source;
        }
    }
}
