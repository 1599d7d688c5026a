package dev.writ.audit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What must be kept of a Merkle tree to append to it: the roots of the complete subtrees that cover [0, size), one per one-bit
 * of the size, largest first (a compact range). Immutable.
 */
public final class Frontier {

    private static final Frontier EMPTY = new Frontier(0, new byte[0][]);

    private final long size;
    private final byte[][] peaks;

    private Frontier(long size, byte[][] peaks) {
        this.size = size;
        this.peaks = peaks;
    }

    /** Of the tree without leaves. */
    public static Frontier empty() {
        return EMPTY;
    }

    /** Leaves in the tree. */
    public long size() {
        return size;
    }

    /** The tree with one more leaf. */
    public Frontier append(byte[] leafHash) {
        return append(List.of(leafHash));
    }

    /** The tree with more leaves, in order. */
    public Frontier append(List<byte[]> leafHashes) {
        byte[][] stack = Arrays.copyOf(peaks, Long.SIZE);
        int height = peaks.length;
        long leaves = size;
        for (byte[] leafHash : leafHashes) {
            byte[] node = MerkleHash.requireHash(leafHash).clone();
            // Like the carry of a binary addition: two subtrees of the same height make one of the next.
            for (long carry = leaves; (carry & 1) == 1; carry >>>= 1) {
                node = MerkleHash.node(stack[--height], node);
            }
            stack[height++] = node;
            leaves = Math.addExact(leaves, 1);
        }
        return new Frontier(leaves, Arrays.copyOf(stack, height));
    }

    /** RFC 6962 Merkle tree hash of the whole tree. */
    public byte[] root() {
        if (size == 0) {
            return MerkleHash.emptyRoot();
        }
        byte[] root = peaks[peaks.length - 1].clone();
        for (int i = peaks.length - 2; i >= 0; i--) {
            root = MerkleHash.node(peaks[i], root);
        }
        return root;
    }

    /** The root of the tree that has another, smaller than this one's smallest complete subtree, to the right of this one. */
    byte[] rootBefore(byte[] right) {
        byte[] root = right;
        for (int i = peaks.length - 1; i >= 0; i--) {
            root = MerkleHash.node(peaks[i], root);
        }
        return root;
    }

    /** The size, 8 bytes big-endian, and the hashes, 32 bytes each, largest subtree first. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + peaks.length * MerkleHash.BYTES);
        bytes.putLong(size);
        for (byte[] peak : peaks) {
            bytes.put(peak);
        }
        return bytes.array();
    }

    /**
     * Reads what {@link #toBytes} wrote. Whether it is the frontier it claims to be shows only in its {@link #root()}.
     *
     * @throws IllegalArgumentException if the length does not fit the size
     */
    public static Frontier fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long size = bytes.length < Long.BYTES ? -1 : in.getLong();
        int count = Long.bitCount(size);
        if (size < 0 || in.remaining() != count * MerkleHash.BYTES) {
            throw new IllegalArgumentException("a frontier is its size and one hash for each one-bit of it");
        }
        byte[][] peaks = new byte[count][MerkleHash.BYTES];
        for (byte[] peak : peaks) {
            in.get(peak);
        }
        return new Frontier(size, peaks);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frontier that && size == that.size && Arrays.deepEquals(peaks, that.peaks);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(size) + Arrays.deepHashCode(peaks);
    }

    @Override
    public String toString() {
        return "Frontier[" + size + "]";
    }
}
