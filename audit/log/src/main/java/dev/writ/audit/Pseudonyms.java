package dev.writ.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Names subjects in leaves by text that only the holder of the key can connect to them. Safe to share between threads. */
public final class Pseudonyms {

    private static final int KEY_BYTES = 32;
    private static final int PSEUDONYM_BYTES = 16;
    private static final byte[] TAG = "writ-pseudonym-v1\n".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;

    private Pseudonyms(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * Pseudonyms under a key.
     *
     * @param key 32 bytes from a secure random source, kept as long as subjects must be found again
     */
    public static Pseudonyms of(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a pseudonym key has " + KEY_BYTES + " bytes");
        }
        return new Pseudonyms(new SecretKeySpec(key, "HmacSHA256"));
    }

    /**
     * The same text for the same subject, always: 128 bits of HMAC-SHA-256 in base64url, 22 characters.
     *
     * @param subject an identifier of a person, as the identity provider gives it
     */
    public String of(String subject) {
        return mac(TAG, subject);
    }

    /**
     * A keyed digest of something that is not a person: the same text for the same value, which only the holder of the key can
     * test a guess against. Never equal to a pseudonym.
     *
     * @param purpose keeps values of different kinds apart; constant text without a line break
     */
    public String mac(String purpose, String value) {
        return mac(("writ-mac-v1\n" + purpose + "\n").getBytes(StandardCharsets.UTF_8), value);
    }

    private String mac(byte[] domain, String value) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(key);
            hmac.update(domain);
            byte[] tag = hmac.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(tag, PSEUDONYM_BYTES));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public String toString() {
        return "Pseudonyms";
    }
}
