package dev.writ.gateway.export;

import dev.writ.audit.Frontier;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.TileBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Makes the hash tiles of a tree, each once, from its leaf hashes in order. Memory: one tile for each level. */
final class TileTree {

    private final List<Level> levels = new ArrayList<>();
    private final BiConsumer<HashTile, byte[]> made;

    TileTree(BiConsumer<HashTile, byte[]> made) {
        this.made = made;
        for (int level = 0; level <= HashTile.MAX_LEVEL; level++) {
            levels.add(new Level());
        }
    }

    private static final class Level {
        private final List<byte[]> hashes = new ArrayList<>(LogPath.WIDTH);
        private long n;
    }

    void add(byte[] leafHash) {
        add(0, leafHash);
    }

    private void add(int height, byte[] hash) {
        Level level = levels.get(height);
        level.hashes.add(hash);
        if (level.hashes.size() < LogPath.WIDTH) {
            return;
        }
        made.accept(new HashTile(height, level.n++, LogPath.WIDTH), TileBytes.ofHashes(level.hashes));
        byte[] root = Frontier.empty().append(level.hashes).root();
        level.hashes.clear();
        if (height < HashTile.MAX_LEVEL) {
            add(height + 1, root);
        }
    }

    /** There are no more leaves: the partial tiles. */
    void end() {
        for (int height = 0; height < levels.size(); height++) {
            Level level = levels.get(height);
            if (!level.hashes.isEmpty()) {
                made.accept(new HashTile(height, level.n, level.hashes.size()), TileBytes.ofHashes(level.hashes));
            }
        }
    }
}
