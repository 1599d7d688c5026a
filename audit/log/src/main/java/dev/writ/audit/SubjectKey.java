package dev.writ.audit;

import java.security.SecureRandom;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts the inputs of one subject. Without it, and without its wrapped form, they are gone. */
public final class SubjectKey {

    private final String id;
    private final SecretKeySpec key;

    private SubjectKey(String id, SecretKeySpec key) {
        this.id = id;
        this.key = key;
    }

    static SubjectKey of(String id, byte[] key) {
        return new SubjectKey(id, AesGcm.key(key, "a subject's key"));
    }

    /**
     * Makes a new key.
     *
     * @param id the {@link Entry#subjectKey()} of the entries whose inputs it encrypts
     */
    public static SubjectKey generate(String id, SecureRandom random) {
        byte[] key = new byte[AesGcm.KEY_BYTES];
        random.nextBytes(key);
        return of(id, key);
    }

    public String id() {
        return id;
    }

    SecretKeySpec key() {
        return key;
    }

    byte[] bytes() {
        return key.getEncoded();
    }

    @Override
    public String toString() {
        return "SubjectKey";
    }
}
