package dev.writ.gateway.token;

import dev.writ.model.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A sign-in that was begun: what whoever ends it has to have, and nobody else may. The browser keeps it, sealed.
 *
 * @param issuer by its name in the configuration
 * @param state shows that what comes back belongs to it
 * @param nonce shows that an ID token was made for it
 * @param verifier shows that a code was asked for by it (RFC 7636)
 * @param back where people are sent back to
 */
public record PendingLogin(String issuer, String state, String nonce, String verifier, URI back) {

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("issuer", issuer)
                .put("state", state)
                .put("nonce", nonce)
                .put("verifier", verifier)
                .put("back", back.toString())
                .build();
    }

    public static Optional<PendingLogin> fromJson(JsonObject json) {
        try {
            return Optional.of(new PendingLogin(
                    json.text("issuer").orElseThrow(),
                    json.text("state").orElseThrow(),
                    json.text("nonce").orElseThrow(),
                    json.text("verifier").orElseThrow(),
                    URI.create(json.text("back").orElseThrow())));
        } catch (NoSuchElementException | IllegalArgumentException anotherForm) {
            return Optional.empty();
        }
    }

    /** Takes the same time whatever is wrong with it. */
    boolean isStatedBy(String presented) {
        return MessageDigest.isEqual(
                state.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "PendingLogin[" + issuer + "]";
    }
}
