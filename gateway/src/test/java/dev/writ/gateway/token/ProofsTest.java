package dev.writ.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProofsTest {

    private static final URI CALLS = URI.create("https://writ.example/v1/tool-calls");
    private static final String TOKEN = "an.access.token";

    private final ECKey key = SignedTokens.newKey("mine");
    private Instant now = Instant.parse("2026-01-02T12:00:00Z");
    private final Proofs proofs = new Proofs(() -> now);

    private static String ath(String token) {
        return Base64URL.encode(
                        Digest.of(token.getBytes(StandardCharsets.US_ASCII)).bytes())
                .toString();
    }

    private Map<String, Object> claims(Map<String, ?> others) {
        Map<String, Object> claims = new TreeMap<>(Map.of(
                "htm",
                "POST",
                "htu",
                CALLS.toString(),
                "iat",
                now.getEpochSecond(),
                "jti",
                UUID.randomUUID().toString(),
                "ath",
                ath(TOKEN)));
        claims.putAll(others);
        return claims;
    }

    private static String sign(JWSHeader header, ECKey with, Map<String, Object> claims) {
        try {
            JWSObject proof = new JWSObject(header, new Payload(claims));
            proof.sign(new ECDSASigner(with));
            return proof.serialize();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static JWSHeader header(String type, JWK jwk) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(type))
                .jwk(jwk)
                .build();
    }

    private String proof(Map<String, ?> others) {
        return sign(header("dpop+jwt", key.toPublicJWK()), key, claims(others));
    }

    private void use(String proof) {
        try {
            proofs.use(proof, TOKEN, key.computeThumbprint().toString(), "POST", CALLS);
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void assertRefused(String proof, String why) {
        assertThatThrownBy(() -> use(proof))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.UNAUTHENTICATED))
                .extracting(Problem::getMessage)
                .asString()
                .contains("DPoP", why);
    }

    private void assertRefused(Map<String, ?> others, String why) {
        assertRefused(proof(others), why);
    }

    @Test
    void aProofOfThisRequestIsTaken() {
        assertThatCode(() -> use(proof(Map.of()))).doesNotThrowAnyException();
        assertThatCode(() -> use(proof(Map.of("htu", "HTTPS://WRIT.example:443/v1/tool-calls?wait=1#x"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aProofIsGoodOnce() {
        String proof = proof(Map.of());
        use(proof);

        assertRefused(proof, "used before");
        now = now.plusSeconds(60);
        assertRefused(proof, "used before");
        now = now.plusSeconds(1);
        assertRefused(proof, "just now");
    }

    @Test
    void aProofFromTheFutureCannotBeUsedAgainWhenItWouldBeForgotten() {
        String proof = proof(Map.of("iat", now.plusSeconds(5).getEpochSecond()));
        use(proof);
        for (int second = 0; second < 70; second++) {
            now = now.plusSeconds(1);
            assertThatThrownBy(() -> use(proof)).isInstanceOf(Problem.class);
        }
    }

    @Test
    void aProofOfAnotherRequestIsRefused() {
        assertRefused(Map.of("htm", "GET"), "'htm'");
        assertRefused(Map.of("htu", "https://writ.example/v1/keys"), "'htu'");
        assertRefused(Map.of("htu", "https://evil.example/v1/tool-calls"), "'htu'");
        assertRefused(Map.of("htu", "http://writ.example/v1/tool-calls"), "'htu'");
        assertRefused(Map.of("htu", "::"), "'htu'");
        assertRefused(Map.of("ath", ath("another.token")), "'ath'");
    }

    @Test
    void aProofIsMadeJustNow() {
        assertRefused(Map.of("iat", now.minusSeconds(61).getEpochSecond()), "just now");
        assertRefused(Map.of("iat", now.plusSeconds(6).getEpochSecond()), "just now");
        Map<String, Object> claims = claims(Map.of());
        claims.remove("iat");
        assertRefused(sign(header("dpop+jwt", key.toPublicJWK()), key, claims), "when it was made");
    }

    @Test
    void aProofNeedsAnId() {
        Map<String, Object> claims = claims(Map.of());
        claims.remove("jti");

        assertRefused(sign(header("dpop+jwt", key.toPublicJWK()), key, claims), "'jti'");
    }

    @Test
    void aProofOfAnotherKeyIsRefused() {
        ECKey other = SignedTokens.newKey("other");

        assertRefused(sign(header("dpop+jwt", other.toPublicJWK()), other, claims(Map.of())), "another key");
        assertRefused(sign(header("dpop+jwt", key.toPublicJWK()), other, claims(Map.of())), "signature");
    }

    @Test
    void whatIsNoProofIsRefused() throws JOSEException {
        assertRefused(sign(header("JWT", key.toPublicJWK()), key, claims(Map.of())), "header");
        assertRefused(
                sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("dpop+jwt"))
                                .build(),
                        key,
                        claims(Map.of())),
                "header");
        assertRefused("x", "no signed JWT");
        assertRefused("a".repeat(9000), "longer");
        JWSObject symmetric = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("dpop+jwt"))
                        .jwk(key.toPublicJWK())
                        .build(),
                new Payload(claims(Map.of())));
        symmetric.sign(new MACSigner(new byte[32]));
        assertRefused(symmetric.serialize(), "header");
    }
}
