package dev.writ.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** Writes a log in its public form to a folder, entry by entry. */
public final class FolderLog {

    private final Path folder;
    private final List<byte[]> bundle = new ArrayList<>();
    private final List<List<byte[]>> levels = new ArrayList<>();
    private Frontier frontier = Frontier.empty();

    private FolderLog(Path folder) {
        this.folder = folder;
    }

    /** Writes that many entries, and returns the checkpoint that is there then. */
    public static Checkpoint write(Path folder, LogSigner signer, long size, LongFunction<byte[]> leaf) {
        FolderLog log = new FolderLog(folder);
        for (long i = 0; i < size; i++) {
            log.add(leaf.apply(i));
        }
        return log.end(signer);
    }

    private void add(byte[] leaf) {
        byte[] hash = MerkleHash.leaf(leaf);
        bundle.add(leaf);
        frontier = frontier.append(hash);
        if (bundle.size() == 256) {
            write(new LogPath.EntryBundle(frontier.size() / 256 - 1, 256), TileBytes.ofLeaves(bundle));
            bundle.clear();
        }
        addHash(0, hash);
    }

    private void addHash(int level, byte[] hash) {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        List<byte[]> tile = levels.get(level);
        tile.add(hash);
        if (tile.size() == 256) {
            write(
                    new LogPath.HashTile(level, (frontier.size() >> (8 * (level + 1))) - 1, 256),
                    TileBytes.ofHashes(tile));
            byte[] root = root(tile);
            tile.clear();
            addHash(level + 1, root);
        }
    }

    private static byte[] root(List<byte[]> hashes) {
        List<byte[]> row = hashes;
        while (row.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i < row.size(); i += 2) {
                above.add(MerkleHash.node(row.get(i), row.get(i + 1)));
            }
            row = above;
        }
        return row.get(0);
    }

    private Checkpoint end(LogSigner signer) {
        if (!bundle.isEmpty()) {
            write(new LogPath.EntryBundle(frontier.size() >> 8, bundle.size()), TileBytes.ofLeaves(bundle));
        }
        for (int level = 0; level < levels.size(); level++) {
            List<byte[]> tile = levels.get(level);
            if (!tile.isEmpty()) {
                write(
                        new LogPath.HashTile(level, frontier.size() >> (8 * (level + 1)), tile.size()),
                        TileBytes.ofHashes(tile));
            }
        }
        Checkpoint head = signer.sign(frontier);
        write(folder.resolve("checkpoint"), head.note().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return head;
    }

    private void write(LogPath path, byte[] bytes) {
        write(folder.resolve(path.path()), bytes);
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
