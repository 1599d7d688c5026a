package dev.writ.gateway.export;

import dev.writ.audit.HashSource;
import dev.writ.audit.MerkleHash;
import java.util.function.LongFunction;

/**
 * The root of a tree from every leaf hash of a range and the hashes of the complete subtrees beside it. If it is the root of a
 * checkpoint, then these are all leaves of the range, in order, and there are no others.
 *
 * @param from first leaf of the range
 * @param to end of the range, exclusive
 */
record RangeRoot(long size, long from, long to) {

    /** @param leaves asked for each index of the range once, ascending */
    byte[] root(HashSource beside, LongFunction<byte[]> leaves) {
        return hash(0, size, beside, leaves);
    }

    /** MTH(D[low:high]), RFC 9162 2.1.1. */
    private byte[] hash(long low, long high, HashSource beside, LongFunction<byte[]> leaves) {
        long count = high - low;
        boolean isBeside = high <= from || low >= to;
        if (isBeside && Long.bitCount(count) == 1) {
            int level = Long.numberOfTrailingZeros(count);
            return beside.hash(level, low >>> level);
        }
        if (count == 1) {
            return leaves.apply(low);
        }
        long split = low + Long.highestOneBit(count - 1);
        byte[] left = hash(low, split, beside, leaves);
        return MerkleHash.node(left, hash(split, high, beside, leaves));
    }
}
