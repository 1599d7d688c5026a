package dev.writ.gateway.export;

import dev.writ.audit.LogPath.EntryBundle;
import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.MerkleHash;
import java.util.HashSet;
import java.util.Set;

/** Which parts of a tree are exported. */
interface Coverage {

    boolean wants(EntryBundle bundle);

    boolean wants(HashTile tile);

    /** All of it. */
    static Coverage everything() {
        return new Coverage() {
            @Override
            public boolean wants(EntryBundle bundle) {
                return true;
            }

            @Override
            public boolean wants(HashTile tile) {
                return true;
            }
        };
    }

    /** The bundles that hold the entries [from, to), and every hash tile. */
    static Coverage entries(long from, long to) {
        return new Coverage() {
            @Override
            public boolean wants(EntryBundle bundle) {
                return bundle.start() < to && bundle.end() > from;
            }

            @Override
            public boolean wants(HashTile tile) {
                return true;
            }
        };
    }

    /**
     * The bundles that hold the entries [from, to), the tiles above them, and those with which these make the root of the tree.
     *
     * @param to above from, at most the size
     */
    static Coverage range(long from, long to, long size) {
        long first = from >>> 8;
        long last = (to - 1) >>> 8;
        Set<HashTile> tiles = new HashSet<>();
        for (int level = 0; level <= HashTile.MAX_LEVEL; level++) {
            for (long n = first >>> (8 * level); n <= last >>> (8 * level); n++) {
                if (n << 8 < size >>> (8 * level)) {
                    tiles.add(TileHashes.tile(level, n, size));
                }
            }
        }
        TileHashes noting = new TileHashes(size, tile -> {
            tiles.add(tile);
            return new byte[tile.width() * MerkleHash.BYTES];
        });
        new RangeRoot(size, first << 8, Math.min(size, (last + 1) << 8))
                .root(noting, index -> new byte[MerkleHash.BYTES]);
        return new Coverage() {
            @Override
            public boolean wants(EntryBundle bundle) {
                return bundle.n() >= first && bundle.n() <= last;
            }

            @Override
            public boolean wants(HashTile tile) {
                return tiles.contains(tile);
            }
        };
    }
}
