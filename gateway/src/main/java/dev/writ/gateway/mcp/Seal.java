package dev.writ.gateway.mcp;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that clients carry for the gateway: encrypted and authenticated with a key that every replica derives from its master key, so that
 * whichever replica gets one back can read it, and nobody else can make or read one. In base64url: visible ASCII.
 */
@ApplicationScoped
class Seal {

    /** What a token is for; one for another purpose does not open. */
    enum Use {
        SESSION,
        TASK,
        REQUEST_STATE,
        CURSOR,
        EVENT
    }

    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int TAG_BYTES = TAG_BITS / 8;
    private static final int LONGEST = 64 * 1024;

    private final SecretKeySpec key;
    private final SecureRandom random;

    Seal(MasterKey master, SecureRandom random) {
        this.random = random;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(master.bytes(), "HmacSHA256"));
            this.key = new SecretKeySpec(mac.doFinal("writ-mcp-token-v1".getBytes(StandardCharsets.UTF_8)), "AES");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    String seal(Use use, JsonObject content) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, use, iv).doFinal(content.toBytes());
            byte[] token = ByteBuffer.allocate(IV_BYTES + sealed.length)
                    .put(iv)
                    .put(sealed)
                    .array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What is in it; empty if this gateway never made it for that use. */
    Optional<JsonObject> open(Use use, String token) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            if (bytes.length < IV_BYTES + TAG_BYTES) {
                return Optional.empty();
            }
            byte[] plain = cipher(Cipher.DECRYPT_MODE, use, Arrays.copyOf(bytes, IV_BYTES))
                    .doFinal(bytes, IV_BYTES, bytes.length - IV_BYTES);
            return JsonValue.parse(new String(plain, StandardCharsets.UTF_8)) instanceof JsonObject content
                    ? Optional.of(content)
                    : Optional.empty();
        } catch (IllegalArgumentException | GeneralSecurityException | JsonException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, Use use, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(use.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
