package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.sun.net.httpserver.HttpExchange;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a server says and asks while it is called, and what rules make of that. */
@WritTest
class TalkingServersTest extends ServerCase {

    private static final String ASKING = """
            {"resultType": "input_required", "requestState": "theirs",
             "inputRequests": {"sure": {"method": "elicitation/create", "params": {"message": "Sure?", "mode": "form"}}}}
            """;
    private static final Map<String, ?> ASKABLE =
            Map.of("io.modelcontextprotocol/clientCapabilities", Map.of("elicitation", Map.of("form", Map.of())));

    @Test
    void whatAToolSaysMeanwhileReachesACallerWhoseRulesHideNothing() {
        relays();
        upstream.reacts((exchange, id) -> {
            say(exchange, id);
            done(exchange, id);
        });

        String heard = heard();

        assertThat(heard).contains("4111 1111", "card of ann", "\"progress\":1", "said");
    }

    @Test
    void whatAToolSaysMeanwhileIsNumbersWhereRulesHideWhatItAnswers() {
        relays();
        rules("allow(\"a test\").redact(\"structuredContent.card\")");
        upstream.reacts((exchange, id) -> {
            say(exchange, id);
            done(exchange, id);
        });

        String heard = heard();

        assertThat(heard)
                .contains("\"progress\":1", "\"total\":3", "said")
                .doesNotContain("4111", "card of ann", "notifications/message", "\"extra\"");
    }

    @Test
    void labelsHaveASayInThatToo() {
        relays();
        rules("allow(\"a test\").label(\"personal\")");
        upstream.reacts((exchange, id) -> {
            say(exchange, id);
            done(exchange, id);
        });

        assertThat(heard()).contains("\"progress\":1").doesNotContain("4111", "card of ann");
    }

    @Test
    void whatAToolAsksMeanwhileIsRefusedWhereRulesHideWhatItIsSent() {
        relays();
        rules("allow(\"a test\").mask(\"text\")");
        upstream.reacts((exchange, id) -> {
            McpUpstream.event(exchange, """
                    {"jsonrpc": "2.0", "id": "q1", "method": "elicitation/create",
                     "params": {"message": "What was it?", "requestedSchema": {"type": "object", "properties": {}}}}
                    """);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !upstream.answers().isEmpty());
            done(exchange, id);
        });

        assertThat(heard()).contains("said").doesNotContain("What was it?");
        JsonObject refused = upstream.answers().get(0).object("error").orElseThrow();
        assertThat(refused.text("message")).contains("questions are not relayed during this call");
    }

    @Test
    void aToolThatAsksFirstIsNotPassedOnWhereRulesHideWhatItIsSent() {
        upstream.modern();
        relays();
        rules("allow(\"a test\").mask(\"text\")");
        upstream.reacts(McpUpstream.result(ASKING));

        Response told = asked(Map.of());

        assertThat(told(told))
                .contains("asks the caller for what is not relayed")
                .doesNotContain("Sure?", "theirs");
        assertEnded(told, "failed");
        assertThat(upstream.requests().get(0).toJson()).doesNotContain("elicitation");
    }

    @Test
    void answersThatACallerBringsUnaskedAreNotSentWhereRulesHideWhatTheToolIsSent() {
        upstream.modern();
        relays();
        rules("allow(\"a test\").mask(\"text\")");

        asked(Map.of("inputResponses", Map.of("sure", Map.of("action", "accept"))))
                .then()
                .body("result.content[0].text", equalTo("say: ***"));

        assertThat(upstream.requests().get(0).members()).doesNotContainKey("inputResponses");
    }

    @Test
    void aCallThatGoesOnNamesTheOneThatStopped() {
        upstream.modern();
        relays();
        upstream.reacts(McpUpstream.result(ASKING));
        Response first = asked(Map.of());
        first.then().body("result.resultType", equalTo("input_required"));
        LogEntry stopped = decided().get(0);

        upstream.behaves();
        answered(first).then().body("result.content[0].text", equalTo("say: hello"));

        assertThat(upstream.requests().get(1).text("requestState")).contains("theirs");
        LogEntry goneOn = decided().get(0);
        assertThat(goneOn.body()).containsEntry("continues", stopped.column("call"));
        assertThat(stopped.body()).doesNotContainKey("continues");
        answered(first).then().body("result.content[0].text", equalTo("say: hello"));
        assertThat(upstream.calls()).hasSize(2);
    }

    @Test
    void aCallThatGoesOnIsDeniedIfPeopleHadToApproveIt() {
        upstream.modern();
        relays();
        upstream.reacts(McpUpstream.result(ASKING));
        Response first = asked(Map.of());
        rules("escalate(\"a test\").to(\"finance\").within(\"4h\")");

        Response told = answered(first);

        told.then()
                .body("result._meta.'dev.writ/decision'.rule", equalTo("writ:continuation"))
                .body("result._meta.'dev.writ/decision'.approval", nullValue());
        assertThat(told(told)).contains("call it anew, without them, to have people asked", "Nothing was executed");
        assertThat(upstream.calls()).hasSize(1);
        assertThat(decided().get(0).body()).containsKey("continues");
    }

    private void relays() {
        register(Map.of("relay", Map.of("elicitation", true, "logging", true), "timeout", "10s"));
    }

    private static void say(HttpExchange exchange, JsonValue id) throws IOException {
        McpUpstream.event(exchange, """
                {"jsonrpc": "2.0", "method": "notifications/progress",
                 "params": {"progressToken": %s, "progress": 1, "total": 3, "message": "card of ann", "extra": "4111 1111"}}
                """.formatted(id.toJson()));
        McpUpstream.event(exchange, """
                {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "4111 1111"}}
                """);
    }

    private static void done(HttpExchange exchange, JsonValue id) throws IOException {
        McpUpstream.event(exchange, """
                {"jsonrpc": "2.0", "id": %s, "result": {"content": [{"type": "text", "text": "said"}]}}
                """.formatted(id.toJson()));
    }

    /** All that a client of 2025 gets that can be asked and wants to hear of progress. */
    private String heard() {
        return McpClient.legacy(agent, Map.of("elicitation", Map.of()))
                .call(name + "__say", Map.of("text", "hello"), Map.of("progressToken", "mine"))
                .asString();
    }

    /** A call of a client of 2026 that can be asked. */
    private Response asked(Map<String, ?> more) {
        Map<String, Object> params =
                new HashMap<>(Map.of("name", name + "__say", "arguments", Map.of("text", "hello"), "_meta", ASKABLE));
        params.putAll(more);
        return client.send("tools/call", params);
    }

    private Response answered(Response first) {
        String state = first.path("result.requestState");
        return asked(Map.of("requestState", state, "inputResponses", Map.of("sure", Map.of("action", "accept"))));
    }

    /** The newest first. */
    private List<LogEntry> decided() {
        return fixture.entries("kind=DECIDED&tool=" + name + ".say");
    }
}
