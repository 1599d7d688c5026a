package dev.writ.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Signs access tokens as an issuer does. */
public final class SignedTokens {

    public static final String AUDIENCE = "https://writ.example";

    private final String issuer;
    private final ECKey key;

    public SignedTokens(String issuer, ECKey key) {
        this.issuer = issuer;
        this.key = key;
    }

    public static ECKey newKey(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public ECKey key() {
        return key;
    }

    /** What the issuer publishes. */
    public byte[] keySet() {
        return new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Claims of a token for client {@code robot} that acts for itself. */
    public Map<String, Object> claims(Instant now) {
        return new TreeMap<>(Map.of(
                "iss",
                issuer,
                "sub",
                "robot",
                "client_id",
                "robot",
                "aud",
                List.of(AUDIENCE),
                "iat",
                now.getEpochSecond(),
                "exp",
                now.plusSeconds(300).getEpochSecond()));
    }

    /** The claims, with these in place of others. */
    public Map<String, Object> claims(Instant now, Map<String, ?> others) {
        Map<String, Object> claims = claims(now);
        claims.putAll(others);
        return claims;
    }

    public String sign(Map<String, ?> claims) {
        return sign("at+jwt", claims);
    }

    public String sign(String type, Map<String, ?> claims) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .keyID(key.getKeyID())
                        .build(),
                claims);
    }

    /** Proves that whoever sends the token in that request has the key (RFC 9449 4.2). */
    public static String proof(ECKey key, String method, String url, String token) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build();
        byte[] digest = Digest.of(token.getBytes(StandardCharsets.US_ASCII)).bytes();
        return new SignedTokens("", key)
                .sign(
                        header,
                        Map.of(
                                "htm",
                                method,
                                "htu",
                                url,
                                "iat",
                                Instant.now().getEpochSecond(),
                                "jti",
                                UUID.randomUUID().toString(),
                                "ath",
                                Base64URL.encode(digest).toString()));
    }

    public String sign(JWSHeader header, Map<String, ?> claims) {
        try {
            JWSObject token = new JWSObject(header, new Payload(new TreeMap<String, Object>(claims)));
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
