package dev.writ.audit;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The hashes of the log's Merkle tree, 32 bytes each.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.1">RFC 9162 2.1.1</a>, the same as RFC 6962 2.1
 */
public final class MerkleHash {

    /** Length of every hash, in bytes. */
    public static final int BYTES = 32;

    // Different first bytes keep a leaf from ever passing for a node: second preimage resistance.
    private static final byte LEAF = 0x00;
    private static final byte NODE = 0x01;

    private MerkleHash() {}

    /** MTH({d}) = SHA-256(0x00 || d). */
    public static byte[] leaf(byte[] leaf) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(LEAF);
        return sha256.digest(leaf);
    }

    /** Whether the leaf from there to there has the hash at that place of other bytes. */
    static boolean isLeaf(byte[] bytes, int from, int to, byte[] hashes, int at) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(LEAF);
        sha256.update(bytes, from, to - from);
        byte[] hash = sha256.digest();
        return Arrays.equals(hash, 0, BYTES, hashes, at, at + BYTES);
    }

    /** SHA-256(0x01 || left || right). */
    public static byte[] node(byte[] left, byte[] right) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** Replaces the hash at one place by the node of two that follow each other at another. */
    static void node(byte[] hashes, int children, int to) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(NODE);
        sha256.update(hashes, children, 2 * BYTES);
        try {
            sha256.digest(hashes, to, BYTES);
        } catch (DigestException thereIsRoom) {
            throw new IllegalStateException(thereIsRoom);
        }
    }

    /** The root of the tree without leaves: the hash of nothing. */
    public static byte[] emptyRoot() {
        return Sha256.digest().digest();
    }

    static byte[] requireHash(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("a Merkle hash has " + BYTES + " bytes, not " + hash.length);
        }
        return hash;
    }
}
