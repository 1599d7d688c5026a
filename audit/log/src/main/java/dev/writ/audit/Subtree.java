package dev.writ.audit;

/** A range of leaves as RFC 9162 splits it: D[from:to], where {@code from} is a multiple of the largest complete subtree. */
record Subtree(long from, long to) {

    Subtree {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("a subtree has leaves");
        }
    }

    long size() {
        return to - from;
    }

    /** The first k leaves, k being the largest power of two smaller than the size. */
    Subtree left() {
        return new Subtree(from, from + split());
    }

    Subtree right() {
        return new Subtree(from + split(), to);
    }

    /** MTH(D[from:to]), RFC 9162 2.1.1, from complete subtrees. */
    byte[] hash(HashSource hashes) {
        if (Long.bitCount(size()) == 1) {
            int level = Long.numberOfTrailingZeros(size());
            return hashes.hash(level, from >>> level);
        }
        return MerkleHash.node(left().hash(hashes), right().hash(hashes));
    }

    private long split() {
        return Long.highestOneBit(size() - 1);
    }
}
