package dev.writ.gateway.console;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads the console's cookies and the tokens of its forms, by keys that every replica derives from the master key: whichever
 * replica gets one back can read it, and nobody else can make one.
 */
@ApplicationScoped
class CookieSeal {

    /** What a cookie is for: one that was made for something else is none. */
    enum Use {
        SESSION,
        SIGN_IN,
        VIEWS
    }

    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int LONGEST = 4 * 1024;
    private static final int KEY_BYTES = 32;
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec sealing;
    private final SecretKeySpec signing;
    private final SecureRandom random;

    CookieSeal(MasterKey master, SecureRandom random) {
        this.sealing = new SecretKeySpec(master.derive("writ-console-session-v1", KEY_BYTES), "AES");
        this.signing = new SecretKeySpec(master.derive("writ-console-form-v1", KEY_BYTES), MAC);
        this.random = random;
    }

    /** In base64url. */
    String seal(Use use, JsonObject content) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            byte[] sealed = cipher(use, Cipher.ENCRYPT_MODE, iv).doFinal(content.toBytes());
            return text(ByteBuffer.allocate(IV_BYTES + sealed.length)
                    .put(iv)
                    .put(sealed)
                    .array());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What is in it; empty if no gateway with this master key made it for that. */
    Optional<JsonObject> open(Use use, String cookie) {
        if (cookie.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cookie);
            if (bytes.length < IV_BYTES + TAG_BITS / Byte.SIZE) {
                return Optional.empty();
            }
            byte[] plain = cipher(use, Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, IV_BYTES))
                    .doFinal(bytes, IV_BYTES, bytes.length - IV_BYTES);
            return JsonValue.parse(new String(plain, StandardCharsets.UTF_8)) instanceof JsonObject content
                    ? Optional.of(content)
                    : Optional.empty();
        } catch (IllegalArgumentException | GeneralSecurityException | JsonException notOurs) {
            return Optional.empty();
        }
    }

    /** What every form of that session carries. */
    String formToken(Session session) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(signing);
            return text(mac.doFinal(session.id().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean isFormToken(Session session, String token) {
        return MessageDigest.isEqual(
                formToken(session).getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    /** So many random bits that nobody guesses them. */
    String randomId() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return text(id);
    }

    private Cipher cipher(Use use, int mode, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(use.name().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
