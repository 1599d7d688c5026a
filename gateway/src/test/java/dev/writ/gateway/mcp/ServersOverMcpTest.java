package dev.writ.gateway.mcp;

import static dev.writ.gateway.McpUpstream.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What servers answer, as clients get it. */
@WritTest
class ServersOverMcpTest extends ServerCase {

    private static final String AT_LAST = "{\"content\": [{\"type\": \"text\", \"text\": \"at last\"}]}";

    ServersOverMcpTest() {
        super(McpUpstream.start(SAY, tool("sample", "Has the client's model write"))
                .prompts());
    }

    @BeforeEach
    void registers() {
        register(Map.of("protocol", "2025-06-18", "timeout", "30s"));
    }

    @Test
    void aCapabilityThatIsMissingIsForTheClientOf2026ToMendAndForTheModelOf2025ToRead() {
        McpClient.modern(agent)
                .call(name + "__sample", Map.of("text", "x"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo(-32021))
                .body("error.data.requiredCapabilities.sampling", notNullValue());
        McpClient.legacy(agent)
                .call(name + "__sample", Map.of("text", "x"))
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true));
    }

    @Test
    void aServerThatCompletesNothingHasNoSuggestions() {
        McpClient.modern(agent)
                .send(
                        "completion/complete",
                        Map.of(
                                "ref", Map.of("type", "ref/prompt", "name", name + "__Greet"),
                                "argument", Map.of("name", "who", "value", "a")))
                .then()
                .statusCode(200)
                .body("result.completion.values", empty());
    }

    @Test
    void whatTheOperatorSaysOfTheRevisionIsKept() {
        fixture.operator.get("/v1/connectors/" + name).then().body("mcp.protocol", equalTo("2025-06-18"));
        fixture.operator
                .post("/v1/connectors", registration(Map.of("name", name + "x", "protocol", "2024-01-01")))
                .then()
                .statusCode(422)
                .body("problems.toString()", containsString("2025-11-25"));
    }

    @Test
    void aServerThatLetsGoOfItsCallerForLongHasTheClientLetGoToo() {
        upstream.answersLater(1500, AT_LAST);
        McpClient client = McpClient.legacy(agent);
        String stream = client.streamed(name + "__say", Map.of("text", "x"));
        assertThat(stream).contains("retry: ").doesNotContain("at last").doesNotContain("result");
        assertThat(client.resume(McpClient.event(stream)).asString())
                .contains("\"id\":7")
                .contains("at last");
        assertThat(upstream.calls()).hasSize(1);
    }

    @Test
    void clientsAreNotLetGoForLittleOrIfTheyCannotComeBack() {
        upstream.answersLater(10, AT_LAST);
        McpClient client = McpClient.legacy(agent);
        // Where the machine takes longer than a client is kept waiting, it is rightly let go.
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(client.streamed(name + "__say", Map.of("text", "x")))
                        .contains("at last"));
        upstream.answersLater(1200, AT_LAST);
        McpClient.modern(agent)
                .call(name + "__say", Map.of("text", "x"))
                .then()
                .body("result.content[0].text", equalTo("at last"));
    }

    @Test
    void aTokenOfAnyLengthThatIsNotOursIsAnError() {
        for (String cursor : new String[] {"x", "A".repeat(17), "A".repeat(36), "A".repeat(60)}) {
            McpClient.modern(agent)
                    .send("tools/list", Map.of("cursor", cursor))
                    .then()
                    .statusCode(200)
                    .body("error.code", equalTo(-32602));
        }
        McpClient.modern(agent).send("tools/list", Map.of()).then().body("result.tools.name", hasItem(name + "__say"));
        McpClient.modern(agent)
                .send("prompts/list", Map.of())
                .then()
                .body("result.prompts.name", hasItem(name + "__Greet"));
    }
}
