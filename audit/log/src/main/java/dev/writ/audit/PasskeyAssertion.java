package dev.writ.audit;

import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What an authenticator answers when it is asked to sign a challenge. It says by whom only together with a {@link PasskeyKey}.
 *
 * @see <a href="https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion">Verifying an Authentication Assertion</a>
 */
public final class PasskeyAssertion {

    private static final int LONGEST_AUTHENTICATOR_DATA = 1_024;
    private static final int LONGEST_CLIENT_DATA = 4_096;
    private static final int LONGEST_SIGNATURE = 1_024;

    /** Digest of the RP ID, flags, counter. */
    private static final int AUTHENTICATOR_DATA = 32 + 1 + 4;

    private static final int FLAGS_AT = 32;
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int MORE_FOLLOWS = 0xc0;

    private final byte[] authenticatorData;
    private final byte[] clientDataJson;
    private final byte[] signature;
    private final JsonObject clientData;

    private PasskeyAssertion(byte[] authenticatorData, byte[] clientDataJson, byte[] signature, JsonObject clientData) {
        this.authenticatorData = authenticatorData;
        this.clientDataJson = clientDataJson;
        this.signature = signature;
        this.clientData = clientData;
    }

    /**
     * Reads one: each text is base64url without padding.
     *
     * @throws VerificationException if it is none, whoever may have signed it
     */
    public static PasskeyAssertion parse(String authenticatorData, String clientDataJson, String signature) {
        byte[] authenticator = read(authenticatorData, "authenticatorData", LONGEST_AUTHENTICATOR_DATA);
        byte[] client = read(clientDataJson, "clientDataJSON", LONGEST_CLIENT_DATA);
        byte[] signed = read(signature, "signature", LONGEST_SIGNATURE);
        boolean isWhole = authenticator.length == AUTHENTICATOR_DATA
                || (authenticator.length > AUTHENTICATOR_DATA && (authenticator[FLAGS_AT] & MORE_FOLLOWS) != 0);
        if (!isWhole) {
            throw new VerificationException("'authenticatorData' has not the length that its flags say");
        }
        return new PasskeyAssertion(authenticator, client, signed, clientData(client));
    }

    /** How often the authenticator says it has signed with this passkey; 0 if it does not count. */
    public long counter() {
        return Integer.toUnsignedLong(ByteBuffer.wrap(authenticatorData).getInt(FLAGS_AT + 1));
    }

    /** Of the page that asked for it, as the browser says. */
    public String origin() {
        return clientData.text("origin").orElse("");
    }

    public String authenticatorData() {
        return PasskeyKey.base64url(authenticatorData);
    }

    public String clientDataJson() {
        return PasskeyKey.base64url(clientDataJson);
    }

    public String signature() {
        return PasskeyKey.base64url(signature);
    }

    /**
     * Checks that the holder of that key has signed that challenge, was there, and was recognized by the authenticator. The
     * {@link #origin()} is for the caller to judge.
     *
     * @throws VerificationException if not
     */
    public void verify(PasskeyKey key, String rpId, byte[] challenge) {
        require(clientData.text("type").filter("webauthn.get"::equals).isPresent(), "it is of another type");
        require(
                clientData
                        .text("challenge")
                        .filter(PasskeyKey.base64url(challenge)::equals)
                        .isPresent(),
                "something else was signed");
        require(!clientData.isTrue("crossOrigin"), "it was made in a frame of another origin");
        byte[] party = Sha256.digest().digest(rpId.getBytes(StandardCharsets.UTF_8));
        require(
                MessageDigest.isEqual(party, Arrays.copyOf(authenticatorData, party.length)),
                "it was made for another relying party");
        require((authenticatorData[FLAGS_AT] & USER_PRESENT) != 0, "nobody was there");
        require((authenticatorData[FLAGS_AT] & USER_VERIFIED) != 0, "the authenticator did not verify its user");
        byte[] digest = Sha256.digest().digest(clientDataJson);
        byte[] signed = ByteBuffer.allocate(authenticatorData.length + digest.length)
                .put(authenticatorData)
                .put(digest)
                .array();
        require(key.verifies(signed, signature), "it is not signed by this passkey");
    }

    private static void require(boolean isSo, String otherwise) {
        if (!isSo) {
            throw new VerificationException("the signature does not count: " + otherwise);
        }
    }

    private static byte[] read(String text, String name, int longest) {
        if (text.isEmpty() || text.length() > longest * 4 / 3 + 4) {
            throw new VerificationException("'" + name + "' is missing or too long");
        }
        return PasskeyKey.base64url(text, "'" + name + "'");
    }

    private static JsonObject clientData(byte[] bytes) {
        try {
            if (JsonValue.parse(bytes, JsonLimits.TRUSTED) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException malformed) {
            throw new VerificationException("'clientDataJSON' is not JSON", malformed);
        }
        throw new VerificationException("'clientDataJSON' is no object");
    }

    @Override
    public String toString() {
        return "PasskeyAssertion";
    }
}
