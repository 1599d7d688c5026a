package dev.writ.audit;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;

/** A security key and its browser, in software: one credential, which it uses as it is told, honestly or not. */
public final class Authenticator {

    public static final String RP_ID = "writ.example";
    public static final String ORIGIN = "https://console.writ.example";

    private static final int PRESENT_AND_VERIFIED = 0x05;
    private static final int ATTESTED = 0x40;

    private final int algorithm;
    private final KeyPair keys;
    private final byte[] credential = new byte[32];
    private String rpId = RP_ID;
    private String origin = ORIGIN;
    private String type = "webauthn.";
    private boolean crossOrigin;
    private int flags = PRESENT_AND_VERIFIED;
    private long counter;

    private Authenticator(int algorithm, KeyPair keys) {
        this.algorithm = algorithm;
        this.keys = keys;
        new SecureRandom().nextBytes(credential);
    }

    public static Authenticator of(int algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(
                    algorithm == PasskeyKey.ES256 ? "EC" : algorithm == PasskeyKey.EDDSA ? "Ed25519" : "RSA");
            if (algorithm != PasskeyKey.EDDSA) {
                generator.initialize(algorithm == PasskeyKey.ES256 ? 256 : 2_048);
            }
            return new Authenticator(algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    public static Authenticator es256() {
        return of(PasskeyKey.ES256);
    }

    public Authenticator forParty(String other) {
        rpId = other;
        return this;
    }

    public Authenticator at(String other) {
        origin = other;
        return this;
    }

    /** What it says happened, instead of what did: {@code get} or {@code create} follow. */
    public Authenticator saying(String prefix) {
        type = prefix;
        return this;
    }

    public Authenticator inFrame() {
        crossOrigin = true;
        return this;
    }

    /** Somebody is there; who, it does not look at. */
    public Authenticator withoutVerification() {
        flags = 0x01;
        return this;
    }

    public Authenticator withoutPresence() {
        flags = 0x04;
        return this;
    }

    public Authenticator counting(long signatures) {
        counter = signatures;
        return this;
    }

    public PasskeyKey key() {
        return PasskeyKey.of(credential, algorithm, keys.getPublic().getEncoded());
    }

    /** What a browser answers to {@code navigator.credentials.create}, as {@code toJSON} writes it. */
    public JsonObject create(String challenge) {
        byte[] authenticator = authenticatorData(flags | ATTESTED, attested());
        return answer(JsonObject.builder()
                .put("clientDataJSON", PasskeyKey.base64url(clientData("create", challenge)))
                .put("attestationObject", PasskeyKey.base64url(attestation(authenticator)))
                .put("transports", JsonArray.ofTexts(List.of("internal")))
                .build());
    }

    /** The same, with an attestation object of that test's making. */
    public JsonObject create(String challenge, byte[] attestationObject) {
        return answer(JsonObject.builder()
                .put("clientDataJSON", PasskeyKey.base64url(clientData("create", challenge)))
                .put("attestationObject", PasskeyKey.base64url(attestationObject))
                .build());
    }

    /** Well-formed. */
    public byte[] attestationObject() {
        return attestation(authenticatorData(flags | ATTESTED, attested()));
    }

    /** What a browser answers to {@code navigator.credentials.get}, as {@code toJSON} writes it. */
    public JsonObject get(String challenge) {
        byte[] client = clientData("get", challenge);
        byte[] authenticator = authenticatorData(flags, new byte[0]);
        byte[] digest = Sha256.digest().digest(client);
        return answer(JsonObject.builder()
                .put("clientDataJSON", PasskeyKey.base64url(client))
                .put("authenticatorData", PasskeyKey.base64url(authenticator))
                .put("signature", PasskeyKey.base64url(sign(concat(authenticator, digest))))
                .build());
    }

    /** It signs that statement. */
    public SignedStatement sign(JsonObject statement, long registered) {
        JsonObject response = get(PasskeyKey.base64url(SignedStatement.challenge(statement)))
                .object("response")
                .orElseThrow();
        return new SignedStatement(
                statement,
                key(),
                rpId,
                registered,
                registered + 1,
                PasskeyAssertion.parse(
                        response.text("authenticatorData").orElseThrow(),
                        response.text("clientDataJSON").orElseThrow(),
                        response.text("signature").orElseThrow()));
    }

    private JsonObject answer(JsonObject response) {
        return JsonObject.builder()
                .put("id", PasskeyKey.base64url(credential))
                .put("rawId", PasskeyKey.base64url(credential))
                .put("type", "public-key")
                .put("authenticatorAttachment", "platform")
                .put("clientExtensionResults", JsonObject.empty())
                .put("response", response)
                .build();
    }

    private byte[] clientData(String verb, String challenge) {
        return JsonObject.builder()
                .put("type", type + verb)
                .put("challenge", challenge)
                .put("origin", origin)
                .put("crossOrigin", crossOrigin)
                .build()
                .toBytes();
    }

    private byte[] authenticatorData(int set, byte[] more) {
        byte[] party = Sha256.digest().digest(rpId.getBytes(StandardCharsets.UTF_8));
        byte[] fixed = ByteBuffer.allocate(37)
                .put(party)
                .put((byte) set)
                .putInt((int) counter)
                .array();
        return concat(fixed, more);
    }

    private byte[] attested() {
        byte[] head = ByteBuffer.allocate(18 + credential.length)
                .put(new byte[16])
                .putShort((short) credential.length)
                .put(credential)
                .array();
        return concat(head, coseKey());
    }

    private byte[] sign(byte[] bytes) {
        try {
            Signature signer = Signature.getInstance(
                    algorithm == PasskeyKey.ES256
                            ? "SHA256withECDSA"
                            : algorithm == PasskeyKey.EDDSA ? "Ed25519" : "SHA256withRSA");
            signer.initSign(keys.getPrivate());
            signer.update(bytes);
            return signer.sign();
        } catch (GeneralSecurityException notOurKey) {
            throw new IllegalStateException(notOurKey);
        }
    }

    private static byte[] attestation(byte[] authenticator) {
        Cbor cbor = new Cbor().map(3).text("fmt").text("none").text("attStmt").map(0);
        return cbor.text("authData").bytes(authenticator).out.toByteArray();
    }

    private byte[] coseKey() {
        if (keys.getPublic() instanceof ECPublicKey point) {
            return new Cbor()
                    .map(5)
                    .integer(1)
                    .integer(2)
                    .integer(3)
                    .integer(PasskeyKey.ES256)
                    .integer(-1)
                    .integer(1)
                    .integer(-2)
                    .bytes(unsigned(point.getW().getAffineX(), 32))
                    .integer(-3)
                    .bytes(unsigned(point.getW().getAffineY(), 32))
                    .out
                    .toByteArray();
        }
        if (keys.getPublic() instanceof EdECPublicKey) {
            byte[] encoded = keys.getPublic().getEncoded();
            return new Cbor()
                    .map(4)
                    .integer(1)
                    .integer(1)
                    .integer(3)
                    .integer(PasskeyKey.EDDSA)
                    .integer(-1)
                    .integer(6)
                    .integer(-2)
                    .bytes(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                    .out
                    .toByteArray();
        }
        RSAPublicKey rsa = (RSAPublicKey) keys.getPublic();
        return new Cbor()
                .map(4)
                .integer(1)
                .integer(3)
                .integer(3)
                .integer(PasskeyKey.RS256)
                .integer(-1)
                .bytes(unsigned(rsa.getModulus(), 256))
                .integer(-2)
                .bytes(unsigned(rsa.getPublicExponent(), 3))
                .out
                .toByteArray();
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, padded, length - (bytes.length - from), bytes.length - from);
        return padded;
    }

    private static byte[] concat(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    /** As much of RFC 8949 as authenticators write. */
    private static final class Cbor {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Cbor map(int members) {
            return head(5, members);
        }

        Cbor integer(int value) {
            return value < 0 ? head(1, -1 - value) : head(0, value);
        }

        Cbor text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            head(3, utf8.length);
            out.writeBytes(utf8);
            return this;
        }

        Cbor bytes(byte[] bytes) {
            head(2, bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        private Cbor head(int major, int value) {
            if (value < 24) {
                out.write(major << 5 | value);
            } else if (value < 256) {
                out.write(major << 5 | 24);
                out.write(value);
            } else {
                out.write(major << 5 | 25);
                out.write(value >> 8);
                out.write(value);
            }
            return this;
        }
    }
}
