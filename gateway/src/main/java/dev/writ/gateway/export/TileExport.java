package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogPath.EntryBundle;
import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.TileBytes;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tree of a checkpoint as files. Tiles and bundles never change, so what is there already is kept; the checkpoint comes
 * last, once the root was computed from what the folder holds.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
final class TileExport {

    private final LogSource source;
    private final ExportFolder folder;
    private final Checkpoint checkpoint;
    private final Coverage coverage;
    private Tally tally = Tally.NOTHING;

    TileExport(LogSource source, ExportFolder folder, Checkpoint checkpoint, Coverage coverage) {
        this.source = source;
        this.folder = folder;
        this.checkpoint = checkpoint;
        this.coverage = coverage;
    }

    Tally run(Export.Listener listener) {
        TileTree tree = new TileTree(this::store);
        Frontier frontier = Frontier.empty();
        for (long from = 0; from < checkpoint.size(); from += LogPath.WIDTH) {
            int width = (int) Math.min(LogPath.WIDTH, checkpoint.size() - from);
            List<byte[]> hashes = hashes(new EntryBundle(from >>> 8, width));
            frontier = frontier.append(hashes);
            hashes.forEach(tree::add);
            listener.at(from + width, checkpoint.size());
        }
        tree.end();
        if (!Digest.fromBytes(frontier.root()).equals(checkpoint.root())) {
            throw new VerificationException("the entries do not make the root of the checkpoint of size "
                    + checkpoint.size() + "; no checkpoint was written. Run 'writ audit verify'");
        }
        folder.flush();
        folder.write("checkpoint", source.cosigned(checkpoint).getBytes(StandardCharsets.UTF_8));
        folder.flush();
        return tally;
    }

    /** Writes the bundle if it is wanted and not there. Its hash tile is written later and so tells that it is. */
    private List<byte[]> hashes(EntryBundle bundle) {
        if (!coverage.wants(bundle)) {
            return source.hashes(bundle.start(), bundle.end());
        }
        HashTile tile = new HashTile(0, bundle.n(), bundle.width());
        if (folder.has(bundle.path()) && folder.has(tile.path())) {
            return TileBytes.hashes(tile, folder.read(tile.path()).orElseThrow());
        }
        List<Slot> slots = source.entries(bundle.start(), bundle.end());
        List<byte[]> leaves = new ArrayList<>(slots.size());
        slots.forEach(slot -> slot.fold(kept -> leaves.add(kept.leaf()), pruned -> false));
        int pruned = slots.size() - leaves.size();
        if (pruned == 0) {
            folder.write(bundle.path(), TileBytes.ofLeaves(leaves));
        }
        tally = tally.plus(pruned == 0 ? new Tally(leaves.size(), 0, 0) : new Tally(0, leaves.size(), pruned));
        return slots.stream().map(slot -> slot.leafHash().bytes()).toList();
    }

    private void store(HashTile tile, byte[] hashes) {
        if (!coverage.wants(tile)) {
            return;
        }
        folder.read(tile.path())
                .ifPresentOrElse(
                        there -> {
                            if (!Arrays.equals(there, hashes)) {
                                throw new VerificationException(tile.path() + " in " + folder
                                        + " is not of this log; export into an empty folder");
                            }
                        },
                        () -> folder.write(tile.path(), hashes));
    }
}
