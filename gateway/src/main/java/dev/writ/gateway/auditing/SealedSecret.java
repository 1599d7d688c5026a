package dev.writ.gateway.auditing;

import dev.writ.audit.Commitment;
import dev.writ.audit.Input;
import dev.writ.audit.MasterKey;
import dev.writ.audit.SealedInput;
import dev.writ.audit.SubjectKey;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A secret as a row keeps it: encrypted under a key of its own, which is wrapped by the master key and bound to whom the secret
 * belongs to. Different each time it is sealed, so that its digest, which an entry may hold, tells nothing.
 */
public final class SealedSecret {

    private static final String INPUT = "credential";

    private final String text;

    private SealedSecret(String text) {
        this.text = text;
    }

    /** One that was sealed earlier. */
    public static SealedSecret of(String text) {
        return new SealedSecret(text);
    }

    /**
     * Seals a secret.
     *
     * @param owner names what it belongs to, such as {@code connector/billing}
     */
    public static SealedSecret seal(String owner, JsonObject plain, MasterKey master, SecureRandom random) {
        SubjectKey key = SubjectKey.generate(owner, random);
        SealedInput sealed = SealedInput.seal(key, new Input(INPUT, plain, false), random);
        JsonObject row = JsonObject.builder()
                .put("key", base64(master.wrap(key)))
                .put("commitment", sealed.commitment().text())
                .put("ciphertext", base64(sealed.ciphertext()))
                .build();
        return new SealedSecret(row.toJson());
    }

    /**
     * The secret.
     *
     * @throws VerificationException if it was changed, or belongs to another owner or master key
     */
    public JsonObject open(String owner, MasterKey master) {
        try {
            if (JsonValue.parse(text) instanceof JsonObject row) {
                SubjectKey key = master.unwrap(owner, binary(row, "key"));
                Commitment commitment =
                        new Commitment(new Digest(row.text("commitment").orElse("")));
                JsonValue plain = SealedInput.of(INPUT, commitment, binary(row, "ciphertext"))
                        .open(key);
                return plain instanceof JsonObject object ? object : JsonObject.empty();
            }
        } catch (JsonException | IllegalArgumentException malformed) {
            throw new VerificationException("a sealed secret is not what was stored");
        }
        throw new VerificationException("a sealed secret is not what was stored");
    }

    public String text() {
        return text;
    }

    public Digest digest() {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] binary) {
        return Base64.getEncoder().encodeToString(binary);
    }

    private static byte[] binary(JsonObject row, String member) {
        return Base64.getDecoder().decode(row.text(member).orElse(""));
    }

    @Override
    public String toString() {
        return "SealedSecret";
    }
}
