package dev.writ.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest in its one written form.
 *
 * @param value {@code sha256:} and 64 lower-case hexadecimal digits
 */
public record Digest(String value) {

    private static final String PREFIX = "sha256:";
    private static final int LENGTH = PREFIX.length() + 64;

    public Digest {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("a digest is 'sha256:' and 64 lower-case hexadecimal digits");
        }
    }

    public static boolean isWellFormed(String text) {
        // By hand, since a log is verified by the million.
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return false;
        }
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            char digit = text.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The digest of some bytes. */
    public static Digest of(byte[] content) {
        return new Digest(PREFIX + HexFormat.of().formatHex(sha256(content)));
    }

    /** The digest of a value's canonical form. */
    public static Digest of(JsonValue value) {
        return of(value.toBytes());
    }

    /**
     * A digest that was computed already.
     *
     * @param sha256 its 32 bytes
     */
    public static Digest fromBytes(byte[] sha256) {
        return new Digest(PREFIX + HexFormat.of().formatHex(sha256));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(value, PREFIX.length(), value.length());
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
