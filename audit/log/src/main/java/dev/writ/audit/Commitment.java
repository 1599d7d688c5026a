package dev.writ.audit;

import dev.writ.model.Digest;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A salted commitment to a confidential value: it tells nothing of the value, and no other value fits it.
 *
 * @param digest SHA-256 of the tag {@code writ-commitment-v1} and a line feed, the 32-byte random nonce, and the value's RFC
 *     8785 form
 */
public record Commitment(Digest digest) {

    /** Length of a nonce, in bytes. A nonce is as confidential as its value: with it, a guess can be checked. */
    public static final int NONCE_BYTES = 32;

    private static final byte[] TAG = "writ-commitment-v1\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * Commits to a value.
     *
     * @param nonce 32 bytes from a secure random source, never used before
     */
    public static Commitment to(byte[] nonce, JsonValue value) {
        return to(nonce, value.toBytes());
    }

    static Commitment to(byte[] nonce, byte[] canonical) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("the nonce of a commitment has " + NONCE_BYTES + " bytes");
        }
        MessageDigest sha256 = Sha256.digest();
        sha256.update(TAG);
        sha256.update(nonce);
        return new Commitment(Digest.fromBytes(sha256.digest(canonical)));
    }

    /** Whether that nonce and that value are what was committed to. */
    public boolean matches(byte[] nonce, JsonValue value) {
        return equals(to(nonce, value));
    }

    /** {@code sha256:} and 64 lower-case hexadecimal digits. */
    public String text() {
        return digest.value();
    }
}
