package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.OtherAgent;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Work that an agent hands to another one that speaks A2A in its binding JSON-RPC, as a governed call: the documents are those that
 * docs/a2a.md says to register.
 */
@WritTest
class HandOffByRpcTest {

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");
    private final OtherAgent other = OtherAgent.start("application/json", HandOffByRpcTest::answer);
    private final String name = other.name();
    private String bundle = "";

    /** Has one task. */
    private static JsonObject answer(OtherAgent.Asked asked) {
        JsonObject message = message(asked);
        JsonObject.Builder answer = JsonObject.builder()
                .put("jsonrpc", "2.0")
                .put("id", message.get("id").orElseThrow());
        Optional<String> task = message.object("params").flatMap(params -> params.text("id"));
        return task.filter(id -> !id.equals("t-1")).isPresent()
                ? answer.put("error", JsonValue.parse("{\"code\":-32001,\"message\":\"Task not found\"}"))
                        .build()
                : answer.put("result", JsonValue.parse("{\"id\":\"t-1\",\"status\":{\"state\":\"working\"}}"))
                        .build();
    }

    private static JsonObject message(OtherAgent.Asked asked) {
        return (JsonObject) JsonValue.parse(asked.body());
    }

    private void registerVersion1() {
        register("agent-jsonrpc.yaml", name + ".send_message", name + ".get_task", name + ".cancel_task");
    }

    private void registerVersion03() {
        register("agent-0.3.yaml", name + ".message_send", name + ".tasks_get", name + ".tasks_cancel");
    }

    private void register(String document, String... tools) {
        fixture.operator
                .post("/v1/connectors", other.registration("/rpc", document))
                .then()
                .statusCode(201)
                .body("skipped.size()", equalTo(0))
                .body("tools.size()", equalTo(3));
        bundle = fixture.activate(name, """
                rule "it is given texts"
                when ToolCall( tool == "%1$s", size("message.parts[*].text") == size("message.parts") )
                then allow("texts, and no files");
                end
                rule "it is asked about them"
                when ToolCall( tool in ("%2$s", "%3$s") )
                then allow("asking is free");
                end
                """.formatted((Object[]) tools));
    }

    @AfterEach
    void stop() {
        fixture.deactivate(bundle);
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);
        other.close();
    }

    @Test
    void aHandOffToAnAgentOfVersion1IsAGovernedCall() {
        registerVersion1();
        Map<String, Object> message = Map.of(
                "messageId", "m-1", "role", "ROLE_USER", "parts", List.of(Map.of("text", "Look up the weather")));

        agent.call(name + ".send_message", Map.of("message", message))
                .then()
                .statusCode(200)
                .body("result.id", equalTo("t-1"));

        OtherAgent.Asked first = other.asked().get(0);
        assertThat(first.header("A2A-Version")).contains("1.0");
        assertThat(first.header("Writ-Permit")).isPresent();
        assertThat(message(first).text("method")).contains("SendMessage");
        assertThat(message(first).object("params").flatMap(params -> params.object("message")))
                .flatMap(sent -> sent.text("messageId"))
                .contains("m-1");
    }

    @Test
    void aHandOffToAnAgentOfVersion03IsAGovernedCall() {
        registerVersion03();
        Map<String, Object> text = Map.of("kind", "text", "text", "Look up the weather");
        Map<String, Object> file = Map.of("kind", "file", "file", Map.of("uri", "https://files.example/all-customers"));

        agent.call(name + ".message_send", Map.of("message", message03(text)))
                .then()
                .statusCode(200)
                .body("result.id", equalTo("t-1"));
        agent.call(name + ".message_send", Map.of("message", message03(file)))
                .then()
                .statusCode(403);

        assertThat(other.asked()).hasSize(1);
        assertThat(other.asked().get(0).header("A2A-Version")).isEmpty();
        assertThat(message(other.asked().get(0)).get("method")).contains(new JsonString("message/send"));
    }

    private static Map<String, Object> message03(Map<String, Object> part) {
        return Map.of("kind", "message", "messageId", "m-1", "role", "user", "parts", List.of(part));
    }

    @Test
    void anErrorIsAFailureAndIsToldWithItsCodeAndMessage() {
        registerVersion03();

        agent.call(name + ".tasks_get", Map.of("id", "t-1")).then().statusCode(200);
        agent.call(name + ".tasks_cancel", Map.of("id", "t-2"))
                .then()
                .statusCode(502)
                .body("detail", containsString("JSON-RPC error -32001"))
                .body("result.message", equalTo("Task not found"));
    }
}
