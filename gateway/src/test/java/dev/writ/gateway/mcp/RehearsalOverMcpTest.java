package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rehearsals of calls of an MCP server, asked for over MCP. */
@WritTest
class RehearsalOverMcpTest extends ServerCase {

    private static final Map<String, ?> REHEARSE = Map.of(Submitting.MODE, "rehearse");

    private final McpUpstream sandbox = McpUpstream.start(SAY).resources();

    RehearsalOverMcpTest() {
        super(McpUpstream.start(SAY).resources());
    }

    @BeforeEach
    void registers() {
        register(Map.of("sandbox", Map.of("url", sandbox.url()), "timeout", "30s"));
        governs("""
                rule "%1$s short"
                when ToolCall( tool == "%1$s.say", text("text") == "hello" )
                then allow("a test");
                end
                rule "%1$s long"
                when ToolCall( tool == "%1$s.say", text("text") == "long" )
                then escalate("long").to("finance").within("1h");
                end
                rule "%1$s resources"
                when ToolCall( tool matches "%1$s[.]mcp[.]resources[.].*" )
                then allow("a test");
                end
                """.formatted(name));
    }

    @AfterEach
    void nothingIsReal() {
        assertThat(upstream.calls()).isEmpty();
        sandbox.close();
    }

    @Test
    void theSandboxAnswersAndTheResultSaysSo() {
        client.call(name + "__say", Map.of("text", "hello"), REHEARSE)
                .then()
                .statusCode(200)
                .body("result._meta.'dev.writ/decision'.mode", equalTo("rehearse"))
                .body("result._meta.'dev.writ/decision'.status", equalTo("rehearsed"));
        McpClient.legacy(agent)
                .request("tools/call", Map.of())
                .header("Writ-Mode", "rehearse")
                .body(McpClient.legacy(agent)
                        .message("tools/call", Map.of("name", name + "__say", "arguments", Map.of("text", "hello"))))
                .post("/mcp")
                .then()
                .statusCode(200)
                .body("result._meta.'dev.writ/decision'.status", equalTo("rehearsed"));

        assertThat(sandbox.calls()).containsExactly("say", "say");
    }

    @Test
    void aModelIsToldWhoWouldHaveBeenAsked() {
        client.call(name + "__say", Map.of("text", "long"), REHEARSE)
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("would wait for approval by 1 of group 'finance'"));

        assertThat(sandbox.calls()).isEmpty();
    }

    @Test
    void aSandboxThatOffersSomethingElseIsNotCalled() {
        sandbox.offer(McpUpstream.tool("say", "Does something else"));

        client.call(name + "__say", Map.of("text", "hello"), REHEARSE)
                .then()
                .statusCode(200)
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("changed this tool's definition"));

        assertThat(sandbox.calls()).isEmpty();
        fixture.operator.get("/v1/connectors/" + name).then().body("quarantined", equalTo(0));
    }

    @Test
    void aRehearsedSubscriptionFollowsNothing() {
        McpClient rehearsing = McpClient.legacy(agent);
        McpClient following = McpClient.legacy(fixture.agent());
        Map<String, ?> rehearsal = Map.of("uri", McpUpstream.RESOURCE, "_meta", REHEARSE);
        Map<String, ?> real = Map.of("uri", McpUpstream.RESOURCE);

        take(rehearsing, "resources/subscribe", rehearsal);
        assertThat(sandbox.followed()).containsExactly("resources/subscribe");
        take(following, "resources/subscribe", real);
        take(following, "resources/unsubscribe", rehearsal);
        assertThat(upstream.followed()).containsExactly("resources/subscribe");
        take(following, "resources/unsubscribe", real);

        // The last who followed it has left: whoever rehearsed never did.
        assertThat(upstream.followed()).containsExactly("resources/subscribe", "resources/unsubscribe");
    }

    private static void take(McpClient client, String method, Map<String, ?> params) {
        client.send(method, params).then().statusCode(200).body("error", nullValue());
    }

    @Test
    void onlyDecidingIsNotForHere() {
        client.call(name + "__say", Map.of("text", "hello"), Map.of(Submitting.MODE, "decide"))
                .then()
                .body("error.message", containsString("execute or rehearse"));
    }
}
