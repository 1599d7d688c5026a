package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rehearsals of calls of an MCP server, asked for over MCP. */
@WritTest
class RehearsalOverMcpTest {

    private static final JsonObject ECHO = McpUpstream.tool("echo", "Says it again");
    private static final Map<String, ?> REHEARSE = Map.of(Submitting.MODE, "rehearse");

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");
    private final String name = "stage" + UUID.randomUUID().toString().substring(0, 8);
    private final McpUpstream real = McpUpstream.start(ECHO);
    private final McpUpstream sandbox = McpUpstream.start(ECHO);
    private String bundle = "";

    @BeforeEach
    void register() {
        fixture.operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                name,
                                "kind",
                                "mcp",
                                "url",
                                real.url(),
                                "allowPrivateAddresses",
                                true,
                                "sandbox",
                                Map.of("url", sandbox.url())))
                .then()
                .statusCode(201);
        bundle = fixture.activate(name, """
                rule "%1$s short"
                when ToolCall( tool == "%1$s.echo", text("text") == "hello" )
                then allow("a test");
                end
                rule "%1$s long"
                when ToolCall( tool == "%1$s.echo", text("text") == "long" )
                then escalate("long").to("finance").within("1h");
                end
                """.formatted(name));
    }

    @AfterEach
    void stop() {
        assertThat(real.calls()).isEmpty();
        fixture.deactivate(bundle);
        fixture.operator.request().delete("/v1/connectors/" + name);
        real.close();
        sandbox.close();
    }

    @Test
    void theSandboxAnswersAndTheResultSaysSo() {
        McpClient.modern(agent)
                .call(name + "__echo", Map.of("text", "hello"), REHEARSE)
                .then()
                .statusCode(200)
                .body("result._meta.'dev.writ/decision'.mode", equalTo("rehearse"))
                .body("result._meta.'dev.writ/decision'.status", equalTo("rehearsed"));
        McpClient.legacy(agent)
                .request("tools/call", Map.of())
                .header("Writ-Mode", "rehearse")
                .body(McpClient.legacy(agent)
                        .message("tools/call", Map.of("name", name + "__echo", "arguments", Map.of("text", "hello"))))
                .post("/mcp")
                .then()
                .statusCode(200)
                .body("result._meta.'dev.writ/decision'.status", equalTo("rehearsed"));

        assertThat(sandbox.calls()).containsExactly("echo", "echo");
    }

    @Test
    void aModelIsToldWhoWouldHaveBeenAsked() {
        McpClient.modern(agent)
                .call(name + "__echo", Map.of("text", "long"), REHEARSE)
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("would wait for approval by 1 of group 'finance'"));

        assertThat(sandbox.calls()).isEmpty();
    }

    @Test
    void aSandboxThatOffersSomethingElseIsNotCalled() {
        sandbox.offer(McpUpstream.tool("echo", "Does something else"));

        McpClient.modern(agent)
                .call(name + "__echo", Map.of("text", "hello"), REHEARSE)
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("changed this tool's definition"));

        assertThat(sandbox.calls()).isEmpty();
        fixture.operator.get("/v1/connectors/" + name).then().body("quarantined", equalTo(0));
    }

    @Test
    void onlyDecidingIsNotForHere() {
        McpClient.modern(agent)
                .call(name + "__echo", Map.of("text", "hello"), Map.of(Submitting.MODE, "decide"))
                .then()
                .body("error.message", containsString("execute or rehearse"));
    }
}
