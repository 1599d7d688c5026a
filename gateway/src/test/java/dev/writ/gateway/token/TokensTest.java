package dev.writ.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.PlainObject;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64URL;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.AgentBuild;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final String ISSUER = "https://issuer.example";
    private static final String METADATA = ISSUER + "/.well-known/openid-configuration";
    private static final String KEYS = ISSUER + "/keys";

    private final SignedTokens signed = new SignedTokens(ISSUER, SignedTokens.newKey("k1"));
    private final Documents documents = new Documents();
    private final IssuerSettings settings = new IssuerSettings();
    private Instant now = Instant.parse("2026-01-02T12:00:00Z");
    private final InstantSource clock = () -> now;
    private final Tokens tokens = tokens(settings);

    TokensTest() {
        documents.publish(METADATA, "{\"issuer\":\"" + ISSUER + "\",\"jwks_uri\":\"" + KEYS + "\"}");
        documents.publish(KEYS, signed.keySet());
    }

    private Tokens tokens(IssuerSettings of) {
        return new Tokens(() -> Map.of("test", of), Optional.of(SignedTokens.AUDIENCE), documents, clock);
    }

    private VerifiedToken verified(String token) {
        return tokens.verify(token).await().indefinitely();
    }

    private VerifiedToken verified(Map<String, ?> others) {
        return verified(signed.sign(signed.claims(now, others)));
    }

    private void assertRefused(String token, String why) {
        assertThatThrownBy(() -> verified(token))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.UNAUTHENTICATED))
                .extracting(Problem::getMessage)
                .asString()
                .contains(why);
    }

    private void assertRefused(Map<String, ?> others, String why) {
        assertRefused(signed.sign(signed.claims(now, others)), why);
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("k1");
    }

    @Test
    void aTokenForThisGatewayIsTaken() {
        VerifiedToken token = verified(Map.of());

        assertThat(token.issuer()).isEqualTo(ISSUER);
        assertThat(token.subject()).isEqualTo("robot");
        assertThat(token.client()).contains("robot");
        assertThat(token.actors()).isEmpty();
        assertThat(token.build()).isEqualTo(AgentBuild.UNKNOWN);
        assertThat(token.binding()).isInstanceOf(VerifiedToken.Binding.Bearer.class);
    }

    @Test
    void theAudienceOfTheMcpEndpointIsThisGatewaysToo() {
        assertThat(verified(Map.of("aud", SignedTokens.AUDIENCE + "/mcp")).subject())
                .isEqualTo("robot");
    }

    @Test
    void aTokenForSomebodyElseIsRefused() {
        assertRefused(Map.of("aud", "https://other.example"), "audience");
        assertRefused(Map.of("aud", List.of("https://other.example", SignedTokens.AUDIENCE + "/")), "audience");
        assertRefused(Map.of("aud", List.of()), "audience");
        assertRefused(Map.of("aud", Map.of(SignedTokens.AUDIENCE, 1)), "audience");
        Map<String, Object> claims = signed.claims(now);
        claims.remove("aud");
        assertRefused(signed.sign(claims), "audience");
    }

    @Test
    void aTokenOfSomebodyElseIsRefused() {
        assertRefused(Map.of("iss", ISSUER + "/"), "issuer");
        assertRefused(Map.of("iss", "https://evil.example"), "issuer");
        Map<String, Object> claims = signed.claims(now);
        claims.remove("iss");
        assertRefused(signed.sign(claims), "issuer");
    }

    @Test
    void aTokenIsValidInItsTimeOnlyWithSomeSkew() {
        String token = signed.sign(signed.claims(now));
        now = now.plusSeconds(329);
        assertThat(verified(token).subject()).isEqualTo("robot");
        now = now.plusSeconds(1);
        assertRefused(token, "expired");
        assertRefused(Map.of("nbf", now.plusSeconds(31).getEpochSecond()), "not valid yet");
        assertRefused(Map.of("iat", now.plusSeconds(31).getEpochSecond()), "not valid yet");
        assertRefused(Map.of("exp", "tomorrow"), "'exp'");
        Map<String, Object> claims = signed.claims(now);
        claims.remove("exp");
        assertRefused(signed.sign(claims), "expires");
    }

    @Test
    void aTokenThatNobodySignedIsRefused() {
        Payload payload = new Payload(new TreeMap<>(signed.claims(now)));
        assertRefused(new PlainObject(payload).serialize(), "no signed JWT");
        for (String none : List.of("", "x", "a.b.c", "..", "e30.e30.e30")) {
            assertRefused(none, "no signed JWT");
        }
    }

    @Test
    void aPublicKeyIsNoSecret() throws JOSEException {
        JWSObject forged = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID("k1")
                        .build(),
                new Payload(new TreeMap<>(signed.claims(now))));
        forged.sign(new MACSigner(signed.keySet()));

        assertRefused(forged.serialize(), "algorithm");
    }

    @Test
    void aChangedTokenIsRefused() {
        String[] parts = signed.sign(signed.claims(now)).split("\\.", -1);
        String other = signed.sign(signed.claims(now, Map.of("sub", "root"))).split("\\.", -1)[1];

        assertRefused(parts[0] + "." + other + "." + parts[2], "signature");
    }

    @Test
    void aKeyThatTheTokenBringsAlongCountsForNothing() {
        SignedTokens forger = new SignedTokens(ISSUER, SignedTokens.newKey("k1"));
        String brought = forger.sign(header().jwk(forger.key().toPublicJWK()).build(), signed.claims(now));
        String pointed = forger.sign(
                header().jwkURL(URI.create("https://evil.example/keys")).build(), signed.claims(now));

        assertRefused(brought, "signature");
        assertRefused(pointed, "signature");
        assertThat(documents.asked).doesNotContainKey("https://evil.example/keys");
    }

    @Test
    void whatIsNoAccessTokenIsRefused() {
        for (String type : List.of("dpop+jwt", "logout+jwt", "JOSE", "application/secevent+jwt")) {
            assertRefused(signed.sign(type, signed.claims(now)), "'typ'");
        }
        assertRefused(
                signed.sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(), signed.claims(now)),
                "'typ'");
        assertThat(verified(signed.sign("application/at+jwt", signed.claims(now)))
                        .subject())
                .isEqualTo("robot");
    }

    @Test
    void whatIsCriticalAndNotKnownHereIsRefused() {
        JWSHeader critical = header().customParam("exp-by", 1)
                .criticalParams(Set.of("exp-by"))
                .build();

        assertRefused(signed.sign(critical, signed.claims(now)), "critical");
    }

    @Test
    void aMemberThatIsThereTwiceIsRefused() throws JOSEException {
        JWSObject twice = new JWSObject(
                header().build(),
                new Payload(Base64URL.encode("{\"iss\":\"" + ISSUER + "\",\"iss\":\"" + ISSUER + "\"}")));
        twice.sign(new ECDSASigner(signed.key()));

        assertRefused(twice.serialize(), "cannot be read");
    }

    @Test
    void aChainOfActorsIsReadFromTheOutside() {
        VerifiedToken token = verified(Map.of(
                "sub",
                "ann",
                "act",
                Map.of(
                        "sub",
                        "robot",
                        "act",
                        Map.of("sub", "planner", "act", Map.of("sub", "p2", "iss", "https://b")))));

        assertThat(token.subject()).isEqualTo("ann");
        assertThat(token.actors())
                .extracting(VerifiedToken.Actor::text)
                .containsExactly("robot", "planner", "p2 https://b");
    }

    @Test
    void anActorIsAClientByItsSubOnlyWhereTheOperatorSaysSo() {
        Map<String, Object> chain = Map.of("act", Map.of("sub", "robot", "act", Map.of("sub", "x", "azp", "planner")));

        assertThat(verified(chain).actors())
                .extracting(VerifiedToken.Actor::client)
                .containsExactly(Optional.empty(), Optional.of("planner"));
        settings.actorsAreClients = true;
        assertThat(verified(chain).actors())
                .extracting(VerifiedToken.Actor::client)
                .containsExactly(Optional.of("robot"), Optional.of("planner"));
    }

    @Test
    void aChainOfActorsIsBoundedAndWellFormed() {
        Map<String, Object> chain = Map.of("sub", "a0");
        for (int i = 1; i < Claims.LONGEST_CHAIN; i++) {
            chain = Map.of("sub", "a" + i, "act", chain);
        }
        assertThat(verified(Map.of("act", chain)).actors()).hasSize(Claims.LONGEST_CHAIN);
        assertRefused(Map.of("act", Map.of("sub", "more", "act", chain)), "longer than");
        assertRefused(Map.of("act", "robot"), "'act'");
        assertRefused(Map.of("act", Map.of("client_id", "robot")), "'sub'");
        assertRefused(Map.of("act", Map.of("sub", "")), "'sub'");
    }

    @Test
    void aTokenSaysToWhichKeyItIsBound() {
        assertThat(verified(Map.of("cnf", Map.of("jkt", "abc"))).binding())
                .isEqualTo(new VerifiedToken.Binding.Proof("abc"));
        assertThat(verified(Map.of("cnf", Map.of("x5t#S256", "abc"))).binding())
                .isEqualTo(new VerifiedToken.Binding.Certificate("abc"));
        assertRefused(Map.of("cnf", Map.of("kid", "abc")), "bound");
        assertRefused(Map.of("cnf", Map.of("jkt", "abc", "x5t#S256", "abc")), "bound");
        assertRefused(Map.of("cnf", "jkt"), "bound");
    }

    @Test
    void whatTheIssuerSaysOfTheAgentIsAttested() {
        settings.releaseClaim = Optional.of("agent_release");

        assertThat(verified(Map.of("agent_release", "2.3")).build().release())
                .contains(new AgentBuild.Part("2.3", AgentBuild.Word.ATTESTED));
        assertRefused(Map.of("agent_release", "2 3"), "build");
    }

    @Test
    void anIssuerIsAskedWhenTheFirstTokenComesAndNotAgain() {
        assertThat(documents.asked).isEmpty();
        verified(Map.of());
        verified(Map.of());

        assertThat(documents.asked).containsEntry(METADATA, 1).containsEntry(KEYS, 1);
    }

    @Test
    void anIssuerMayReplaceItsKeys() {
        verified(Map.of());
        SignedTokens next = new SignedTokens(ISSUER, SignedTokens.newKey("k2"));
        documents.publish(KEYS, next.keySet());
        now = now.plusSeconds(11);

        assertThat(verified(next.sign(next.claims(now))).subject()).isEqualTo("robot");
        assertRefused(Map.of(), "key");
    }

    @Test
    void unknownKeysMakeTheGatewayAskSeldom() {
        verified(Map.of());
        SignedTokens forger = new SignedTokens(ISSUER, SignedTokens.newKey("guessed"));
        for (int i = 0; i < 100; i++) {
            assertRefused(forger.sign(forger.claims(now)), "key");
        }

        assertThat(documents.asked).containsEntry(KEYS, 1);
    }

    @Test
    void anIssuerThatIsAwayIsMissedOnlyWhenItsKeysAreOld() {
        String token = signed.sign(
                signed.claims(now, Map.of("exp", now.plusSeconds(90_000).getEpochSecond())));
        verified(token);
        documents.away = true;
        now = now.plus(Duration.ofMinutes(59));
        assertThat(verified(token).subject()).isEqualTo("robot");

        now = now.plus(Duration.ofMinutes(2));
        assertThatThrownBy(() -> verified(token))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.NOT_READY))
                .extracting(Problem::getMessage)
                .asString()
                .contains("test", "cannot be had");
        assertThat(tokens.issuers()).extracting(Issuer::state).containsExactly("unreachable: IOException");

        documents.away = false;
        now = now.plusSeconds(11);
        assertThat(verified(token).subject()).isEqualTo("robot");
        assertThat(tokens.issuers()).extracting(Issuer::state).containsExactly("1 keys");
    }

    @Test
    void metadataOfAnotherIssuerIsNotBelieved() {
        documents.publish(METADATA, "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"" + KEYS + "\"}");

        assertThatThrownBy(() -> verified(Map.of()))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.NOT_READY);
    }

    @Test
    void tokensThatAnybodyMayUseCanBeForbidden() {
        settings.bound = true;

        assertRefused(Map.of(), "bound to no key");
        assertThat(verified(Map.of("cnf", Map.of("jkt", "abc"))).subject()).isEqualTo("robot");
    }

    @Test
    void aGatewayThatWouldTakeTokensForAnybodyDoesNotStart() {
        assertThatThrownBy(() -> new Tokens(() -> Map.of("test", settings), Optional.empty(), documents, clock))
                .hasMessageContaining("writ.issuers.test.audience");
        IssuerSettings weak = new IssuerSettings();
        weak.algorithms = List.of("HS256");
        assertThatThrownBy(() -> tokens(weak)).hasMessageContaining("writ.issuers.test.algorithms");
        IssuerSettings clear = new IssuerSettings();
        clear.url = "http://issuer.example";
        assertThatThrownBy(() -> tokens(clear)).hasMessageContaining("https://");
    }

    /** What the network would answer. */
    private static final class Documents implements Fetch {

        private final Map<String, byte[]> published = new HashMap<>();
        private final Map<String, Integer> asked = new TreeMap<>();
        private boolean away;

        void publish(String at, byte[] document) {
            published.put(at, document);
        }

        void publish(String at, String document) {
            publish(at, document.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Uni<Answer> post(URI to, Map<String, String> form, Optional<String> authorization, Duration timeout) {
            return Uni.createFrom().failure(new IOException("nobody logs in here"));
        }

        @Override
        public Uni<byte[]> get(URI from, Duration timeout) {
            asked.merge(from.toString(), 1, Integer::sum);
            byte[] document = published.get(from.toString());
            return away || document == null
                    ? Uni.createFrom().failure(new IOException("away"))
                    : Uni.createFrom().item(document);
        }
    }
}
