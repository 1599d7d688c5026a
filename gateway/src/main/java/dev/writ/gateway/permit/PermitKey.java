package dev.writ.gateway.permit;

import dev.writ.audit.MasterKey;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * A key that signs permits: ECDSA on P-256 with SHA-256. It is derived and never stored, so every replica has it. Safe to share
 * between threads.
 */
final class PermitKey {

    static final String ALGORITHM = "ES256";

    /** FIPS 186-5 A.2.1: 64 bits more than the order has, so that the remainder is as good as evenly distributed. */
    private static final int SEED_BYTES = 40;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey key;
    private final JsonObject jwk;
    private final String id;

    private PermitKey(PrivateKey key, String x, String y) {
        this.key = key;
        JsonObject point = JsonObject.builder()
                .put("crv", "P-256")
                .put("kty", "EC")
                .put("x", x)
                .put("y", y)
                .build();
        // RFC 7638 3: the required members only, in order of their names, without blanks, which is what RFC 8785 makes
        // of them.
        this.id = BASE64.encodeToString(Digest.of(point).bytes());
        this.jwk = JsonObject.builder()
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("x", x)
                .put("y", y)
                .put("alg", ALGORITHM)
                .put("use", "sig")
                .put("kid", id)
                .build();
    }

    /** The key of that label. */
    static PermitKey derive(MasterKey master, String label) {
        BigInteger seed = new BigInteger(1, master.derive(label, SEED_BYTES));
        BigInteger order = P256.CURVE.getOrder();
        return of(seed.mod(order.subtract(BigInteger.ONE)).add(BigInteger.ONE));
    }

    static PermitKey of(BigInteger number) {
        try {
            ECPoint point = P256.publicPoint(number);
            return new PermitKey(
                    KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, P256.CURVE)),
                    coordinate(point.getAffineX()),
                    coordinate(point.getAffineY()));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** RFC 7518 6.2.1.2: as long as the field, whatever it begins with. */
    private static String coordinate(BigInteger value) {
        byte[] signed = value.toByteArray();
        byte[] bytes = new byte[P256.COORDINATE_BYTES];
        byte[] magnitude =
                Arrays.copyOfRange(signed, Math.max(0, signed.length - P256.COORDINATE_BYTES), signed.length);
        System.arraycopy(magnitude, 0, bytes, bytes.length - magnitude.length, magnitude.length);
        return BASE64.encodeToString(bytes);
    }

    /** The thumbprint of RFC 7638. */
    String id() {
        return id;
    }

    /** The public half (RFC 7517). */
    JsonObject jwk() {
        return jwk;
    }

    /**
     * A JWT with those claims, in its compact form (RFC 7515 7.1).
     *
     * @param type of the token, so that no token for something else is taken for one (RFC 8725 3.11)
     */
    String sign(String type, JsonObject claims) {
        JsonObject header = JsonObject.builder()
                .put("alg", ALGORITHM)
                .put("kid", id)
                .put("typ", type)
                .build();
        String signed = BASE64.encodeToString(header.toBytes()) + "." + BASE64.encodeToString(claims.toBytes());
        try {
            // RFC 7518 3.4: the two numbers side by side, not in DER.
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public String toString() {
        return "PermitKey[" + id + "]";
    }
}
