package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WritTest
class ConnectorApiTest {

    private static final String SECRET = "canary-b81c55aa20f94e7d";

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final String name = "c" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void pinsTheToolsOfAConnector() {
        register(Map.of())
                .then()
                .statusCode(201)
                .body("name", equalTo(name))
                .body("tools.name", hasItems(name + ".pay", name + ".balance"))
                .body("tools[0].digest", containsString("sha256:"));

        agent.get("/v1/tools/" + name + ".pay")
                .then()
                .statusCode(200)
                .body("connector", equalTo(name))
                .body("inputSchema.required", hasItems("to", "amount"))
                .body("inputSchema.additionalProperties", equalTo(false))
                .body("digest", containsString("sha256:"));
        agent.get("/v1/tools?limit=1000").then().statusCode(200).body("items.name", hasItem(name + ".balance"));
        agent.get("/v1/tools/" + name + ".steal").then().statusCode(404);
        agent.get("/v1/tools/Not a tool").then().statusCode(404);
    }

    @Test
    void recordsWhatItPinsAndNeverTheCredential() {
        register(Map.of("extracts", Map.of(name + ".pay", Map.of("id", Map.of("path", "$.id")))))
                .then()
                .statusCode(201);

        LogEntry entry = newest("CONNECTOR_REGISTERED");
        assertThat(entry.body())
                .containsEntry("name", name)
                .containsEntry("actor", "olga")
                .containsEntry(
                        "extracts", Map.of(name + ".pay", Map.of("id", Map.of("path", "$['id']", "maxBytes", 4096))))
                .containsKeys("settings", "tools", "labels");
        fixture.operator
                .get("/v1/connectors/" + name)
                .then()
                .statusCode(200)
                .body("status", equalTo("pinned"))
                .body("index", equalTo(entry.index()))
                .body("$", not(hasKey("credential")))
                .body(not(containsString(SECRET)));
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith(SECRET)).isEmpty();
        }
    }

    @Test
    void pinsWhatIsSaidOfEffects() {
        register(Map.of()).then().statusCode(201);
        String before = agent.get("/v1/tools/" + name + ".pay").path("digest");
        Map<String, Object> effects =
                Map.of(name + ".pay", Map.of("risk", "high", "reversible", false, "outbound", true));

        register(Map.of("effects", effects)).then().statusCode(201);

        agent.get("/v1/tools/" + name + ".pay")
                .then()
                .statusCode(200)
                .body("effects", equalTo(effects.get(name + ".pay")))
                .body("digest", not(equalTo(before)));
        agent.get("/v1/tools/" + name + ".balance").then().body("effects", equalTo(Map.of()));
        fixture.operator.get("/v1/connectors/" + name).then().body("effects", equalTo(effects));
        assertThat(newest("CONNECTOR_REGISTERED").body()).containsEntry("effects", effects);
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT definition FROM writ.tool_definition WHERE definition LIKE '%" + name
                            + ".pay%' AND definition LIKE '%reversible%'"))
                    .hasSize(1);
        }
    }

    @Test
    void refusesEffectsThatCannotBe() {
        register(Map.of(
                        "effects",
                        Map.of(
                                name + ".pay", Map.of("risk", "huge"),
                                name + ".balance", Map.of("readOnly", true, "reversible", false))))
                .then()
                .statusCode(422)
                .body("problems", hasItem("effects/" + name + ".pay: 'risk' is low, medium, high or critical"))
                .body("problems", hasItem(containsString("effects/" + name + ".balance: readOnly says")));
        register(Map.of("effects", Map.of(name + ".steal", Map.of("risk", "low"))))
                .then()
                .statusCode(422)
                .body("problems", hasItem(containsString("effects are declared, and it is not a tool")));
    }

    @Test
    void pinsAToolAnewWhenItsConnectorIsRegisteredAgain() {
        register(Map.of()).then().statusCode(201);
        String before = agent.get("/v1/tools/" + name + ".pay").path("digest");

        register(Map.of("document", Upstream.DOCUMENT.replace("Pays an amount", "Wires an amount")))
                .then()
                .statusCode(201);

        String after = agent.get("/v1/tools/" + name + ".pay").path("digest");
        assertThat(after).isNotEqualTo(before);
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT digest FROM writ.tool_definition"))
                    .contains(before, after);
        }
    }

    @Test
    void removesAConnectorWithItsToolsAndCredential() {
        register(Map.of()).then().statusCode(201);

        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);

        agent.get("/v1/tools/" + name + ".pay").then().statusCode(404);
        agent.call(name + ".pay", Map.of("to", "a", "amount", 1)).then().statusCode(404);
        fixture.operator.get("/v1/connectors/" + name).then().statusCode(404);
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(404);
        assertThat(newest("CONNECTOR_REMOVED").body()).containsEntry("name", name);
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT settings || credential FROM writ.connector WHERE name = '" + name + "'"))
                    .containsExactly("");
        }
    }

    @Test
    void comesBackAfterItWasRemoved() {
        register(Map.of()).then().statusCode(201);
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);

        register(Map.of()).then().statusCode(201);

        agent.get("/v1/tools/" + name + ".pay").then().statusCode(200);
    }

    @Test
    void listsConnectorsByName() {
        register(Map.of()).then().statusCode(201);

        fixture.operator
                .get("/v1/connectors?limit=1")
                .then()
                .statusCode(200)
                .body("items[0].name", equalTo("bank"))
                .body("next", notNullValue());
        fixture.auditor
                .get("/v1/connectors?cursor=bank&limit=1000")
                .then()
                .statusCode(200)
                .body("items.name", hasItem(name))
                .body("items.name", not(hasItem("bank")));
    }

    @Test
    void isForOperatorsOnly() {
        agent.post("/v1/connectors", Map.of()).then().statusCode(403);
        fixture.author.post("/v1/connectors", Map.of()).then().statusCode(403);
        agent.get("/v1/connectors").then().statusCode(403);
        agent.get("/v1/connectors/bank").then().statusCode(403);
        agent.request().delete("/v1/connectors/bank").then().statusCode(403);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name          | Bank             | a connector's name
            name          | ` `             | name: it is missing
            kind          | soap             | the kinds of connectors are: external, http, mcp
            baseUrl       | ftp://x          | a base URL starts with https://
            baseUrl       | not a url        | baseUrl:
            document      | {}               | document:
            document      | openapi: 3.1.0   | document:
            timeout       | 10 years         | timeout:
            timeout       | 5h               | timeout: it is at most
            maxResponse   | many             | maxResponse:
            maxResponse   | 1G               | maxResponse: it is at most
            """)
    void saysWhatItCannotUse(String member, String value, String problem) {
        register(Map.of(member, value))
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("problems.join(' ')", containsString(problem));
    }

    @Test
    void refusesDeclarationsForWhatIsNotThere() {
        register(Map.of("idempotent", List.of("steal")))
                .then()
                .statusCode(422)
                .body("problems[0]", containsString("steal"));
        register(Map.of("labels", Map.of(name + ".steal", List.of("untrusted"))))
                .then()
                .statusCode(422)
                .body("problems[0]", containsString(name + ".steal"));
        register(Map.of("extracts", Map.of(name + ".pay", Map.of("id", Map.of("path", "$.[")))))
                .then()
                .statusCode(422)
                .body("problems[0]", containsString("its path is not a JSONPath"));
        register(Map.of("labels", Map.of(name + ".pay", List.of("Not A Label"))))
                .then()
                .statusCode(422);
        agent.get("/v1/tools/" + name + ".pay").then().statusCode(404);
    }

    @Test
    void refusesPrivateServicesUnlessTheOperatorSaysSo() {
        register(Map.of("allowPrivateAddresses", false))
                .then()
                .statusCode(422)
                .body("problems[0]", containsString("https://"));
    }

    @Test
    void refusesMembersItDoesNotKnow() {
        register(Map.of("allowEverything", true)).then().statusCode(400);
    }

    @Test
    void doesNotRepeatACredentialItRefuses() {
        register(Map.of("credential", Map.of("header", "Bad Header", "value", SECRET)))
                .then()
                .statusCode(422)
                .body(not(containsString(SECRET)));
    }

    private Response register(Map<String, ?> changes) {
        Map<String, Object> registration = new HashMap<>(Map.of(
                "name",
                name,
                "kind",
                "http",
                "baseUrl",
                Bank.shared().upstream().url(),
                "document",
                Upstream.DOCUMENT,
                "allowPrivateAddresses",
                true,
                "credential",
                Map.of("header", "Authorization", "value", "Bearer " + SECRET)));
        registration.putAll(changes);
        return fixture.operator.post("/v1/connectors", registration);
    }

    private LogEntry newest(String kind) {
        return fixture.entries("kind=" + kind + "&limit=1").get(0);
    }
}
