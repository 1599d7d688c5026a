package dev.writ.gateway.identity;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys, agents and sessions over HTTP, on a real log and database. */
@WritTest
class IdentityTest {

    /** What others need before they have a key, or in place of one; and a hook, whom any other status than 200 would let go on. */
    private static final Set<String> PUBLIC = Set.of(
            "get /.well-known/authzen-configuration", "get /.well-known/jwks.json", "post /v1/hooks/pre-tool-use");

    private final Bank bank = Bank.shared();
    private final Client admin = bank.fixture().admin;

    private static ValidatableResponse problem(Response response, int status, String slug) {
        return response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:writ:problem:" + slug))
                .body("status", equalTo(status));
    }

    private Response create(Map<String, ?> key) {
        return admin.post("/v1/keys", key);
    }

    private Client keyOf(Response created) {
        created.then().statusCode(201);
        return new Client(admin.baseUrl(), created.path("principal"), created.path("key"));
    }

    private static String id(Client client) {
        return client.key().split("_", -1)[1];
    }

    /** An agent with two keys: one for the model, one for the program around it. */
    private record Pair(Client agent, Client application) {}

    private Pair pair(String... persons) {
        Client agent = bank.fixture().agent(persons);
        return new Pair(agent, admin.issue(agent.name(), List.of("application"), List.of(persons)));
    }

    private static Map<String, Object> openingFor(String person) {
        return Map.of("task", "pay the rent", "onBehalfOf", person);
    }

    @Test
    void theBootstrapKeyIsSpentAndItsFileIsGone() {
        assertThat(Bank.home().resolve("bootstrap-key")).doesNotExist();
        assertThat(bank.fixture().entries("kind=KEY_CREATED&order=asc&limit=2"))
                .extracting(entry -> String.valueOf(entry.body().get("principal")))
                .containsExactly("bootstrap", "root");
    }

    @Test
    void everyOperationAsksForCredentials() {
        Map<String, Map<String, Object>> paths =
                admin.request().accept("application/json").get("/openapi").path("paths");
        List<String> operations = new ArrayList<>();
        paths.forEach((path, item) -> item.keySet().forEach(method -> operations.add(method + " " + path)));

        assertThat(operations).contains("post /v1/keys", "post /v1/sessions", "get /v1/agents");
        assertThat(operations).containsAll(PUBLIC);
        operations.removeAll(PUBLIC);
        for (String operation : operations) {
            String[] parts = operation.split(" ", 2);
            Response refused = given().baseUri(admin.baseUrl())
                    .urlEncodingEnabled(false)
                    .request(parts[0], parts[1].replaceAll("\\{[^}]*}", "x"));
            // AuthZEN's errors are a sentence, and those of its access requests problem documents.
            boolean isSentence = parts[1].startsWith("/access/v1/") && !parts[1].startsWith("/access/v1/requests");
            ValidatableResponse told = isSentence
                    ? refused.then().statusCode(401).contentType("text/plain").body(containsString("API key"))
                    : problem(refused, 401, "unauthenticated");
            told.header("WWW-Authenticate", containsString("Bearer"));
        }
    }

    @Test
    void aRevokedKeyIsRefusedFromThenOn() {
        Client auditor = admin.issue("aude", List.of("auditor"), List.of());
        auditor.get("/v1/audit/entries?limit=1").then().statusCode(200);

        admin.request().delete("/v1/keys/" + id(auditor)).then().statusCode(204);

        problem(auditor.get("/v1/audit/entries?limit=1"), 401, "unauthenticated");
        admin.request().delete("/v1/keys/" + id(auditor)).then().statusCode(204);
    }

    @Test
    void anExpiredKeyIsRefusedFromThenOn() {
        Client auditor = keyOf(create(Map.of("principal", "aude", "roles", List.of("auditor"), "expiresIn", "PT1S")));

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> problem(auditor.get("/v1/audit/entries?limit=1"), 401, "unauthenticated"));
    }

    @Test
    void aWrongSecretIsRefused() {
        Client auditor = admin.issue("aude", List.of("auditor"), List.of());
        Client guess = new Client(auditor.baseUrl(), "guess", "writ_" + id(auditor) + "_" + "0".repeat(64));

        problem(guess.get("/v1/audit/entries?limit=1"), 401, "unauthenticated")
                .body("detail", not(containsString("0000")));
    }

    @Test
    void twoCredentialsAreNone() {
        problem(
                given().baseUri(admin.baseUrl())
                        .header("Authorization", "Bearer " + admin.key())
                        .header("Authorization", "Bearer " + admin.key())
                        .get("/v1/keys"),
                401,
                "unauthenticated");
    }

    @Test
    void onlyAdministratorsSeeAndMakeKeys() {
        for (Client other : List.of(
                bank.fixture().operator, bank.fixture().auditor, bank.fixture().agent())) {
            problem(other.get("/v1/keys"), 403, "forbidden");
            problem(other.post("/v1/keys", Map.of("principal", "x", "roles", List.of("admin"))), 403, "forbidden");
            problem(other.request().delete("/v1/keys/" + id(other)), 403, "forbidden");
        }
    }

    @Test
    void onlyOperatorsAndAdministratorsRegisterAgents() {
        problem(
                bank.fixture().auditor.post("/v1/agents", Map.of("name", "a", "owner", "o", "description", "d")),
                403,
                "forbidden");
        problem(bank.fixture().agent().get("/v1/agents"), 403, "forbidden");
    }

    @Test
    void aNameIsRegisteredOnce() {
        Client agent = bank.fixture().agent();

        problem(
                admin.post("/v1/agents", Map.of("name", agent.name(), "owner", "o", "description", "d")),
                409,
                "conflict");
    }

    @Test
    void badKeysAreRefusedWithWhatToDo() {
        problem(create(Map.of("principal", "nobody-registered", "roles", List.of("agent"))), 422, "unprocessable")
                .body("detail", containsString("POST /v1/agents"));
        problem(create(Map.of("principal", "a@b.c", "roles", List.of("auditor"))), 400, "malformed")
                .body("detail", containsString("e-mail"));
        problem(create(Map.of("principal", "aude", "roles", List.of("emperor"))), 400, "malformed")
                .body("detail", containsString("auditor"));
        problem(
                        create(Map.of("principal", "aude", "roles", List.of("auditor"), "expiresIn", "for ever")),
                        400,
                        "malformed")
                .body("detail", containsString("30d"));
        problem(
                create(Map.of("principal", "aude", "roles", List.of("auditor"), "subjects", List.of("ann"))),
                422,
                "unprocessable");
        problem(create(Map.of("roles", List.of("auditor"))), 400, "malformed");
        problem(create(Map.of("principal", "aude")), 400, "malformed");
        Map<String, Object> holdsNull =
                new HashMap<>(Map.of("principal", bank.fixture().agent().name()));
        List<String> withNull = new ArrayList<>();
        withNull.add(null);
        holdsNull.put("roles", List.of("agent"));
        holdsNull.put("subjects", withNull);
        problem(create(holdsNull), 400, "malformed");
        problem(admin.request().delete("/v1/keys/nothing"), 404, "not-found");
        problem(admin.request().delete("/v1/keys/0123456789abcdef"), 404, "not-found");
    }

    @Test
    void aKeyIsShownOnceAndPersonsNever() {
        Client agent = bank.fixture().agent("carol@example.com");
        String listed = keys(3).stream().map(Response::asString).collect(joining());

        String secret = agent.key().split("_", -1)[2];
        assertThat(listed).contains(id(agent)).contains(agent.name()).doesNotContain(secret);
        assertThat(listed).doesNotContain("carol@example.com");
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith(id(agent))).isNotEmpty();
            assertThat(superuser.tablesWith(secret, "carol@example.com")).isEmpty();
        }
        assertThat(bank.logLines()).doesNotContain(secret).doesNotContain("carol@example.com");
    }

    @Test
    void aListSaysInWhichStateAKeyIs() {
        Client auditor = admin.issue("aude", List.of("auditor"), List.of());
        assertThat(state(auditor)).isEqualTo("active");

        admin.request().delete("/v1/keys/" + id(auditor)).then().statusCode(204);
        assertThat(state(auditor)).isEqualTo("revoked");
    }

    private String state(Client client) {
        return keys(1000).stream()
                .map(page -> page.<String>path("items.find { it.id == '" + id(client) + "' }?.state"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    /** The list of keys, page after page. */
    private List<Response> keys(int limit) {
        List<Response> pages = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            Response page = admin.get("/v1/keys?limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.then().statusCode(200);
            pages.add(page);
            cursor = page.path("next");
        }
        return pages;
    }

    @Test
    void onlyTheProgramAroundTheModelOpensSessions() {
        Pair pair = pair("ann");

        problem(pair.agent().post("/v1/sessions", openingFor("ann")), 403, "forbidden");
        pair.application()
                .post("/v1/sessions", openingFor("ann"))
                .then()
                .statusCode(201)
                .body("id", matchesPattern("[0-9a-f]{32}"))
                .body("agent", equalTo(pair.agent().name()));
    }

    @Test
    void aSessionIsForAPersonThatTheKeyLists() {
        problem(pair("ann").application().post("/v1/sessions", openingFor("eve")), 403, "forbidden")
                .body("detail", containsString("registration"))
                .body("detail", not(containsString("eve")));
    }

    @Test
    void aSessionIsOfTheKeysOwnAgent() {
        Map<String, Object> opening = new HashMap<>(openingFor("ann"));
        opening.put("agent", pair("ann").agent().name());

        problem(pair("ann").application().post("/v1/sessions", opening), 403, "forbidden");
    }

    @Test
    void aSessionOfAnotherAgentOrPersonIsNotThere() {
        Pair mine = pair("ann", "bob");
        Pair other = pair("ann");
        String session =
                mine.application().post("/v1/sessions", openingFor("ann")).path("id");
        Map<String, ?> balance = Map.of("id", "a");

        mine.agent()
                .call("bank.balance", balance, Map.of("session", session, "onBehalfOf", "ann"))
                .then()
                .statusCode(200);
        problem(
                mine.agent().call("bank.balance", balance, Map.of("session", session, "onBehalfOf", "bob")),
                404,
                "not-found");
        problem(mine.agent().call("bank.balance", balance, Map.of("session", session)), 404, "not-found");
        problem(
                other.agent().call("bank.balance", balance, Map.of("session", session, "onBehalfOf", "ann")),
                404,
                "not-found");
    }
}
