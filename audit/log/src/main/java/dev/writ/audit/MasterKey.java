package dev.writ.audit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps the keys of subjects, so that a database alone, without this key, reveals no input, and gives other parts secrets of their
 * own. Never kept in the database.
 */
public final class MasterKey {

    private static final String TAG = "writ-subject-key-v1\n";
    private static final byte[] SALT = "writ-derived-key-v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 32;

    private final SecretKeySpec key;

    private MasterKey(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * A key that was made earlier.
     *
     * @param key 32 bytes from a secure random source
     */
    public static MasterKey of(byte[] key) {
        return new MasterKey(AesGcm.key(key, "a master key"));
    }

    public static MasterKey generate(SecureRandom random) {
        byte[] key = new byte[AesGcm.KEY_BYTES];
        random.nextBytes(key);
        return of(key);
    }

    /** The secret, as 32 bytes. */
    public byte[] bytes() {
        return key.getEncoded();
    }

    /** The key of a subject, encrypted and bound to its id: 60 bytes, different each time. */
    public byte[] wrap(SubjectKey subjectKey) {
        return AesGcm.seal(key, associated(subjectKey.id()), subjectKey.bytes());
    }

    /**
     * Reads what {@link #wrap} wrote.
     *
     * @throws VerificationException if it was wrapped by another master key, for another id, or was changed
     */
    public SubjectKey unwrap(String id, byte[] wrapped) {
        return AesGcm.open(key, associated(id), wrapped)
                .map(bytes -> SubjectKey.of(id, bytes))
                .orElseThrow(() -> new VerificationException(
                        "a subject's key does not unwrap: it was changed, or belongs to another id or master key"));
    }

    /**
     * A secret of its own for something else: the same for the same label, on every replica and after each start, and nothing that
     * tells anything of this key or of another label's secret. HKDF with SHA-256, the label as {@code info}.
     *
     * @param label names the use and its version; constant
     * @param length in bytes, 1 to 255 * 32
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>
     */
    public byte[] derive(String label, int length) {
        if (length < 1 || length > 255 * HASH_BYTES) {
            throw new IllegalArgumentException("a derived secret has 1 to " + 255 * HASH_BYTES + " bytes");
        }
        // RFC 5869 2.2, then 2.3.
        return expand(hmac(SALT, key.getEncoded()), label.getBytes(StandardCharsets.UTF_8), length);
    }

    static byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
        ByteArrayOutputStream derived = new ByteArrayOutputStream();
        byte[] block = {};
        for (int i = 1; derived.size() < length; i++) {
            block = hmac(pseudorandomKey, block, info, new byte[] {(byte) i});
            derived.writeBytes(block);
        }
        return Arrays.copyOf(derived.toByteArray(), length);
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                hmac.update(part);
            }
            return hmac.doFinal();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static byte[] associated(String id) {
        return (TAG + id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "MasterKey";
    }
}
