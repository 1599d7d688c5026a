package dev.writ.gateway.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.LateIssuer;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.OidcClient;
import dev.writ.gateway.OidcServer;
import dev.writ.gateway.TestCertificates;
import dev.writ.gateway.TlsClient;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.token.SignedTokens;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Access tokens that an OpenID provider really issued, from its login to what is recorded. */
@WritTest
class RealIssuerTest {

    private static final String SERVER =
            "tokens-" + UUID.randomUUID().toString().substring(0, 8);
    private static final Duration SOON = Duration.ofSeconds(60);

    private static OidcServer server;

    private final Bank bank = Bank.shared();
    private final Client admin = bank.fixture().admin;
    private final String agent = bank.fixture().agent().name();
    private final List<String> registered = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        server = OidcServer.start(LateIssuer.url(), TestCertificates.shared());
        LateIssuer.isAt(server.url());
    }

    @AfterAll
    static void stopServer() {
        LateIssuer.isGone();
        server.close();
    }

    @AfterEach
    void revoke() {
        registered.forEach(key -> admin.request().delete("/v1/keys/" + key));
    }

    private static OidcClient issuer() {
        return new OidcClient(server.url());
    }

    private void register(Map<String, ?> token) {
        Map<String, Object> proof = new HashMap<>(token);
        proof.put("issuer", LateIssuer.url());
        registered.add(admin.post("/v1/keys", Map.of("principal", agent, "roles", List.of("agent"), "token", proof))
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    }

    private Client bearer(String token) {
        return new Client(admin.baseUrl(), agent, token);
    }

    private static void refused(Response response, String why) {
        response.then().statusCode(401).body("detail", containsString(why));
    }

    private LogEntry decided() {
        return bank.fixture().entries("kind=DECIDED&agent=" + agent).get(0);
    }

    @Test
    void aClientCallsWithTheTokenThatItGotForItself() {
        register(Map.of("client", "robot"));

        bearer(issuer().own("robot", SignedTokens.AUDIENCE))
                .call("bank.balance", Map.of("id", "1"))
                .then()
                .statusCode(200);

        assertThat(decided().body()).containsEntry("assurance", "oidc").containsEntry("client", registered.get(0));
    }

    @Test
    void theServersChainOfActorsIsWhoActsForWhomByWayOfWhom() {
        register(Map.of("client", "robot", "standsForAny", true));
        String planners = issuer().exchanged("planner", issuer().ofAnn(), SignedTokens.AUDIENCE);
        String robots = issuer().exchanged("robot", planners, SignedTokens.AUDIENCE);

        bearer(planners).get("/v1/tools").then().statusCode(403).body("detail", containsString("No key is registered"));
        bearer(robots).call("bank.balance", Map.of("id", "1")).then().statusCode(200);

        bank.fixture()
                .auditor
                .get("/v1/audit/entries/" + decided().index() + "?inputs=true")
                .then()
                .body("values.facts.value.onBehalfOf", equalTo("ann"))
                .body("values.facts.value.actorChain", contains("planner"));
    }

    @Test
    void aTokenThatTheServerIssuedForSomebodyElseIsRefused() {
        register(Map.of("client", "robot"));

        refused(bearer(issuer().own("robot", "")).get("/v1/tools"), "audience");
        refused(bearer(issuer().own("robot", "https://other.example")).get("/v1/tools"), "audience");
    }

    @Test
    void aTokenOfAnotherServerIsRefused() {
        register(Map.of("client", "robot"));
        String token = new OidcClient(server.stranger()).own("robot", SignedTokens.AUDIENCE);

        refused(bearer(token).get("/v1/tools"), "issuer");
    }

    @Test
    void aTokenIsRefusedOnceItHasExpired() {
        register(Map.of("client", "brief"));
        Client brief = bearer(issuer().own("brief", SignedTokens.AUDIENCE));

        await().atMost(SOON).untilAsserted(() -> refused(brief.get("/v1/tools"), "expired"));
    }

    @Test
    void theServerReplacesItsKeyWhileTokensOfTheOldOneAreInUse() throws ParseException {
        register(Map.of("client", "robot"));
        String old = issuer().own("robot", SignedTokens.AUDIENCE);
        Client before = bearer(old);
        before.get("/v1/tools").then().statusCode(200);

        server.rotate();

        String young = issuer().own("robot", SignedTokens.AUDIENCE);
        assertThat(keyOf(young)).isNotEqualTo(keyOf(old));
        Client after = bearer(young);
        await().atMost(SOON).untilAsserted(() -> after.get("/v1/tools").then().statusCode(200));
        before.get("/v1/tools").then().statusCode(200);
    }

    private static String keyOf(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    private Response registerServer(String kind, McpUpstream upstream, Map<String, ?> credential) {
        return bank.fixture()
                .operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                SERVER,
                                "kind",
                                kind,
                                "url",
                                upstream.url(),
                                "allowPrivateAddresses",
                                true,
                                "credential",
                                credential));
    }

    @Test
    void anMcpServerIsCalledWithATokenThatTheGatewayGetsForItself() throws ParseException {
        Map<String, String> client = Map.of(
                "tokenUrl",
                server.url() + "/oauth2/token",
                "clientId",
                "robot",
                "clientSecret",
                OidcServer.secret("robot"));
        try (McpUpstream upstream = McpUpstream.start(McpUpstream.tool("say", "Says a text"))) {
            registerServer("mcp", upstream, Map.of("oauth", client)).then().statusCode(201);
            String bundle = bank.fixture().activate(SERVER, "rule \"all\" when ToolCall() then allow(\"a test\"); end");

            bank.fixture()
                    .agent()
                    .call(SERVER + ".say", Map.of("text", "x"))
                    .then()
                    .statusCode(200);

            assertThat(upstream.authorizations()).isNotEmpty().allMatch(sent -> sent.startsWith("Bearer "));
            String sent =
                    upstream.authorizations().get(upstream.authorizations().size() - 1);
            JWTClaimsSet token =
                    SignedJWT.parse(sent.substring("Bearer ".length())).getJWTClaimsSet();
            assertThat(token.getSubject()).isEqualTo("robot");
            assertThat(token.getAudience()).containsExactly(upstream.url());
            assertThat(bank.fixture().operator.get("/v1/connectors/" + SERVER).asString())
                    .doesNotContain(OidcServer.secret("robot"));
            assertThat(bank.logLines())
                    .doesNotContain(OidcServer.secret("robot"))
                    .doesNotContain(sent);
            bank.fixture().deactivate(bundle);
            bank.fixture().operator.request().delete("/v1/connectors/" + SERVER);
        }
    }

    @Test
    void aClientThatCannotBeUsedIsNamedMemberByMember() {
        Map<String, String> client =
                Map.of("tokenUrl", "http://127.0.0.1/x", "clientId", "robot", "clientSecret", "wrong-secret");
        try (McpUpstream upstream = McpUpstream.start(McpUpstream.tool("say", "Says a text"))) {
            registerServer("mcp", upstream, Map.of("oauth", Map.of("clientId", "robot")))
                    .then()
                    .statusCode(422)
                    .body("problems", hasItem(containsString("credential/oauth/tokenUrl")))
                    .body("problems", hasItem(containsString("credential/oauth/clientSecret")));
            registerServer("mcp", upstream, Map.of("header", "X-Key", "value", "0123456789", "oauth", client))
                    .then()
                    .statusCode(422)
                    .body("problems", hasItem(containsString("not both")));
            registerServer(
                            "mcp",
                            upstream,
                            Map.of(
                                    "oauth",
                                    Map.of(
                                            "tokenUrl",
                                            server.url() + "/oauth2/token",
                                            "clientId",
                                            "robot",
                                            "clientSecret",
                                            "wrong-secret")))
                    .then()
                    .statusCode(422)
                    .body("problems", hasItem(containsString("gives Writ no token")));
        }
    }

    @Test
    void aTokenThatIsBoundToACertificateIsTakenWithThatCertificateOnly() {
        register(Map.of("client", "bound"));
        TestCertificates authority = TestCertificates.shared();
        TlsClient own = TlsClient.with(Optional.of(authority.issue("bound")));
        TlsClient other = TlsClient.with(Optional.of(authority.issue("bound")));
        String token = OidcClient.bound(server.tlsUrl(), own.http(), SignedTokens.AUDIENCE);

        assertThat(own.call("Authorization", "Bearer " + token).statusCode()).isEqualTo(200);
        assertThat(decided().body()).containsEntry("assurance", "oidc+mtls");
        for (TlsClient stranger : List.of(other, TlsClient.with(Optional.empty()))) {
            assertThat(stranger.call("Authorization", "Bearer " + token).body()).contains("client certificate");
        }
        refused(bearer(token).get("/v1/tools"), "client certificate");
    }

    @Test
    void somebodyWhoLogsInThereIsSignedInToTheConsole() {
        String handle = "person-" + UUID.randomUUID();
        Map<String, Object> token = Map.of("issuer", LateIssuer.url(), "client", "console", "subject", "ann");
        registered.add(admin.post("/v1/keys", Map.of("principal", handle, "roles", List.of("auditor"), "token", token))
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
        Response begun = console().get("/console/sign-in/oidc");
        String at = begun.then().statusCode(303).extract().header("Location");

        String back = issuer().logIn(at.substring(LateIssuer.url().length()));

        console()
                .cookies(begun.cookies())
                .get(back)
                .then()
                .statusCode(200)
                .body(containsString("url=/console"))
                .cookie("writ-console");
        assertThat(bank.fixture().entries("kind=CONSOLE_SIGNED_IN&agent=" + handle))
                .hasSize(1)
                .first()
                .satisfies(entry -> assertThat(entry.body()).containsEntry("client", registered.get(0)));
        console().cookies(begun.cookies()).get(back).then().statusCode(403).body(containsString("(invalid_grant)"));
    }

    private RequestSpecification console() {
        return given().baseUri(admin.baseUrl())
                .urlEncodingEnabled(false)
                .redirects()
                .follow(false);
    }
}
