package dev.writ.audit;

import dev.writ.model.Digest;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * The public half of a passkey: a WebAuthn credential. It uses the JDK's cryptography alone, so that whoever has a leaf can check
 * what it says was signed.
 *
 * @see <a href="https://www.w3.org/TR/webauthn-3/">Web Authentication, Level 3</a>
 */
public final class PasskeyKey {

    /** As COSE names it: ECDSA on P-256 with SHA-256. */
    public static final int ES256 = -7;

    /** As COSE names it: here always Ed25519. */
    public static final int EDDSA = -8;

    /** As COSE names it: RSASSA-PKCS1-v1_5 with SHA-256. */
    public static final int RS256 = -257;

    /** The longest that WebAuthn allows. */
    public static final int LONGEST_CREDENTIAL = 1_023;

    private static final int LONGEST_KEY = 2_048;
    private static final int ID_DIGITS = 32;
    private static final int SHORTEST_RSA_BITS = 2_048;

    private final byte[] credential;
    private final int algorithm;
    private final byte[] spki;
    private final PublicKey key;

    private PasskeyKey(byte[] credential, int algorithm, byte[] spki, PublicKey key) {
        this.credential = credential;
        this.algorithm = algorithm;
        this.spki = spki;
        this.key = key;
    }

    /**
     * A key.
     *
     * @param credential id of the credential, as its authenticator made it: 1 to 1,023 bytes
     * @param algorithm {@link #ES256}, {@link #EDDSA} or {@link #RS256}
     * @param spki the public key as X.509 has it, DER
     * @throws VerificationException if it is none of that algorithm
     */
    public static PasskeyKey of(byte[] credential, int algorithm, byte[] spki) {
        if (credential.length < 1 || credential.length > LONGEST_CREDENTIAL || spki.length > LONGEST_KEY) {
            throw new VerificationException("a passkey's credential id or public key is too long");
        }
        return new PasskeyKey(credential.clone(), algorithm, spki.clone(), read(algorithm, spki));
    }

    /** The same, from base64url without padding. */
    static PasskeyKey parse(String credential, int algorithm, String spki) {
        return of(base64url(credential, "a credential id"), algorithm, base64url(spki, "a public key"));
    }

    /** Names it: the first 32 hexadecimal digits of the SHA-256 digest of its credential id. */
    public String id() {
        String hex = Digest.of(credential).value().substring("sha256:".length());
        return hex.substring(0, ID_DIGITS);
    }

    /** The credential id in base64url. */
    public String credential() {
        return base64url(credential);
    }

    public int algorithm() {
        return algorithm;
    }

    /** The public key as X.509 has it, in base64url. */
    public String publicKey() {
        return base64url(spki);
    }

    boolean verifies(byte[] signed, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(
                    switch (algorithm) {
                        case ES256 -> "SHA256withECDSA";
                        case EDDSA -> "Ed25519";
                        default -> "SHA256withRSA";
                    });
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private static PublicKey read(int algorithm, byte[] spki) {
        try {
            X509EncodedKeySpec encoded = new X509EncodedKeySpec(spki);
            return switch (algorithm) {
                case ES256 -> onP256(KeyFactory.getInstance("EC").generatePublic(encoded));
                case EDDSA -> KeyFactory.getInstance("Ed25519").generatePublic(encoded);
                case RS256 -> longEnough(KeyFactory.getInstance("RSA").generatePublic(encoded));
                default -> throw new VerificationException("a passkey's algorithm is none of -7, -8 and -257");
            };
        } catch (GeneralSecurityException notAKey) {
            throw new VerificationException("a passkey's public key is not one of its algorithm", notAKey);
        }
    }

    private static PublicKey onP256(PublicKey key) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec p256 = curve.getParameterSpec(ECParameterSpec.class);
        if (!(key instanceof ECPublicKey point)
                || !point.getParams().getCurve().equals(p256.getCurve())
                || !point.getParams().getGenerator().equals(p256.getGenerator())) {
            throw new VerificationException("a passkey's public key is not on the curve P-256");
        }
        return key;
    }

    private static PublicKey longEnough(PublicKey key) {
        if (!(key instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() < SHORTEST_RSA_BITS) {
            throw new VerificationException("a passkey's RSA key has less than 2,048 bits");
        }
        return key;
    }

    static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Of each value there is one text. */
    static byte[] base64url(String text, String what) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (!base64url(bytes).equals(text)) {
                throw new VerificationException(what + " is not base64url in its one form, without padding");
            }
            return bytes;
        } catch (IllegalArgumentException notBase64) {
            throw new VerificationException(what + " is not base64url", notBase64);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasskeyKey that
                && Arrays.equals(credential, that.credential)
                && algorithm == that.algorithm
                && Arrays.equals(spki, that.spki);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(credential);
    }

    @Override
    public String toString() {
        return "PasskeyKey[" + id() + "]";
    }
}
