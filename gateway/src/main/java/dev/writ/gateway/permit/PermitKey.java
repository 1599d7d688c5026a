package dev.writ.gateway.permit;

import dev.writ.audit.MasterKey;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * A key that signs permits: ECDSA on P-256 with SHA-256, by numbers that follow from the key and the text (RFC 6979) instead of chance.
 * It is derived and never stored, so every replica has it. Safe to share between threads.
 *
 * <p>By Bouncy Castle: its multiples of the curve's generator are prepared, which makes it six times as fast as JDK 17.
 */
final class PermitKey {

    static final String ALGORITHM = "ES256";

    /** FIPS 186-5 A.2.1: 64 bits more than the order has, so that the remainder is as good as evenly distributed. */
    private static final int SEED_BYTES = 40;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final ECDomainParameters CURVE = new ECDomainParameters(CustomNamedCurves.getByName("P-256"));
    private static final int COORDINATE_BYTES = 32;

    private final ECPrivateKeyParameters key;
    private final JsonObject jwk;
    private final String id;

    private PermitKey(ECPrivateKeyParameters key, String x, String y) {
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
        return of(seed.mod(CURVE.getN().subtract(BigInteger.ONE)).add(BigInteger.ONE));
    }

    /** @param number 1 to the order of the curve, exclusive */
    static PermitKey of(BigInteger number) {
        // SEC 1 2.3.3: a byte that says so, and the two coordinates, each as long as the field (RFC 7518 6.2.1.2).
        byte[] point = new FixedPointCombMultiplier()
                .multiply(CURVE.getG(), number)
                .normalize()
                .getEncoded(false);
        return new PermitKey(
                new ECPrivateKeyParameters(number, CURVE),
                BASE64.encodeToString(Arrays.copyOfRange(point, 1, 1 + COORDINATE_BYTES)),
                BASE64.encodeToString(Arrays.copyOfRange(point, 1 + COORDINATE_BYTES, point.length)));
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
        return signed + "." + BASE64.encodeToString(signature(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** RFC 7518 3.4: the two numbers side by side. */
    byte[] signature(byte[] signed) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, key);
        BigInteger[] numbers = signer.generateSignature(Digest.of(signed).bytes());
        return PlainDSAEncoding.INSTANCE.encode(CURVE.getN(), numbers[0], numbers[1]);
    }

    @Override
    public String toString() {
        return "PermitKey[" + id + "]";
    }
}
