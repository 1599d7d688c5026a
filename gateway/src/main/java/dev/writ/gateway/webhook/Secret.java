package dev.writ.gateway.webhook;

import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the gateway signs deliveries with, and the receiver checks them with.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks</a>
 */
public final class Secret {

    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;
    private static final String MEMBER = "secret";

    private final byte[] key;

    private Secret(byte[] key) {
        this.key = key;
    }

    static Secret mint(SecureRandom random) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        return new Secret(key);
    }

    /** As the receiver configures it. */
    String text() {
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /** Before it is sealed. */
    JsonObject toJson() {
        return JsonObject.builder().put(MEMBER, text()).build();
    }

    static Optional<Secret> fromJson(JsonObject json) {
        return json.text(MEMBER).filter(text -> text.startsWith(PREFIX)).map(Secret::parse);
    }

    /**
     * Reads one as it is written for receivers.
     *
     * @throws IllegalArgumentException if it is not {@code whsec_} and 24 to 64 bytes in base64; the message has none of it
     */
    public static Secret parse(String text) {
        byte[] key = text.startsWith(PREFIX) ? decode(text.substring(PREFIX.length())) : new byte[0];
        if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
            throw new IllegalArgumentException("a webhook's secret is 'whsec_' and 24 to 64 bytes in base64");
        }
        return new Secret(key);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException quotesTheText) {
            return new byte[0];
        }
    }

    /** The header {@code webhook-signature}. */
    public String sign(String id, Instant at, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] signed = (id + "." + at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public String toString() {
        return "Secret";
    }
}
