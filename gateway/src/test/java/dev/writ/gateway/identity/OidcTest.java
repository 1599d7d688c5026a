package dev.writ.gateway.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.TestIssuer;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.token.SignedTokens;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Access tokens of an issuer over HTTP: who they are, what they may do, and what of that is recorded. */
@WritTest
class OidcTest {

    private final Bank bank = Bank.shared();
    private final Client admin = bank.fixture().admin;
    private final SignedTokens issuer = TestIssuer.shared();
    private final String robot = "robot-" + UUID.randomUUID();
    private final String agent = bank.fixture().agent().name();

    private String url() {
        return String.valueOf(issuer.claims(Instant.now()).get("iss"));
    }

    private Response register(Map<String, ?> token, Map<String, ?> further) {
        Map<String, Object> asked = new HashMap<>(further);
        Map<String, Object> proof = new HashMap<>(token);
        proof.putIfAbsent("issuer", url());
        asked.put("principal", agent);
        asked.put("roles", List.of("agent"));
        asked.put("token", proof);
        return admin.post("/v1/keys", asked);
    }

    private String registered(Map<String, ?> token) {
        return register(token, Map.of()).then().statusCode(201).extract().path("id");
    }

    private String token(Map<String, ?> others) {
        Map<String, Object> claims = issuer.claims(Instant.now(), Map.of("sub", robot, "client_id", robot));
        claims.putAll(others);
        return issuer.sign(claims);
    }

    private Client bearer(Map<String, ?> others) {
        return new Client(admin.baseUrl(), agent, token(others));
    }

    private static ValidatableResponse problem(Response response, int status, String detail) {
        return response.then().statusCode(status).body("detail", containsString(detail));
    }

    @Test
    void aRegisteredClientCallsAndTheDecisionNamesItsRegistration() {
        Response created = register(Map.of("client", robot), Map.of());
        created.then().statusCode(201).body("key", nullValue());

        bearer(Map.of()).call("bank.balance", Map.of("id", "1")).then().statusCode(200);

        LogEntry decided = bank.fixture().entries("kind=DECIDED&agent=" + agent).get(0);
        assertThat(decided.body())
                .containsEntry("client", created.path("id"))
                .containsEntry("assurance", "oidc")
                .containsEntry("roles", List.of("agent"));
    }

    @Test
    void noClaimGrantsARole() {
        registered(Map.of("client", robot));

        problem(
                bearer(Map.of("roles", List.of("admin"), "scope", "admin", "groups", List.of("admin")))
                        .get("/v1/keys"),
                403,
                "role");
    }

    @Test
    void aClientThatNobodyRegisteredIsTold() {
        problem(bearer(Map.of()).get("/v1/tools"), 403, "POST /v1/keys");
    }

    @Test
    void aTokenThatIsNotForUsIsRefusedAndNobodySeesIt() {
        registered(Map.of("client", robot));
        Client elsewhere = bearer(Map.of("aud", "https://other.example"));

        problem(elsewhere.get("/v1/tools"), 401, "audience")
                .header(
                        "WWW-Authenticate",
                        allOf(
                                containsString("Bearer"),
                                containsString("error=\"invalid_token\""),
                                containsString("resource_metadata=\"" + SignedTokens.AUDIENCE
                                        + "/.well-known/oauth-protected-resource\"")));
        bearer(Map.of()).get("/v1/tools").then().statusCode(200);

        assertThat(bank.logLines())
                .doesNotContain(elsewhere.key())
                .doesNotContain(elsewhere.key().split("\\.", -1)[1]);
        assertThat(bank.spans()).noneMatch(span -> span.contains(elsewhere.key()));
    }

    @Test
    void aTokenInTheQueryIsNone() {
        registered(Map.of("client", robot));

        given().baseUri(admin.baseUrl())
                .get("/v1/tools?access_token=" + token(Map.of()))
                .then()
                .statusCode(401);
    }

    @Test
    void anIssuerThatIsAwayIsSaidToBe() {
        registered(Map.of("client", robot));
        problem(bearer(Map.of("iss", "https://127.0.0.1:1")).get("/v1/tools"), 503, "'away'");

        bank.fixture()
                .ready()
                .body("checks.find { it.name == 'issuers' }.data.away", containsString("unreachable"))
                .body("checks.find { it.name == 'issuers' }.status", equalTo("UP"));
        bearer(Map.of()).get("/v1/tools").then().statusCode(200);
    }

    @Test
    void theWholeChainIsDecidedOnAndRecorded() {
        registered(Map.of("client", robot, "standsForAny", true));
        bank.fixture().register("chain", bank.upstream().url());
        String digest = bank.fixture().activate("chain", """
                rule "not by way of the planner"
                when
                    ToolCall( tool == "chain.balance" )
                    Principal( actors contains "planner", agentRelease == "2.3", agentReleaseAttested == true )
                then
                    deny("the planner may not look");
                end
                """);
        try {
            Map<String, Object> delegated = Map.of(
                    "sub", "ann", "agent_release", "2.3", "act", Map.of("sub", robot, "act", Map.of("sub", "planner")));

            bearer(delegated)
                    .call("chain.balance", Map.of("id", "1"))
                    .then()
                    .statusCode(403)
                    .body("rule", equalTo("not by way of the planner"));
            LogEntry decided =
                    bank.fixture().entries("kind=DECIDED&agent=" + agent).get(0);
            bank.fixture()
                    .auditor
                    .get("/v1/audit/entries/" + decided.index() + "?inputs=true")
                    .then()
                    .statusCode(200)
                    .body("values.facts.value.actorChain", contains("planner"))
                    .body("values.facts.value.onBehalfOf", equalTo("ann"));
            assertThat(decided.body())
                    .containsEntry("agentBuild", Map.of("release", Map.of("value", "2.3", "attested", true)));
        } finally {
            bank.fixture().deactivate(digest);
        }
    }

    @Test
    void anActorWhoseNameIsThatOfAClientIsNotThatClientUnlessTheOperatorSaysSo() {
        SignedTokens plain = TestIssuer.plain();
        Object named = plain.claims(Instant.now()).get("iss");
        registered(Map.of("client", robot, "issuer", String.valueOf(named), "standsForAny", true));
        Function<Map<String, ?>, Client> acting = actor -> new Client(
                admin.baseUrl(), agent, plain.sign(plain.claims(Instant.now(), Map.of("sub", "ann", "act", actor))));

        problem(acting.apply(Map.of("sub", robot)).get("/v1/tools"), 403, "No key is registered");
        acting.apply(Map.of("sub", "somebody", "client_id", robot))
                .get("/v1/tools")
                .then()
                .statusCode(200);
    }

    @Test
    void whatAnAgentSaysOfItselfIsOnlyClaimed() {
        registered(Map.of("client", robot));

        bearer(Map.of())
                .request()
                .header("Writ-Agent-Release", "9.9")
                .header("Writ-Agent-Prompt", "sha256:abc")
                .body(Map.of("tool", "bank.balance", "arguments", Map.of("id", "1")))
                .post("/v1/tool-calls")
                .then()
                .statusCode(200);

        assertThat(bank.fixture().entries("kind=DECIDED&agent=" + agent).get(0).body())
                .containsEntry(
                        "agentBuild",
                        Map.of(
                                "release",
                                Map.of("value", "9.9", "attested", false),
                                "prompt",
                                Map.of("value", "sha256:abc", "attested", false)));
        problem(bearer(Map.of()).request().header("Writ-Agent-Model", "a b").get("/v1/tools"), 400, "Writ-Agent-Model");
    }

    @Test
    void aRevokedRegistrationIsRefusedFromThenOn() {
        String id = registered(Map.of("client", robot));
        bearer(Map.of()).get("/v1/tools").then().statusCode(200);

        admin.request().delete("/v1/keys/" + id).then().statusCode(204);

        problem(bearer(Map.of()).get("/v1/tools"), 403, "No key is registered");
    }

    @Test
    void aRegistrationIsForATrustedIssuer() {
        problem(register(Map.of("client", robot, "issuer", "https://evil.example"), Map.of()), 422, "writ.issuers");
        problem(register(Map.of(), Map.of()), 400, "'client'");
        problem(register(Map.of("client", robot), Map.of("certificate", "spiffe://x/y")), 422, "trust-domains");
    }

    @Test
    void aScopedKeySeesAndCallsItsToolsOnly() {
        Client scoped = admin.issue(agent, Map.of("roles", List.of("agent"), "tools", List.of("bank.bal*")));

        scoped.get("/v1/tools")
                .then()
                .body("items.name", hasItem("bank.balance"))
                .body("items.name", not(hasItem("bank.pay")));
        scoped.get("/v1/tools/bank.pay").then().statusCode(404);
        scoped.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
        problem(scoped.call("bank.pay", Map.of()), 403, "not be used for this tool")
                .body("problems", nullValue());
        problem(scoped.call("bank.pay", Map.of("to", "acme", "amount", 1)), 403, "not be used for this tool")
                .body("rule", equalTo("writ:scope"));
        assertThat(bank.fixture().entries("kind=DECIDED&rule=writ:scope&agent=" + agent))
                .hasSize(2);
    }

    @Test
    void aPersonsTokenSaysWhichPersonTheKeyIs() {
        String ann = "ann-" + UUID.randomUUID();
        Map<String, Object> asked = new HashMap<>(Map.of(
                "principal",
                "jd",
                "roles",
                List.of("approver"),
                "groups",
                List.of("finance"),
                "token",
                Map.of("issuer", url(), "client", "console", "subject", ann)));
        asked.put("person", "somebody-else");
        problem(admin.post("/v1/keys", asked), 422, "'token.subject'");
        asked.remove("person");
        String byToken =
                admin.post("/v1/keys", asked).then().statusCode(201).extract().path("id");
        asked.remove("token");
        asked.put("person", ann);
        String bySecret =
                admin.post("/v1/keys", asked).then().statusCode(201).extract().path("id");

        assertThat(personOf(byToken)).isEqualTo(personOf(bySecret));
    }

    private Object personOf(String key) {
        return bank.fixture().entries("kind=KEY_CREATED&limit=50").stream()
                .filter(entry -> key.equals(entry.body().get("id")))
                .map(entry -> entry.body().get("person"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKeyIsRotatedWithoutDowntime() {
        Client old = admin.issue(agent, Map.of("roles", List.of("agent"), "tools", List.of("bank.*")));

        Response rotated = admin.post("/v1/keys/" + old.keyId() + "/rotate", Map.of("overlap", "1h"));
        Client next = new Client(
                admin.baseUrl(), agent, rotated.then().statusCode(201).extract().path("key"));

        rotated.then().body("replaces", equalTo(old.keyId()));
        for (Client client : List.of(old, next)) {
            client.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
        }
        problem(admin.post("/v1/keys/" + old.keyId() + "/rotate", Map.of()), 409, "already");
        Response last = admin.post("/v1/keys/" + next.keyId() + "/rotate", Map.of("overlap", "now"));
        next.get("/v1/tools").then().statusCode(401);
        admin.get("/v1/keys?limit=1&cursor=" + before(last.path("id")))
                .then()
                .body("items[0].tools", contains("bank.*"))
                .body("items[0].state", equalTo("active"));
    }

    private static String before(String id) {
        long value = Long.parseUnsignedLong(id, 16);
        return String.format("%016x", value - 1);
    }

    @Test
    void whoHasNoCredentialsIsToldWhereToGetSome() {
        given().baseUri(admin.baseUrl())
                .get("/.well-known/oauth-protected-resource")
                .then()
                .statusCode(200)
                .body("resource", equalTo(SignedTokens.AUDIENCE))
                .body("authorization_servers", hasItem(url()))
                .body("bearer_methods_supported", contains("header"));
        given().baseUri(admin.baseUrl())
                .get("/.well-known/oauth-protected-resource/mcp")
                .then()
                .statusCode(200)
                .body("resource", equalTo(SignedTokens.AUDIENCE + "/mcp"));
        given().baseUri(admin.baseUrl())
                .get("/v1/tools")
                .then()
                .statusCode(401)
                .header(
                        "WWW-Authenticate",
                        equalTo("Bearer realm=\"writ\", resource_metadata=\"" + SignedTokens.AUDIENCE
                                + "/.well-known/oauth-protected-resource\""));
    }

    @Test
    void aBoundTokenIsWorthNothingWithoutItsKey() throws JOSEException {
        registered(Map.of("client", robot));
        ECKey key = SignedTokens.newKey("mine");
        Map<String, Object> jkt =
                Map.of("cnf", Map.of("jkt", key.computeThumbprint().toString()));
        String token = token(jkt);
        String proof = SignedTokens.proof(key, "GET", SignedTokens.AUDIENCE + "/v1/tools", token);

        problem(new Client(admin.baseUrl(), agent, token).get("/v1/tools"), 401, "'DPoP'");
        problem(dpop(token).get("/v1/tools"), 401, "header 'DPoP'");
        problem(dpop(token).header("DPoP", proof).get("/v1/agents"), 401, "'htu'");
        dpop(token).header("DPoP", proof).get("/v1/tools").then().statusCode(200);
        problem(dpop(token).header("DPoP", proof).get("/v1/tools"), 401, "used before");
        problem(dpop(token(Map.of())).header("DPoP", proof).get("/v1/tools"), 401, "'Bearer'");
        problem(bearer(Map.of("cnf", Map.of("x5t#S256", "abc"))).get("/v1/tools"), 401, "certificate");
    }

    private RequestSpecification dpop(String token) {
        return given().baseUri(admin.baseUrl()).header("Authorization", "DPoP " + token);
    }
}
