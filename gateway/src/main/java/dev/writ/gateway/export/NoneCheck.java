package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogPath.EntryBundle;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.TileBytes;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks what {@link NoneProof} wrote, with nothing but the folder and the log's verifier key. */
public final class NoneCheck {

    private static final int SHOWN = 10;

    private final ExportFolder folder;
    private final LogKeys key;
    private final Export.Listener listener;
    private final List<Long> matches = new ArrayList<>();
    private final List<Long> near = new ArrayList<>();
    private List<byte[]> bundle = List.of();
    private long bundleAt = -1;

    private NoneCheck(ExportFolder folder, LogKeys key, Export.Listener listener) {
        this.folder = folder;
        this.key = key;
        this.listener = listener;
    }

    /** Looks at every entry of the range, and proves that there are no others. */
    public static NoneFinding check(ExportFolder folder, LogKeys key, Export.Listener listener) {
        try {
            return new NoneCheck(folder, key, listener).check();
        } catch (VerificationException | IllegalStateException broken) {
            return new NoneFinding.NotProved(String.valueOf(broken.getMessage()));
        }
    }

    private NoneFinding check() {
        Checkpoint head = key.verify(text(NoneProof.CHECKPOINT));
        NoneClaim claim = NoneClaim.fromBytes(file(NoneProof.CLAIM));
        long size = head.size();
        if (claim.end() >= size) {
            throw new VerificationException("the log ends before the range does");
        }
        long from = Math.max(0, claim.first() - 1) >>> 8 << 8;
        long to = Math.min(size, ((claim.end() >>> 8) + 1) << 8);
        byte[] root = new RangeRoot(size, from, to)
                .root(new TileHashes(size, tile -> file(tile.path())), index -> look(index, claim, size));
        if (!Arrays.equals(root, head.root().bytes())) {
            throw new VerificationException(
                    "the entries of the range do not make the checkpoint's root: one was changed,"
                            + " added, removed or moved");
        }
        prove(NoneProof.AFTER, claim.end(), size);
        if (claim.first() > 0) {
            prove(NoneProof.BEFORE, claim.first() - 1, size);
        }
        long looked = claim.end() - claim.first();
        return matches.isEmpty()
                ? new NoneFinding.Proved(claim, size, looked, near)
                : new NoneFinding.Refuted(claim, looked, matches);
    }

    /** Reads a leaf, judges it if it is of the range, and returns its hash. */
    private byte[] look(long index, NoneClaim claim, long size) {
        byte[] leaf = leaf(index, size);
        if (index == claim.first() - 1) {
            require(decode(index, leaf).at().isBefore(claim.earliest()), "before", index);
        } else if (index == claim.end()) {
            require(!decode(index, leaf).at().isBefore(claim.latest()), "after", index);
        } else if (index >= claim.first() && index < claim.end()) {
            judge(index, decode(index, leaf), claim);
            listener.at(index - claim.first() + 1, claim.end() - claim.first());
        }
        return MerkleHash.leaf(leaf);
    }

    private void judge(long index, Entry entry, NoneClaim claim) {
        if (claim.isLike(entry)) {
            List<Long> found = claim.isWithin(entry.at()) ? matches : near;
            if (found.size() < SHOWN) {
                found.add(index);
            }
        }
    }

    private static void require(boolean holds, String side, long index) {
        if (!holds) {
            throw new VerificationException("entry " + index + ", just " + side
                    + " the range, is of the time in question, so the range is not all of it");
        }
    }

    private static Entry decode(long index, byte[] leaf) {
        try {
            return Leaf.decode(leaf).entry();
        } catch (VerificationException malformed) {
            throw new VerificationException("entry " + index + ": " + malformed.getMessage(), malformed);
        }
    }

    private byte[] leaf(long index, long size) {
        long n = index >>> 8;
        if (n != bundleAt) {
            EntryBundle path = new EntryBundle(n, (int) Math.min(LogPath.WIDTH, size - (n << 8)));
            bundle = TileBytes.leaves(path, file(path.path()));
            bundleAt = n;
        }
        return bundle.get((int) (index - (n << 8)));
    }

    private void prove(String name, long index, long size) {
        TlogProof proof = TlogProof.parse(text(name));
        if (proof.index() != index) {
            throw new VerificationException(name + " is about another entry than " + index);
        }
        proof.verify(key, Digest.fromBytes(MerkleHash.leaf(leaf(index, size))));
    }

    private byte[] file(String name) {
        return folder.read(name).orElseThrow(() -> new VerificationException(name + " is missing"));
    }

    private String text(String name) {
        return new String(file(name), StandardCharsets.UTF_8);
    }
}
