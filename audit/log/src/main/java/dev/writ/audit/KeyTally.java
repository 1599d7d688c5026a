package dev.writ.audit;

import dev.writ.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A set of entry keys in constant memory: equal tallies mean equal sets.
 *
 * <p>It is the exclusive or of the members' salted hashes. The salt is drawn anew for each verification, so nobody can prepare
 * a different set with the same tally.
 *
 * @see <a href="https://www.iacr.org/archive/asiacrypt2003/07_Session07/06_092/28940188.pdf">MSet-XOR-Hash, ASIACRYPT 2003</a>
 */
final class KeyTally {

    private final byte[] salt;
    private final byte[] xor = new byte[MerkleHash.BYTES];
    private long count;

    private KeyTally(byte[] salt) {
        this.salt = salt;
    }

    static KeyTally salted(SecureRandom random) {
        byte[] salt = new byte[MerkleHash.BYTES];
        random.nextBytes(salt);
        return new KeyTally(salt);
    }

    /** Empty, to be compared with this one or added to it. */
    KeyTally another() {
        return new KeyTally(salt);
    }

    /** Adds a key that is not in the set yet. */
    void add(String key, long index, Digest leafHash) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(salt);
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(index).array());
        sha256.update(leafHash.bytes());
        toggle(sha256.digest(key.getBytes(StandardCharsets.UTF_8)), 1);
    }

    /** Adds a set that has no member in common with this one. */
    void add(KeyTally other) {
        toggle(other.xor, other.count);
    }

    private void toggle(byte[] hash, long members) {
        for (int i = 0; i < xor.length; i++) {
            xor[i] ^= hash[i];
        }
        count += members;
    }

    long count() {
        return count;
    }

    boolean isSameAs(KeyTally other) {
        return count == other.count && Arrays.equals(xor, other.xor);
    }
}
