package dev.writ.audit;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a random 96-bit initialisation vector before the ciphertext: NIST SP 800-38D 8.2.2 allows 2^32 of them under
 * one key.
 */
final class AesGcm {

    static final int KEY_BYTES = 32;

    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadLocal<Cipher> PER_THREAD = ThreadLocal.withInitial(AesGcm::make);

    private AesGcm() {}

    static byte[] seal(SecretKeySpec key, byte[] associated, byte[] plain) {
        byte[] sealed = new byte[IV_BYTES + plain.length + TAG_BYTES];
        byte[] iv = new byte[IV_BYTES];
        RANDOM.nextBytes(iv);
        System.arraycopy(iv, 0, sealed, 0, IV_BYTES);
        try {
            Cipher cipher = PER_THREAD.get();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
            cipher.updateAAD(associated);
            cipher.doFinal(plain, 0, plain.length, sealed, IV_BYTES);
            return sealed;
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Empty if key, associated data and ciphertext do not belong together. */
    static Optional<byte[]> open(SecretKeySpec key, byte[] associated, byte[] sealed) {
        if (sealed.length < IV_BYTES + TAG_BYTES) {
            return Optional.empty();
        }
        byte[] iv = Arrays.copyOf(sealed, IV_BYTES);
        try {
            Cipher cipher = PER_THREAD.get();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
            cipher.updateAAD(associated);
            return Optional.of(cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES));
        } catch (AEADBadTagException notTogether) {
            return Optional.empty();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    static SecretKeySpec key(byte[] key, String what) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(what + " has " + KEY_BYTES + " bytes");
        }
        return new SecretKeySpec(key, "AES");
    }

    private static Cipher make() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
