package dev.writ.audit;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import javax.crypto.spec.SecretKeySpec;

/** Wraps the keys of subjects, so that a database alone, without this key, reveals no input. Never kept in the database. */
public final class MasterKey {

    private static final String TAG = "writ-subject-key-v1\n";

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

    private static byte[] associated(String id) {
        return (TAG + id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "MasterKey";
    }
}
