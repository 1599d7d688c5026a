package dev.writ.audit;

import dev.writ.model.Digest;

/** A tree of any size whose leaves are all the same, so that every complete subtree of a height has the same hash. */
final class EndlessTree {

    private static final byte[] LEAF = MerkleHash.leaf(new byte[] {1, 2, 3});
    private static final byte[][] LEVELS = levels();

    static final HashSource HASHES = (level, index) -> LEVELS[level];

    private EndlessTree() {}

    static Digest leaf() {
        return Digest.fromBytes(LEAF);
    }

    static Digest root(long size) {
        byte[] root = null;
        // From the right, as Frontier does from its peaks; written anew to compare with.
        for (int level = 0; level < Long.SIZE - 1; level++) {
            if ((size >>> level & 1) == 1) {
                root = root == null ? LEVELS[level] : MerkleHash.node(LEVELS[level], root);
            }
        }
        return Digest.fromBytes(root == null ? MerkleHash.emptyRoot() : root);
    }

    private static byte[][] levels() {
        byte[][] levels = new byte[Long.SIZE][];
        levels[0] = LEAF;
        for (int level = 1; level < levels.length; level++) {
            levels[level] = MerkleHash.node(levels[level - 1], levels[level - 1]);
        }
        return levels;
    }
}
