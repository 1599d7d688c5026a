package dev.writ.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tree of the leaves so far, as tiles make it. Of each level it keeps the tile that is not full yet; each that a leaf
 * completes is compared with the source's.
 */
final class TiledTree {

    private final TileReader source;

    /** From level 0 on; all but the first hold fewer than 256 hashes. */
    private final List<Level> levels = new ArrayList<>();

    TiledTree(TileReader source) {
        this.source = source;
    }

    private static final class Level {
        private final List<byte[]> hashes = new ArrayList<>(LogPath.WIDTH);
        private long n;
    }

    /** Adds the root of a full tile of level 0, which is for the caller to compare. */
    void addFull(byte[] root) {
        add(1, root);
    }

    /** Adds what follows the last full tile of level 0. Nothing can be added after that. */
    void addLast(List<byte[]> hashes) {
        level(0).hashes.addAll(hashes);
    }

    private void add(int height, byte[] hash) {
        Level level = level(height);
        level.hashes.add(hash);
        if (level.hashes.size() == LogPath.WIDTH) {
            compare(height, level);
            byte[] root = Frontier.empty().append(level.hashes).root();
            level.hashes.clear();
            level.n++;
            add(height + 1, root);
        }
    }

    private Level level(int height) {
        while (levels.size() <= height) {
            levels.add(new Level());
        }
        return levels.get(height);
    }

    /** Compares the partial tiles above level 0. */
    void compareLast() {
        for (int height = 1; height < levels.size(); height++) {
            if (!levels.get(height).hashes.isEmpty()) {
                compare(height, levels.get(height));
            }
        }
    }

    private void compare(int height, Level level) {
        LogPath.HashTile tile = new LogPath.HashTile(height, level.n, level.hashes.size());
        long first = tile.n() * LogPath.WIDTH;
        int shift = Byte.SIZE * height;
        byte[] there = source.hashes(tile)
                .orElseThrow(() -> new BrokenLogException(first << shift, tile.path() + " is missing"));
        int wrong = Arrays.mismatch(there, TileBytes.ofHashes(level.hashes));
        if (wrong >= 0) {
            long hash = first + Math.min(wrong / MerkleHash.BYTES, tile.width() - 1);
            throw new BrokenLogException(
                    hash << shift, tile.path() + " does not hold the hashes that the tile below it makes");
        }
    }

    /** The root of the tree, with more leaves after those that were added. */
    byte[] root(List<byte[]> more) {
        List<byte[]> last = new ArrayList<>(levels.isEmpty() ? List.of() : levels.get(0).hashes);
        last.addAll(more);
        byte[] root = Frontier.empty().append(last).root();
        boolean isEmpty = last.isEmpty();
        for (int height = 1; height < levels.size(); height++) {
            Frontier above = Frontier.empty().append(levels.get(height).hashes);
            if (above.size() > 0) {
                root = isEmpty ? above.root() : above.rootBefore(root);
                isEmpty = false;
            }
        }
        return root;
    }
}
