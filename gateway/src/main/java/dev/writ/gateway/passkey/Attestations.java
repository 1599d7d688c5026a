package dev.writ.gateway.passkey;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import dev.writ.audit.PasskeyKey;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an authenticator answers when it makes a credential. Its make and model are not asked for: whoever confirms the passkey
 * vouches for it.
 *
 * @see <a href="https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential">Registering a New Credential</a>
 */
final class Attestations {

    /** In the order in which they are preferred. */
    static final List<Integer> ALGORITHMS = List.of(PasskeyKey.EDDSA, PasskeyKey.ES256, PasskeyKey.RS256);

    private static final int LONGEST_CLIENT_DATA = 4_096;
    private static final int LONGEST_ATTESTATION = 16_384;

    private static final WebAuthnManager WEBAUTHN = WebAuthnManager.createNonStrictWebAuthnManager();
    private static final List<PublicKeyCredentialParameters> PARAMETERS = ALGORITHMS.stream()
            .map(algorithm -> new PublicKeyCredentialParameters(
                    PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(algorithm)))
            .toList();

    /**
     * A credential that has just been made.
     *
     * @param counter how often it has signed, as it says
     */
    record Made(PasskeyKey key, long counter) {}

    private Attestations() {}

    /** The challenge that this answers, as its browser says it; empty if it says none. */
    static Optional<String> challenge(JsonObject credential) {
        return Optional.of(clientData(bytes(credential, "clientDataJSON", LONGEST_CLIENT_DATA)))
                .flatMap(data -> data.text("challenge"))
                .map(Attestations::text);
    }

    /**
     * The credential that this answers.
     *
     * @param credential a {@code RegistrationResponseJSON}
     * @param challenge that it must answer
     * @throws Problem if it is malformed, or does not answer that, there
     */
    static Made verify(JsonObject credential, RelyingParty party, String challenge) {
        byte[] clientDataJson = bytes(credential, "clientDataJSON", LONGEST_CLIENT_DATA);
        byte[] attestation = bytes(credential, "attestationObject", LONGEST_ATTESTATION);
        JsonObject clientData = clientData(clientDataJson);
        require(clientData.text("origin").filter(party.origins()::contains).isPresent(), "it was made on another page");
        require(!clientData.isTrue("crossOrigin"), "it was made in a frame of another origin");
        Set<Origin> origins = party.origins().stream().map(Origin::create).collect(Collectors.toSet());
        ServerProperty server = new ServerProperty(
                origins, party.rpId(), new DefaultChallenge(challenge.getBytes(StandardCharsets.UTF_8)));
        AttestedCredentialData made;
        long counter;
        try {
            RegistrationData verified = WEBAUTHN.verify(
                    new RegistrationRequest(attestation, clientDataJson),
                    new RegistrationParameters(server, PARAMETERS, true, true));
            var authenticator = verified.getAttestationObject().getAuthenticatorData();
            made = authenticator.getAttestedCredentialData();
            counter = authenticator.getSignCount();
        } catch (com.webauthn4j.verifier.exception.VerificationException refused) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The passkey does not answer the challenge, or its authenticator did not verify its user ("
                            + refused.getClass().getSimpleName()
                            + "). Ask for a new challenge and try again. Nothing was recorded.");
        } catch (DataConversionException | IllegalArgumentException malformed) {
            throw malformed();
        } catch (RuntimeException unreadable) {
            // Whatever a reader of hostile bytes trips over, they are not what was asked for.
            throw malformed();
        }
        return made(made, counter, credential);
    }

    private static Made made(@Nullable AttestedCredentialData made, long counter, JsonObject credential) {
        try {
            if (made == null || made.getCOSEKey().getPublicKey() == null) {
                throw malformed();
            }
            int algorithm = (int) made.getCOSEKey().getAlgorithm().getValue();
            PasskeyKey key = PasskeyKey.of(
                    made.getCredentialId(),
                    algorithm,
                    made.getCOSEKey().getPublicKey().getEncoded());
            require(
                    credential.text("id").filter(key.credential()::equals).isPresent(),
                    "'id' is of another credential");
            return new Made(key, counter);
        } catch (VerificationException unusable) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "The passkey cannot be used: " + unusable.getMessage()
                            + ". Take an authenticator with ES256, Ed25519 or RS256 from 2,048 bits on. Nothing was recorded.");
        }
    }

    private static void require(boolean isSo, String otherwise) {
        if (!isSo) {
            throw new Problem(
                    ProblemType.FORBIDDEN, "The passkey does not count: " + otherwise + ". Nothing was recorded.");
        }
    }

    private static byte[] bytes(JsonObject credential, String name, int longest) {
        return credential
                .object("response")
                .flatMap(response -> response.text(name))
                .filter(text -> text.length() <= longest * 4 / 3 + 4)
                .flatMap(Attestations::decoded)
                .orElseThrow(
                        () -> new Problem(
                                ProblemType.MALFORMED,
                                "'credential.response." + name + "' is base64url, " + longest
                                        + " bytes at most. Send what navigator.credentials.create answered. Nothing was recorded."));
    }

    private static Optional<byte[]> decoded(String base64url) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(base64url));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static String text(String base64url) {
        return decoded(base64url)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    private static JsonObject clientData(byte[] bytes) {
        try {
            if (JsonValue.parse(bytes, JsonLimits.TRUSTED) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException notJson) {
            throw malformed();
        }
        throw malformed();
    }

    private static Problem malformed() {
        return new Problem(
                ProblemType.MALFORMED,
                "'credential' is not what navigator.credentials.create answers. Nothing was recorded.");
    }
}
