package dev.writ.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest in its one written form.
 *
 * @param value {@code sha256:} and 64 lower-case hexadecimal digits
 */
public record Digest(String value) {

    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{64}");

    public Digest {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("a digest is 'sha256:' and 64 lower-case hexadecimal digits");
        }
    }

    public static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
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
