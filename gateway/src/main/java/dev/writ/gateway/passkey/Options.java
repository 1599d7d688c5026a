package dev.writ.gateway.passkey;

import dev.writ.audit.SignedStatement;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** What browsers are asked for, in the JSON of WebAuthn Level 3: {@code PublicKeyCredential.parse...OptionsFromJSON} reads it. */
final class Options {

    private Options() {}

    /** @param challenge text, which is what is signed */
    static JsonObject creation(
            RelyingParty party, String user, String name, String challenge, List<Passkey> there, Duration timeout) {
        return JsonObject.builder()
                .put(
                        "rp",
                        JsonObject.builder()
                                .put("id", party.rpId())
                                .put("name", "Writ")
                                .build())
                .put(
                        "user",
                        JsonObject.builder()
                                .put("id", base64url(user.getBytes(StandardCharsets.UTF_8)))
                                .put("name", name)
                                .put("displayName", name)
                                .build())
                .put("challenge", base64url(challenge.getBytes(StandardCharsets.UTF_8)))
                .put(
                        "pubKeyCredParams",
                        new JsonArray(Attestations.ALGORITHMS.stream()
                                .<JsonValue>map(algorithm -> JsonObject.builder()
                                        .put("type", "public-key")
                                        .put("alg", JsonNumber.of(algorithm))
                                        .build())
                                .toList()))
                .put("timeout", timeout.toMillis())
                .put("excludeCredentials", credentials(there))
                .put(
                        "authenticatorSelection",
                        JsonObject.builder()
                                .put("residentKey", "preferred")
                                .put("userVerification", "required")
                                .build())
                .put("attestation", "none")
                .build();
    }

    static JsonObject request(RelyingParty party, JsonObject statement, List<Passkey> usable, Duration timeout) {
        return JsonObject.builder()
                .put("challenge", base64url(SignedStatement.challenge(statement)))
                .put("timeout", timeout.toMillis())
                .put("rpId", party.rpId())
                .put("allowCredentials", credentials(usable))
                .put("userVerification", "required")
                .build();
    }

    private static JsonArray credentials(List<Passkey> passkeys) {
        return new JsonArray(passkeys.stream()
                .<JsonValue>map(passkey -> JsonObject.builder()
                        .put("type", "public-key")
                        .put("id", passkey.key().credential())
                        .build())
                .toList());
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
