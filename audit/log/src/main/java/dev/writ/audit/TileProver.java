package dev.writ.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes proofs from a log in its public form. They are not verified here: whoever needs to know does that with the log's key, so
 * a source that lies makes proofs that nobody accepts. Not safe to share between threads.
 */
public final class TileProver {

    private static final int TILE_LEVELS = 8;

    private final TileReader source;
    private final Checkpoint checkpoint;
    private final Map<LogPath, List<byte[]>> tiles = new HashMap<>();

    private TileProver(TileReader source, Checkpoint checkpoint) {
        this.source = source;
        this.checkpoint = checkpoint;
    }

    /** For proofs that lead to that checkpoint of that log. */
    public static TileProver of(TileSource source, Checkpoint checkpoint) {
        return new TileProver(new TileReader(source), checkpoint);
    }

    /**
     * Proves that the log holds the entry at that index; the proof carries the leaf.
     *
     * @throws IllegalArgumentException if the checkpoint does not cover the index
     * @throws PrunedException if the entry is not there any more
     * @throws UnreadableLogException if a tile is not there
     * @throws VerificationException if the source holds something else than a log
     */
    public TlogProof prove(long index) {
        if (index < 0 || index >= checkpoint.size()) {
            throw new IllegalArgumentException(
                    "there is no entry " + index + ": the log has " + checkpoint.size() + " entries");
        }
        Leaf leaf = leaf(index);
        return TlogProof.of(InclusionProof.build(index, checkpoint.size(), this::hash), checkpoint)
                .with(leaf);
    }

    private Leaf leaf(long index) {
        long n = index / LogPath.WIDTH;
        LogPath.EntryBundle bundle =
                new LogPath.EntryBundle(n, (int) Math.min(LogPath.WIDTH, checkpoint.size() - n * LogPath.WIDTH));
        byte[] bytes = source.leaves(bundle).orElseThrow(() -> new PrunedException(bundle.end()));
        return Leaf.decode(TileBytes.leaves(bundle, bytes).get((int) (index % LogPath.WIDTH)));
    }

    private byte[] hash(int level, long index) {
        int height = level % TILE_LEVELS;
        long first = index << height;
        LogPath.HashTile tile = LogPath.HashTile.holding(level / TILE_LEVELS, first, checkpoint.size());
        List<byte[]> hashes = tiles.computeIfAbsent(tile, missing -> read(tile));
        int at = (int) (first % LogPath.WIDTH);
        return Frontier.empty().append(hashes.subList(at, at + (1 << height))).root();
    }

    private List<byte[]> read(LogPath.HashTile tile) {
        byte[] bytes = source.hashes(tile)
                .orElseThrow(() -> new UnreadableLogException(
                        tile.path() + " is missing: the log is not complete; verify it, and say what comes of it"));
        return TileBytes.hashes(tile, bytes);
    }
}
