package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before any method sees it, with the code and status that MCP wants. */
@WritTest
class BadMessagesTest {

    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent();

    /** {@code META} in a body stands for well-formed metadata of 2026-07-28. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            not JSON                   | 400 | -32700 | 2026-07-28 | {"jsonrpc":
            a duplicate member         | 400 | -32700 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}
            nothing                    | 400 | -32700 | 2026-07-28 | ``
            a batch                    | 400 | -32600 | 2026-07-28 | [{"jsonrpc":"2.0","id":1,"method":"ping"}]
            another JSON-RPC           | 400 | -32600 | 2026-07-28 | {"jsonrpc":"1.0","id":1,"method":"tools/list"}
            an id that is null         | 400 | -32600 | 2025-11-25 | {"jsonrpc":"2.0","id":null,"method":"tools/list"}
            an id that is a fraction   | 400 | -32600 | 2025-11-25 | {"jsonrpc":"2.0","id":1.5,"method":"tools/list"}
            params that are a list     | 400 | -32600 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}
            result and error           | 400 | -32600 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"result":{},"error":{}}
            neither of them            | 400 | -32600 | 2025-11-25 | {"jsonrpc":"2.0","id":1}
            an answer of 2026          | 400 | -32600 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"result":{}}
            no _meta                   | 400 | -32602 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"server/discover"}
            no version in _meta        | 400 | -32602 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}}
            no capabilities in _meta   | 400 | -32602 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
            another version in _meta   | 400 | -32020 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}}}}
            a version that nobody has  | 400 | -32022 | v999.0.0   | {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}}}}
            a version long gone        | 400 | -32022 | 2024-11-05 | {"jsonrpc":"2.0","id":1,"method":"tools/list"}
            initialize of 2026         | 404 | -32601 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"initialize","params":{META}}
            ping of 2026               | 404 | -32601 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"ping","params":{META}}
            log levels of 2026         | 404 | -32601 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{META,"level":"info"}}
            an unknown method of 2026  | 404 | -32601 | 2026-07-28 | {"jsonrpc":"2.0","id":1,"method":"tools/burn","params":{META}}
            an unknown method of 2025  | 200 | -32601 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"method":"tools/burn"}
            discover of 2025           | 200 | -32601 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"method":"server/discover"}
            no version of initialize   | 200 | -32602 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
            a tool without a name      | 200 | -32602 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}
            arguments that are a list  | 200 | -32602 | 2025-11-25 | {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bank__pay","arguments":[]}}
            """)
    void isRefused(String what, int status, int code, String version, String body) {
        Response response =
                request(version, method(body)).body(body.replace("META", META)).post("/mcp");

        response.then().statusCode(status).contentType("application/json").body("error.code", equalTo(code));
    }

    private static String method(String body) {
        return body.replaceAll("(?s).*\"method\":\"([^\"]*)\".*|.*", "$1");
    }

    private RequestSpecification request(String version, String method) {
        RequestSpecification request = agent.request().header("MCP-Protocol-Version", version);
        return method.isEmpty() ? request : request.header("Mcp-Method", method);
    }

    /** Whoever routes or filters by headers must see what is done. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            no version            |            | tools/call | bank__balance                 | -32020
            another method        | 2026-07-28 | tools/list | bank__balance                 | -32020
            the method in capitals| 2026-07-28 | TOOLS/CALL | bank__balance                 | -32020
            no method             | 2026-07-28 |            | bank__balance                 | -32020
            another tool          | 2026-07-28 | tools/call | bank__pay                     | -32020
            no tool               | 2026-07-28 | tools/call |                               | -32020
            a tool badly encoded  | 2026-07-28 | tools/call | =?base64?YmFua19fYmFsYW5jZQ?= | -32020
            a tool encoded        | 2026-07-28 | tools/call | =?base64?YmFua19fYmFsYW5jZQ==?= | 0
            all as in the body    | 2026-07-28 | tools/call | bank__balance                 | 0
            """)
    void headersSayWhatTheBodySays(String what, String version, String method, String name, int code) {
        RequestSpecification request = agent.request();
        header(request, "MCP-Protocol-Version", version);
        header(request, "mcp-method", method);
        header(request, "MCP-NAME", name);
        Response response = request.body("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{" + META
                        + ",\"name\":\"bank__balance\",\"arguments\":{\"id\":\"a\"}}}")
                .post("/mcp");

        response.then().statusCode(code == 0 ? 200 : 400).body("id", equalTo(1));
        assertThat(response.<Integer>path("error.code")).isEqualTo(code == 0 ? null : code);
        assertThat(bank.requestsOf(agent)).isEqualTo(code == 0 ? 1 : 0);
    }

    private static void header(RequestSpecification request, String name, String value) {
        if (value != null) {
            request.header(name, value);
        }
    }

    @Test
    void aHeaderThatIsSentTwiceIsRefused() {
        agent.request()
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call", "tools/list")
                .body("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{" + META + "}}")
                .post("/mcp")
                .then()
                .statusCode(400)
                .body("error.code", equalTo(-32020));
    }

    @Test
    void tellsWhichVersionsThereAre() {
        agent.request()
                .header("MCP-Protocol-Version", "2030-01-01")
                .body("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/list\",\"params\":{"
                        + META.replace("2026-07-28", "2030-01-01") + "}}")
                .post("/mcp")
                .then()
                .statusCode(400)
                .body("id", equalTo("x"))
                .body("error.data.supported", hasItem("2026-07-28"))
                .body("error.data.requested", equalTo("2030-01-01"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "Origin,http://evil.example.com,403",
        "Origin,null,403",
        "Origin,http://localhost.evil.example.com,403",
        "Host,evil.example.com,403",
        "Origin,http://localhost:5173,200",
        "Origin,http://[::1]:5173,200"
    })
    void pagesOfStrangersDoNotComeIn(String header, String value, int status) {
        agent.request()
                .header(header, value)
                .body(Map.of("jsonrpc", "2.0", "id", 1, "method", "ping"))
                .post("/mcp")
                .then()
                .statusCode(status);
    }

    @Test
    void whatIsTooLargeTooDeepOrNoJsonIsRefused() {
        String large = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + "x".repeat(1_100_000) + "\"}";
        String deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":" + "{\"a\":".repeat(500) + "1"
                + "}".repeat(501);

        agent.request().body(large).post("/mcp").then().statusCode(413);
        agent.request().body(deep).post("/mcp").then().statusCode(400).body("error.code", equalTo(-32700));
        agent.request().contentType("text/plain").body("{}").post("/mcp").then().statusCode(415);
    }

    @Test
    void notificationsAndAnswersGetNoAnswer() {
        for (Map<String, ?> message : List.of(
                Map.of("jsonrpc", "2.0", "method", "notifications/initialized"),
                Map.of("jsonrpc", "2.0", "id", "unheard-of", "result", Map.of()))) {
            Response response = agent.request().body(message).post("/mcp");
            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(response.asString()).isEmpty();
        }
    }
}
