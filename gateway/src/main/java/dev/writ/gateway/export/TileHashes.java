package dev.writ.gateway.export;

import dev.writ.audit.Frontier;
import dev.writ.audit.HashSource;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.TileBytes;
import java.util.List;
import java.util.function.Function;

/** Hashes of complete subtrees of a tree of one size, from its tiles. */
final class TileHashes implements HashSource {

    private final long size;
    private final Function<HashTile, byte[]> tiles;

    TileHashes(long size, Function<HashTile, byte[]> tiles) {
        this.size = size;
        this.tiles = tiles;
    }

    @Override
    public byte[] hash(int level, long index) {
        int height = level / 8;
        int within = level % 8;
        long first = index << within;
        HashTile tile = tile(height, first >>> 8, size);
        List<byte[]> hashes = TileBytes.hashes(tile, tiles.apply(tile));
        int at = (int) (first % LogPath.WIDTH);
        return Frontier.empty().append(hashes.subList(at, at + (1 << within))).root();
    }

    /** The tile at that place in a tree of that size. */
    static HashTile tile(int level, long n, long size) {
        long hashes = size >>> (8 * level);
        return new HashTile(level, n, (int) Math.min(LogPath.WIDTH, hashes - (n << 8)));
    }
}
