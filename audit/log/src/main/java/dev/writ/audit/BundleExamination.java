package dev.writ.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a bundle and the tile of its hashes tell by themselves, without their neighbours: so that many can be examined at once.
 *
 * @param root of the tile's hashes
 * @param isMissing whether only the tile is there
 * @param keys what a {@link KeySpill} keeps of each key
 * @param prunedBelow the highest index that an entry says entries were pruned below, or 0
 * @param broken the first thing that is wrong
 */
@SuppressWarnings("ArrayRecordComponent") // made by the thousand, never compared
record BundleExamination(
        LogPath.EntryBundle bundle,
        List<byte[]> hashes,
        byte[] root,
        boolean isMissing,
        List<HeldKey> keys,
        long prunedBelow,
        Optional<VerifyResult.Broken> broken) {

    /** A key's hash and the entry that holds it. */
    @SuppressWarnings("ArrayRecordComponent") // 16 bytes, by the million, never compared
    record HeldKey(byte[] hash, long index) {}

    /** @param from leaves below that index are not asked for */
    static BundleExamination of(LogPath.EntryBundle bundle, TileReader source, KeySpill spill, long from) {
        return new Examiner(bundle, spill).examine(source, from);
    }

    private static final class Examiner {
        private final LogPath.EntryBundle bundle;
        private final KeySpill spill;
        private final List<HeldKey> keys = new ArrayList<>();
        private long prunedBelow;

        private Examiner(LogPath.EntryBundle bundle, KeySpill spill) {
            this.bundle = bundle;
            this.spill = spill;
        }

        private BundleExamination examine(TileReader source, long from) {
            try {
                LogPath.HashTile tile = new LogPath.HashTile(0, bundle.n(), bundle.width());
                List<byte[]> hashes = hashes(source, tile);
                Optional<byte[]> bytes = bundle.end() <= from ? Optional.empty() : source.leaves(bundle);
                if (bytes.isPresent()) {
                    examine(bytes.get(), hashes, tile);
                }
                byte[] root = Frontier.empty().append(hashes).root();
                return new BundleExamination(
                        bundle, hashes, root, bytes.isEmpty(), keys, prunedBelow, Optional.empty());
            } catch (BrokenLogException wrong) {
                return new BundleExamination(
                        bundle, List.of(), new byte[0], false, List.of(), 0, Optional.of(wrong.result()));
            }
        }

        private List<byte[]> hashes(TileReader source, LogPath.HashTile tile) {
            byte[] bytes = source.hashes(tile)
                    .orElseThrow(() -> new BrokenLogException(bundle.start(), tile.path() + " is missing"));
            try {
                return TileBytes.hashes(tile, bytes);
            } catch (VerificationException malformed) {
                throw new BrokenLogException(bundle.start(), tile.path() + ": " + malformed.getMessage());
            }
        }

        private void examine(byte[] bytes, List<byte[]> hashes, LogPath.HashTile tile) {
            List<byte[]> leaves = new ArrayList<>(bundle.width());
            Optional<VerificationException> malformed = Optional.empty();
            try {
                TileBytes.read(bundle, bytes, leaves);
            } catch (VerificationException cut) {
                malformed = Optional.of(cut);
            }
            for (int i = 0; i < leaves.size(); i++) {
                long index = bundle.start() + i;
                Leaf leaf = leaf(index, leaves.get(i));
                if (!Arrays.equals(leaf.hash(), hashes.get(i))) {
                    throw new BrokenLogException(
                            index, "entry " + index + ": its leaf does not have the hash that is in " + tile.path());
                }
                leaf.entry().keys().forEach(key -> keys.add(held(key, index)));
                if (leaf.entry().kind().equals(Pruning.KIND)) {
                    prunedBelow = Math.max(prunedBelow, Pruning.below(index, leaf.entry()));
                }
            }
            if (malformed.isPresent()) {
                throw new BrokenLogException(
                        bundle.start() + Math.min(leaves.size(), bundle.width() - 1),
                        bundle.path() + ": " + malformed.get().getMessage());
            }
        }

        private static Leaf leaf(long index, byte[] bytes) {
            try {
                return Leaf.decode(bytes);
            } catch (VerificationException malformed) {
                throw new BrokenLogException(index, "entry " + index + ": " + malformed.getMessage());
            }
        }

        private HeldKey held(String key, long index) {
            byte[] hash = spill.hash(key.getBytes(StandardCharsets.UTF_8));
            return new HeldKey(Arrays.copyOf(hash, KeySpill.HASH), index);
        }
    }
}
