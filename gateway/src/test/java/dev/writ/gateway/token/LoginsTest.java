package dev.writ.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.nimbusds.jose.Payload;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.PlainObject;
import com.nimbusds.jose.util.Base64URL;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in at an issuer, without HTTP: what is sent, and what of an answer is believed. */
class LoginsTest {

    private static final String ISSUER = "https://issuer.example";
    private static final URI BACK = URI.create("https://writ.example/console/sign-in/corp/callback");
    private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
    private static final String CLIENT = "console";
    private static final String ACCESS = "an-access-token";

    private final SignedTokens signed = new SignedTokens(ISSUER, SignedTokens.newKey("k1"));
    private final IssuerSettings settings = new IssuerSettings();
    private final Network issuer = new Network();

    LoginsTest() {
        settings.clientId = Optional.of(CLIENT);
    }

    private Logins logins() {
        IssuersConfig config = () -> Map.of("corp", settings);
        Tokens tokens = new Tokens(config, Optional.of(SignedTokens.AUDIENCE), issuer, () -> NOW);
        return new Logins(config, tokens, issuer, new SecureRandom(), () -> NOW);
    }

    private static Logins.Begun begun(Logins logins) {
        return logins.begin("corp", BACK, false).await().indefinitely();
    }

    private static Map<String, String> query(URI at) {
        Map<String, String> query = new HashMap<>();
        for (String pair : at.getRawQuery().split("&", -1)) {
            query.put(
                    pair.substring(0, pair.indexOf('=')),
                    URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private Map<String, Object> claims(PendingLogin pending) {
        Map<String, Object> claims = new HashMap<>(Map.of(
                "iss",
                ISSUER,
                "sub",
                "ann",
                "aud",
                CLIENT,
                "nonce",
                pending.nonce(),
                "iat",
                NOW.getEpochSecond(),
                "exp",
                NOW.plusSeconds(60).getEpochSecond()));
        return claims;
    }

    private static Map<String, List<String>> returned(PendingLogin pending) {
        return new HashMap<>(Map.of("state", List.of(pending.state()), "code", List.of("c0de")));
    }

    private static LoggedIn end(Logins logins, PendingLogin pending, Map<String, List<String>> returned) {
        return logins.end(pending, returned).await().indefinitely();
    }

    /** Who is signed in by an ID token with these claims in place of others; those that are empty are left out. */
    private LoggedIn login(Map<String, ?> others) {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        Map<String, Object> claims = claims(pending);
        claims.putAll(others);
        claims.values().removeIf(""::equals);
        issuer.tokens(signed.sign("JWT", claims));
        return end(logins, pending, returned(pending));
    }

    private LoggedIn login() {
        return login(Map.of());
    }

    private static void assertRefused(Runnable login, String why) {
        assertThatThrownBy(login::run)
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::detail)
                .asString()
                .contains(why);
    }

    private void assertRefused(Map<String, ?> others, String why) {
        assertRefused(() -> login(others), why);
    }

    @Test
    void asksForACodeThatIsWorthNothingToOthers() {
        Logins.Begun begun = begun(logins());

        assertThat(begun.at().toString()).startsWith(ISSUER + "/authorize?tenant=1&response_type=code&");
        assertThat(query(begun.at()))
                .containsEntry("client_id", CLIENT)
                .containsEntry("redirect_uri", BACK.toString())
                .containsEntry("scope", "openid profile")
                .containsEntry("state", begun.pending().state())
                .containsEntry("nonce", begun.pending().nonce())
                .containsEntry("code_challenge_method", "S256")
                .containsEntry(
                        "code_challenge",
                        Base64URL.encode(Digest.of(begun.pending().verifier().getBytes(StandardCharsets.US_ASCII))
                                        .bytes())
                                .toString())
                .doesNotContainKeys("prompt", "max_age", "acr_values");
        assertThat(begun.at().toString()).doesNotContain(begun.pending().verifier());
    }

    @Test
    void everySignInHasSecretsOfItsOwn() {
        Logins logins = logins();
        PendingLogin one = begun(logins).pending();
        PendingLogin other = begun(logins).pending();

        assertThat(List.of(one.state(), one.nonce(), one.verifier()))
                .doesNotHaveDuplicates()
                .allSatisfy(secret -> assertThat(secret).hasSize(43))
                .doesNotContain(other.state(), other.nonce(), other.verifier());
    }

    @Test
    void whoeverIsToBeAskedAgainIs() {
        URI at = logins().begin("corp", BACK, true).await().indefinitely().at();

        assertThat(query(at)).containsEntry("prompt", "login");
    }

    @Test
    void thePendingSignInIsWhatItsJsonSays() {
        PendingLogin pending = begun(logins()).pending();

        assertThat(PendingLogin.fromJson(pending.toJson())).contains(pending);
        assertThat(PendingLogin.fromJson(JsonObject.empty())).isEmpty();
        assertThat(pending.toString()).doesNotContain(pending.verifier());
    }

    @Test
    void whoeverTheIdTokenNamesIsSignedIn() {
        LoggedIn who = login(Map.of("acr", "gold", "amr", List.of("pwd", "otp"), "auth_time", NOW.getEpochSecond()));

        assertThat(who)
                .isEqualTo(new LoggedIn(
                        ISSUER, CLIENT, "ann", Optional.of("gold"), List.of("pwd", "otp"), Optional.of(NOW)));
        assertThat(who.toString()).doesNotContain("ann");
    }

    @Test
    void aPublicClientSendsItsNameAndTheVerifier() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        issuer.tokens(signed.sign("JWT", claims(pending)));
        end(logins, pending, returned(pending));

        assertThat(issuer.forms)
                .containsExactly(Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        "c0de",
                        "redirect_uri",
                        BACK.toString(),
                        "client_id",
                        CLIENT,
                        "code_verifier",
                        pending.verifier()));
        assertThat(issuer.authorization).isEmpty();
    }

    @Test
    void aClientWithASecretShowsItInTheHeaderAlone(@TempDir Path folder) throws IOException {
        settings.clientSecretFile = Optional.of(Files.writeString(folder.resolve("secret"), "s+/:x\n"));
        login();

        assertThat(issuer.authorization).contains("Basic Y29uc29sZTpzJTJCJTJGJTNBeA==");
        assertThat(issuer.forms.get(0)).doesNotContainKeys("client_id", "client_secret");
    }

    @Test
    void aSecretThatCannotBeReadStopsTheStart() {
        settings.clientSecretFile = Optional.of(Path.of("/nowhere/secret"));

        assertThatThrownBy(this::logins).hasMessageContaining("writ.issuers.corp.sign-in.client-secret-file");
    }

    @Test
    void anotherStateIsRefusedBeforeAnythingIsSent() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        for (List<String> state : List.of(List.<String>of(), List.of(""), List.of(pending.state() + "x"))) {
            Map<String, List<String>> returned = returned(pending);
            returned.put("state", state);
            returned.put("error", List.of("<b>told by somebody else</b>"));
            assertRefused(() -> end(logins, pending, returned), "not the one that was begun");
        }
        assertThat(issuer.forms).isEmpty();
    }

    @Test
    void aParameterThatIsThereTwiceIsRefused() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        for (String parameter : List.of("state", "code", "iss", "error")) {
            Map<String, List<String>> returned = returned(pending);
            String value = returned.getOrDefault(parameter, List.of(ISSUER)).get(0);
            returned.put(parameter, List.of(value, value));
            assertRefused(() -> end(logins, pending, returned), "more than once");
        }
        assertThat(issuer.forms).isEmpty();
    }

    @Test
    void theAnswerOfAnotherIssuerIsRefused() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        Map<String, List<String>> returned = returned(pending);
        returned.put("iss", List.of("https://evil.example"));

        assertRefused(() -> end(logins, pending, returned), "not of the issuer");
        assertThat(issuer.forms).isEmpty();
    }

    @Test
    void anIssuerThatPromisesToNameItselfHasTo() {
        issuer.promises = true;
        assertRefused(Map.of(), "not of the issuer");

        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        Map<String, List<String>> returned = returned(pending);
        returned.put("iss", List.of(ISSUER));
        issuer.tokens(signed.sign("JWT", claims(pending)));
        assertThat(end(logins, pending, returned).subject()).isEqualTo("ann");
    }

    @Test
    void anErrorIsToldAndCutShort() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        Map<String, List<String>> returned = returned(pending);
        returned.put("error", List.of("access_denied"));
        returned.put("error_description", List.of("no ".repeat(1_000)));

        assertThatThrownBy(() -> end(logins, pending, returned))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.FORBIDDEN))
                .extracting(Problem::detail)
                .asString()
                .startsWith("The issuer says: access_denied, no no")
                .hasSizeLessThan(500);
        assertThat(issuer.forms).isEmpty();
    }

    @Test
    void anAnswerWithoutACodeIsRefused() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        for (String code : List.of("", "x".repeat(5_000))) {
            Map<String, List<String>> returned = returned(pending);
            returned.put("code", List.of(code));
            assertRefused(() -> end(logins, pending, returned), "neither a code nor an error");
        }
    }

    @Test
    void aCodeThatIsNotTakenIsSaidNotToBe() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        issuer.answer = new Fetch.Answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"<b>x</b>\"}");
        assertRefused(() -> end(logins, pending, returned(pending)), "(invalid_grant)");
        for (String body : List.of("", "[]", "{\"error\":\"<b>x</b>\"}", "{\"id_token\":1}")) {
            issuer.answer = new Fetch.Answer(503, body);
            assertRefused(() -> end(logins, pending, returned(pending)), "(status 503)");
        }
    }

    @Test
    void tokensThatAreNoneAreRefused() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        issuer.answer = new Fetch.Answer(200, "<html>");
        assertRefused(() -> end(logins, pending, returned(pending)), "(status 200)");
        issuer.answer = new Fetch.Answer(200, "{\"access_token\":\"a\"}");
        assertRefused(() -> end(logins, pending, returned(pending)), "no ID token");
    }

    @Test
    void anIssuerThatIsAwayIsSaidToBe() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        issuer.away = true;
        assertThatThrownBy(() -> end(logins, pending, returned(pending)))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.NOT_READY))
                .extracting(Problem::detail)
                .asString()
                .contains("'corp'", "cannot be asked now");
        assertRefused(() -> begun(logins()), "cannot be asked now");
    }

    @Test
    void peopleAndCodesAreSentOverTlsAlone() {
        for (String endpoint : List.of("http://issuer.example/x", "ftp://issuer.example/x", "javascript:alert(1)")) {
            issuer.authorizationEndpoint = endpoint;
            assertRefused(() -> begun(logins()), "cannot be asked now");
        }
        issuer.authorizationEndpoint = ISSUER + "/authorize";
        issuer.tokenEndpoint = "http://issuer.example/token";
        assertRefused(Map.of(), "cannot be asked now");
        assertThat(issuer.forms).isEmpty();
    }

    @Test
    void aTokenForAnotherClientIsRefused() {
        assertRefused(Map.of("aud", SignedTokens.AUDIENCE), "audience");
        assertRefused(Map.of("aud", List.of("other")), "audience");
        assertRefused(Map.of("aud", List.of(CLIENT, "other")), "'azp'");
        assertRefused(Map.of("aud", List.of(CLIENT, "other"), "azp", "other"), "'azp'");
        assertRefused(Map.of("azp", "other"), "'azp'");
        assertThat(login(Map.of("aud", List.of(CLIENT, "other"), "azp", CLIENT)).subject())
                .isEqualTo("ann");
        assertThat(login(Map.of("aud", List.of(CLIENT))).client()).isEqualTo(CLIENT);
    }

    @Test
    void aTokenOfAnotherSignInIsRefused() {
        assertRefused(Map.of("nonce", "another"), "'nonce'");
        assertRefused(Map.of("nonce", ""), "'nonce'");
        assertRefused(Map.of("nonce", List.of("x")), "'nonce'");
    }

    @Test
    void aTokenOfAnotherTimeIsRefused() {
        assertRefused(Map.of("exp", NOW.minusSeconds(31).getEpochSecond()), "expired");
        assertRefused(Map.of("exp", ""), "expires");
        assertRefused(Map.of("iat", NOW.plusSeconds(31).getEpochSecond()), "not valid yet");
        assertRefused(Map.of("iat", ""), "when it was made");
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() {
        assertRefused(Map.of("iss", "https://other.example"), "not the one that was asked");
    }

    @Test
    void aTokenThatSomebodyElseSignedIsRefused() {
        Logins logins = logins();
        PendingLogin pending = begun(logins).pending();
        Map<String, Object> claims = claims(pending);
        issuer.tokens(new SignedTokens(ISSUER, SignedTokens.newKey("k1")).sign("JWT", claims));
        assertRefused(() -> end(logins, pending, returned(pending)), "signature");
        issuer.tokens(new PlainObject(new PlainHeader(), new Payload(claims)).serialize());
        assertRefused(() -> end(logins, pending, returned(pending)), "no signed JWT");
        issuer.tokens(signed.sign("at+jwt", claims));
        assertRefused(() -> end(logins, pending, returned(pending)), "'typ'");
        issuer.tokens("x".repeat(20_000));
        assertRefused(() -> end(logins, pending, returned(pending)), "longer than");
    }

    @Test
    void aTokenOfAnotherAccessTokenIsRefused() {
        byte[] digest = Digest.of(ACCESS.getBytes(StandardCharsets.UTF_8)).bytes();
        String hash = Base64URL.encode(Arrays.copyOf(digest, 16)).toString();

        assertThat(login(Map.of("at_hash", hash)).subject()).isEqualTo("ann");
        assertRefused(Map.of("at_hash", Base64URL.encode(digest).toString()), "'at_hash'");
    }

    @Test
    void whoLoggedInTooLongAgoIsRefused() {
        settings.maxAge = Optional.of(Duration.ofMinutes(5));

        assertThat(query(begun(logins()).at())).containsEntry("max_age", "300");
        assertRefused(Map.of(), "300 s");
        assertRefused(Map.of("auth_time", NOW.minusSeconds(331).getEpochSecond()), "300 s");
        assertThat(login(Map.of("auth_time", NOW.minusSeconds(330).getEpochSecond()))
                        .at())
                .contains(NOW.minusSeconds(330));
    }

    @Test
    void whoDidNotLogInAsIsAskedForIsRefused() {
        settings.acrValues = Optional.of(List.of("gold", "platinum"));

        assertThat(query(begun(logins()).at())).containsEntry("acr_values", "gold platinum");
        assertRefused(Map.of(), "'acr'");
        assertRefused(Map.of("acr", "silver"), "'acr'");
        assertThat(login(Map.of("acr", "platinum")).context()).contains("platinum");
    }

    @Test
    void anIssuerWithoutAClientIdIsNotOffered() {
        assertThat(logins().offers()).containsExactly(new Logins.Offer("corp", "corp"));
        assertThat(logins().areOffered(ISSUER, CLIENT)).isTrue();
        assertThat(logins().areOffered(ISSUER, "other")).isFalse();
        settings.clientId = Optional.empty();
        Logins none = logins();

        assertThat(none.offers()).isEmpty();
        assertThat(none.areOffered(ISSUER, CLIENT)).isFalse();
        assertRefused(() -> begun(none), "Nobody signs in there");
    }

    /** What the network would answer. */
    private final class Network implements Fetch {

        private final List<Map<String, String>> forms = new ArrayList<>();
        private Optional<String> authorization = Optional.empty();
        private String authorizationEndpoint = ISSUER + "/authorize?tenant=1";
        private String tokenEndpoint = ISSUER + "/token";
        private Answer answer = new Answer(500, "");
        private boolean promises;
        private boolean away;

        void tokens(String idToken) {
            answer = new Answer(200, "{\"access_token\":\"" + ACCESS + "\",\"id_token\":\"" + idToken + "\"}");
        }

        @Override
        public Uni<byte[]> get(URI from, Duration timeout) {
            String metadata = JsonObject.builder()
                    .put("issuer", ISSUER)
                    .put("jwks_uri", ISSUER + "/keys")
                    .put("authorization_endpoint", authorizationEndpoint)
                    .put("token_endpoint", tokenEndpoint)
                    .put("authorization_response_iss_parameter_supported", promises)
                    .build()
                    .toJson();
            return away
                    ? Uni.createFrom().failure(new IOException("away"))
                    : Uni.createFrom()
                            .item(
                                    from.getPath().equals("/keys")
                                            ? signed.keySet()
                                            : metadata.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Uni<Answer> post(URI to, Map<String, String> form, Optional<String> header, Duration timeout) {
            forms.add(form);
            authorization = header;
            return away
                    ? Uni.createFrom().failure(new IOException("away"))
                    : Uni.createFrom().item(answer);
        }
    }
}
