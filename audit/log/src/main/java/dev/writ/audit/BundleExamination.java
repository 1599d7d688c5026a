package dev.writ.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a bundle and the tile of its hashes tell by themselves, without their neighbours: so that many can be examined at once.
 *
 * @param tile of the hashes
 * @param root of a full tile's hashes
 * @param isMissing whether only the tile is there
 * @param prunedBelow the highest index that an entry says entries were pruned below, or 0
 * @param broken the first thing that is wrong
 */
@SuppressWarnings("ArrayRecordComponent") // made by the thousand, never compared
record BundleExamination(
        LogPath.EntryBundle bundle,
        byte[] tile,
        byte[] root,
        boolean isMissing,
        List<KeySpill.Held> keys,
        long prunedBelow,
        Optional<VerifyResult.Broken> broken) {

    /** @param from leaves below that index are not asked for */
    static BundleExamination of(LogPath.EntryBundle bundle, TileReader source, KeySpill spill, long from) {
        return new Examiner(bundle, spill).examine(source, from);
    }

    List<byte[]> hashes() {
        return TileBytes.hashes(tileOf(bundle), tile);
    }

    private static LogPath.HashTile tileOf(LogPath.EntryBundle bundle) {
        return new LogPath.HashTile(0, bundle.n(), bundle.width());
    }

    private static final class Examiner {
        private final LogPath.EntryBundle bundle;
        private final LogPath.HashTile tile;
        private final KeySpill spill;
        private final LeafScanner scanner = new LeafScanner();
        private final List<KeySpill.Held> keys = new ArrayList<>(2 * LogPath.WIDTH);
        private long prunedBelow;
        private int examined;

        private Examiner(LogPath.EntryBundle bundle, KeySpill spill) {
            this.bundle = bundle;
            this.tile = tileOf(bundle);
            this.spill = spill;
        }

        private BundleExamination examine(TileReader source, long from) {
            try {
                byte[] hashes = hashes(source);
                Optional<byte[]> leaves = bundle.end() <= from ? Optional.empty() : source.leaves(bundle);
                leaves.ifPresent(bytes -> examine(bytes, hashes));
                byte[] root = bundle.isFull() ? TileBytes.rootOfFull(hashes) : new byte[0];
                return new BundleExamination(
                        bundle, hashes, root, leaves.isEmpty(), keys, prunedBelow, Optional.empty());
            } catch (BrokenLogException wrong) {
                return new BundleExamination(
                        bundle, new byte[0], new byte[0], false, List.of(), 0, Optional.of(wrong.result()));
            }
        }

        private byte[] hashes(TileReader source) {
            byte[] bytes = source.hashes(tile)
                    .orElseThrow(() -> new BrokenLogException(bundle.start(), tile.path() + " is missing"));
            try {
                return TileBytes.requireHashes(tile, bytes);
            } catch (VerificationException malformed) {
                throw new BrokenLogException(bundle.start(), tile.path() + ": " + malformed.getMessage());
            }
        }

        private void examine(byte[] bytes, byte[] hashes) {
            try {
                TileBytes.forEach(bundle, bytes, (place, from, to) -> {
                    examine(bytes, from, to, bundle.start() + place, hashes);
                    examined++;
                });
            } catch (VerificationException cut) {
                throw new BrokenLogException(
                        bundle.start() + Math.min(examined, bundle.width() - 1),
                        bundle.path() + ": " + cut.getMessage());
            }
        }

        private void examine(byte[] bytes, int from, int to, long index, byte[] hashes) {
            boolean isRead = scanner.read(bytes, from, to) && !scanner.isOfKind(Pruning.KIND);
            Optional<Leaf> leaf =
                    isRead ? Optional.empty() : Optional.of(leaf(index, Arrays.copyOfRange(bytes, from, to)));
            int hash = (int) (index - bundle.start()) * MerkleHash.BYTES;
            if (!MerkleHash.isLeaf(bytes, from, to, hashes, hash)) {
                throw new BrokenLogException(
                        index, "entry " + index + ": its leaf does not have the hash that is in " + tile.path());
            }
            leaf.ifPresentOrElse(decoded -> note(index, decoded.entry()), () -> noteKeys(bytes, index));
        }

        private void noteKeys(byte[] bytes, long index) {
            for (int i = 0; i < scanner.keys(); i++) {
                keys.add(spill.held(bytes, scanner.keyFrom(i), scanner.keyTo(i), index));
            }
        }

        private void note(long index, Entry entry) {
            for (String key : entry.keys()) {
                byte[] utf8 = key.getBytes(UTF_8);
                keys.add(spill.held(utf8, 0, utf8.length, index));
            }
            if (entry.kind().equals(Pruning.KIND)) {
                prunedBelow = Math.max(prunedBelow, Pruning.below(index, entry));
            }
        }

        private static Leaf leaf(long index, byte[] bytes) {
            try {
                return Leaf.decode(bytes);
            } catch (VerificationException malformed) {
                throw new BrokenLogException(index, "entry " + index + ": " + malformed.getMessage());
            }
        }
    }
}
