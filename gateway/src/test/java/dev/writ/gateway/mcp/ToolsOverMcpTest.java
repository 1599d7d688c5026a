package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WritTest
class ToolsOverMcpTest {

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent("ana");

    private McpClient client(boolean modern) {
        return modern ? McpClient.modern(agent) : McpClient.legacy(agent);
    }

    @Test
    void introducesItselfToClientsOf2026() {
        McpClient.modern(agent)
                .send("server/discover", Map.of())
                .then()
                .statusCode(200)
                .header("Mcp-Session-Id", nullValue())
                .body("id", equalTo(7))
                .body("result.resultType", equalTo("complete"))
                .body("result.supportedVersions", hasItems("2026-07-28", "2025-11-25", "2025-06-18"))
                .body("result.capabilities.tools", notNullValue())
                .body("result.cacheScope", equalTo("private"))
                .body("result._meta.'io.modelcontextprotocol/serverInfo'.name", equalTo("writ"))
                .body("result.instructions", containsString("writ_call_status"));
    }

    @Test
    void introducesItselfToClientsOf2025AndAgreesOnTheirVersion() {
        for (String version : List.of("2025-06-18", "2025-11-25")) {
            initialize(version).then().statusCode(200).body("result.protocolVersion", equalTo(version));
        }
        Response other = initialize("2024-11-05");
        other.then().body("result.protocolVersion", equalTo("2025-11-25"));
        assertThat(other.header("Mcp-Session-Id")).matches("[\\x21-\\x7e]+");
    }

    @Test
    void aCallThatCannotBeRecordedSaysSoAndWhatToDo() {
        try (Superuser database = Superuser.connect()) {
            database.execute("ALTER ROLE writ_writer NOLOGIN");
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'writ_writer'");
            try {
                McpClient.modern(agent)
                        .call("bank__balance", Map.of("id", "x"))
                        .then()
                        .statusCode(200)
                        .body("result.isError", equalTo(true))
                        .body("result.content[0].text", equalTo("Nothing was executed. Retry with the same key."))
                        .body("result._meta.'dev.writ/problem'.type", equalTo("urn:writ:problem:audit-unavailable"));
            } finally {
                database.execute("ALTER ROLE writ_writer LOGIN");
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> agent.call("bank.balance", Map.of("id", "x")).statusCode() == 200);
    }

    private Response initialize(String version) {
        return agent.request()
                .body(Map.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        "a",
                        "method",
                        "initialize",
                        "params",
                        Map.of("protocolVersion", version, "capabilities", Map.of())))
                .post("/mcp");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsWhatTheCallerMayCall(boolean modern) {
        client(modern)
                .send("tools/list", Map.of())
                .then()
                .statusCode(200)
                .body("result.tools.name", hasItems("bank__pay", "bank__balance"))
                .body("result.tools.find { it.name == 'bank__pay' }.inputSchema.type", equalTo("object"))
                .body("result.tools.find { it.name == 'bank__pay' }.description", containsString("Pays"));
    }

    @Test
    void hidesWhatNoRuleCouldAllowAndWhatARuleDeniesTheCallerWhateverTheArgumentsAre() {
        String name = "hidden" + UUID.randomUUID().toString().substring(0, 8);
        bank.fixture().register(name, bank.upstream().url());
        McpClient client = McpClient.modern(agent);
        client.send("tools/list", Map.of()).then().body("result.tools.name", not(hasItem(name + "__pay")));

        String bundle = bank.fixture().activate(name, """
                rule "payments"
                when
                    ToolCall( tool == "%1$s.pay", number("amount") <= 1 )
                then
                    allow("small");
                end

                rule "everybody looks"
                when
                    ToolCall( tool == "%1$s.balance" )
                then
                    allow("anyone");
                end

                rule "but one"
                when
                    ToolCall( tool == "%1$s.balance" )
                    Principal( agent == "%2$s" )
                then
                    deny("not this one");
                end
                """.formatted(name, agent.name()));
        try {
            client.send("tools/list", Map.of())
                    .then()
                    .body("result.tools.name", hasItem(name + "__pay"))
                    .body("result.tools.name", not(hasItem(name + "__balance")));
            McpClient.modern(bank.fixture().agent())
                    .send("tools/list", Map.of())
                    .then()
                    .body("result.tools.name", hasItems(name + "__pay", name + "__balance"));
        } finally {
            bank.fixture().deactivate(bundle);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAllowedCallIsCarriedOut(boolean modern) {
        client(modern)
                .call("bank__balance", Map.of("id", "a"))
                .then()
                .statusCode(200)
                .body("id", equalTo(7))
                .body("result.isError", nullValue())
                .body("result.content[0].type", equalTo("text"))
                .body("result.structuredContent", notNullValue())
                .body("result.resultType", equalTo(modern ? "complete" : null));

        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeniedCallTellsTheModelWhyAndWhatToDo(boolean modern) {
        client(modern)
                .call("bank__pay", Map.of("to", "x", "amount", 1000))
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("payments of 300 in all"))
                .body("result._meta.'dev.writ/decision'.effect", equalTo("deny"))
                .body("result._meta.'dev.writ/decision'.rule", equalTo("payments of 300 in all"))
                .body("result._meta.'dev.writ/decision'.callId", notNullValue());
        assertThat(bank.requestsOf(agent)).isZero();
    }

    @Test
    void argumentsThatDoNotFitAreAResultThatAModelCanMend() {
        McpClient.modern(agent)
                .call("bank__pay", Map.of("to", "x"))
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("amount"));
    }

    @Test
    void anUnknownToolIsAnError() {
        McpClient.modern(agent).call("bank__rob", Map.of()).then().body("error.code", equalTo(-32602));
    }

    @Test
    void personAndPurposeComeFromMetaOrHeaders() {
        McpClient client = McpClient.modern(agent);
        client.call(
                        "bank__balance",
                        Map.of("id", "a"),
                        Map.of("dev.writ/onBehalfOf", "ana", "dev.writ/purpose", "rent"))
                .then()
                .body("result.isError", nullValue());
        client.request("tools/call", Map.of("name", "bank__balance"))
                .header("Writ-On-Behalf-Of", "ana")
                .body(client.message("tools/call", Map.of("name", "bank__balance", "arguments", Map.of("id", "a"))))
                .post("/mcp")
                .then()
                .body("result.isError", nullValue());
        client.call("bank__balance", Map.of("id", "a"), Map.of("dev.writ/onBehalfOf", "eve"))
                .then()
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("registration"));

        List<String> subjects = bank.fixture().entries("kind=DECIDED&agent=" + agent.name()).stream()
                .map(entry -> entry.column("subject"))
                .distinct()
                .toList();
        assertThat(subjects).hasSize(1).doesNotContain("-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resources/list",
                "resources/templates/list",
                "resources/read",
                "tools/list",
                "prompts/list",
                "completion/complete"
            })
    void whoMayNotActForAPersonIsToldByEveryMethod(String method) {
        Map<String, Object> ref = Map.of("type", "ref/resource", "uri", "test://{id}");

        McpClient.modern(agent)
                .send(method, Map.of("uri", "test://x", "ref", ref, "_meta", Map.of("dev.writ/onBehalfOf", "eve")))
                .then()
                .statusCode(200)
                .body("error.code", equalTo(-32602))
                .body("error.message", containsString("does not list that person"));
    }

    @Test
    void aToolThatTheKeyMayNotBeUsedForTellsNothingOfWhatItTakes() {
        Client scoped = bank.fixture()
                .admin
                .issue(agent.name(), Map.of("roles", List.of("agent"), "tools", List.of("bank.bal*")));

        McpClient.modern(scoped)
                .call("bank__pay", Map.of())
                .then()
                .body("result.isError", equalTo(true))
                .body("result._meta.'dev.writ/decision'.rule", equalTo("writ:scope"))
                .body("result.content[0].text", not(containsString("amount")));
    }

    @Test
    void theSameKeyIsTheSameCall() {
        McpClient client = McpClient.modern(agent);
        Map<String, String> key = Map.of("dev.writ/key", UUID.randomUUID().toString());

        for (int i = 0; i < 2; i++) {
            client.call("bank__balance", Map.of("id", "a"), key).then().body("result.isError", nullValue());
        }

        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }

    @Test
    void aListComesInPagesInOneOrder() {
        List<String> names =
                McpClient.modern(agent).send("tools/list", Map.of()).path("result.tools.name");

        assertThat(names).isSorted();
        McpClient.modern(agent).send("tools/list", Map.of("cursor", "x")).then().body("error.code", equalTo(-32602));
    }

    @Test
    void aStreamIsSentToThoseWhoRatherHaveOne() {
        McpClient client = McpClient.modern(agent);
        Map<String, Object> call = Map.of("name", "bank__balance", "arguments", Map.of("id", "a"));
        Response response = agent.request()
                .header("Accept", "text/event-stream, application/json")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "bank__balance")
                .body(client.message("tools/call", call))
                .post("/mcp");

        assertThat(response.contentType()).startsWith("text/event-stream");
        assertThat(response.asString()
                        .lines()
                        .filter(line -> line.startsWith("data: "))
                        .toList())
                .singleElement()
                .asString()
                .contains("\"resultType\":\"complete\"");
    }

    @Test
    void aSessionEndsWhenItsClientSaysSo() {
        McpClient client = McpClient.legacy(agent);
        client.request("", Map.of()).delete("/mcp").then().statusCode(204);

        client.send("ping", Map.of()).then().statusCode(404);
    }

    @Test
    void aSessionIsNobodyElses() {
        McpClient client = McpClient.legacy(agent);

        new McpClient(bank.fixture().agent(), client.session())
                .send("ping", Map.of())
                .then()
                .statusCode(404);
        new McpClient(agent, client.session() + "x")
                .send("ping", Map.of())
                .then()
                .statusCode(404);
    }

    @Test
    void clientsWithoutASessionAreServed() {
        agent.request()
                .body(Map.of("jsonrpc", "2.0", "id", 1, "method", "tools/list"))
                .post("/mcp")
                .then()
                .statusCode(200)
                .body("result.tools.name", hasItem("bank__balance"));
    }

    @Test
    void onlyAgentsMayComeIn() {
        McpClient.modern(bank.fixture().auditor)
                .send("tools/list", Map.of())
                .then()
                .statusCode(403);
        McpClient.modern(new Client(agent.baseUrl(), "nobody", "writ_x"))
                .send("tools/list", Map.of())
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("Bearer"));
    }

    @Test
    void otherMethodsOfHttpAreNotAllowed() {
        agent.get("/mcp").then().statusCode(405).header("Allow", containsString("POST"));
        assertThat(List.of(agent.request().put("/mcp").statusCode())).containsExactly(405);
    }
}
