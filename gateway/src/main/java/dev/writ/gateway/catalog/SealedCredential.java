package dev.writ.gateway.catalog;

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
import java.util.Optional;

/**
 * A connector's credential as its row keeps it: encrypted under a key of its own, which is wrapped by the master key and bound to
 * the connector's name. Different each time it is sealed, so that its digest tells nothing.
 */
final class SealedCredential {

    private static final String INPUT = "credential";

    private final String text;

    private SealedCredential(String text) {
        this.text = text;
    }

    static SealedCredential of(String text) {
        return new SealedCredential(text);
    }

    static SealedCredential seal(
            String connector, Optional<HeaderCredential> credential, MasterKey master, SecureRandom random) {
        SubjectKey key = SubjectKey.generate(subject(connector), random);
        JsonObject plain = credential.map(HeaderCredential::toJson).orElse(JsonObject.empty());
        SealedInput sealed = SealedInput.seal(key, new Input(INPUT, plain, false), random);
        JsonObject row = JsonObject.builder()
                .put("key", base64(master.wrap(key)))
                .put("commitment", sealed.commitment().text())
                .put("ciphertext", base64(sealed.ciphertext()))
                .build();
        return new SealedCredential(row.toJson());
    }

    /**
     * The credential.
     *
     * @throws VerificationException if it was changed, or belongs to another connector or master key
     */
    Optional<HeaderCredential> open(String connector, MasterKey master) {
        try {
            if (JsonValue.parse(text) instanceof JsonObject row) {
                SubjectKey key = master.unwrap(subject(connector), binary(row, "key"));
                Commitment commitment =
                        new Commitment(new Digest(row.text("commitment").orElse("")));
                JsonValue plain = SealedInput.of(INPUT, commitment, binary(row, "ciphertext"))
                        .open(key);
                return plain instanceof JsonObject object ? HeaderCredential.fromJson(object) : Optional.empty();
            }
        } catch (JsonException | IllegalArgumentException malformed) {
            throw new VerificationException("a connector's credential is not what was stored");
        }
        throw new VerificationException("a connector's credential is not what was stored");
    }

    String text() {
        return text;
    }

    Digest digest() {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String subject(String connector) {
        return "connector/" + connector;
    }

    private static String base64(byte[] binary) {
        return Base64.getEncoder().encodeToString(binary);
    }

    private static byte[] binary(JsonObject row, String member) {
        return Base64.getDecoder().decode(row.text(member).orElse(""));
    }

    @Override
    public String toString() {
        return "SealedCredential";
    }
}
