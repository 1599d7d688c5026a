package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a server asks and tells while it is at a call, whichever of the two eras it and its client are of. */
@WritTest
class RelayTest extends ServerCase {

    private static final String QUESTION = """
            {"message": "Which?", "requestedSchema": {"type": "object", "required": ["colour"], "properties": {
             "colour": {"type": "string", "enum": ["r", "g"], "enumNames": ["red", "green"], "default": "g"}}}}
            """;
    private static final Map<String, ?> ANSWER = Map.of("action", "accept", "content", Map.of("colour", "r"));
    private static final Map<String, ?> ELICITATION = Map.of("elicitation", Map.of());

    private final HttpClient http = HttpClient.newHttpClient();

    private void relays() {
        register(Map.of("relay", Map.of("elicitation", true), "timeout", "30s"));
        // A first call takes longer than others, and deadlines are short here.
        McpClient.legacy(agent).call(name + "__say", Map.of("text", "x")).then().body("result.isError", nullValue());
    }

    /** What a client hears on the stream of its call, which answers what it is asked. */
    private List<JsonObject> converse(McpClient client) throws Exception {
        HttpResponse<Stream<String>> response = http.send(
                message(
                        client,
                        client.message(
                                "tools/call",
                                Map.of(
                                        "name",
                                        name + "__say",
                                        "arguments",
                                        Map.of("text", "x"),
                                        "_meta",
                                        Map.of("progressToken", "mine")))),
                HttpResponse.BodyHandlers.ofLines());
        return response.body()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> (JsonObject) JsonValue.parse(line.substring("data: ".length())))
                .peek(heard -> heard.text("method")
                        .filter("elicitation/create"::equals)
                        .ifPresent(asked -> answer(client, heard.text("id").orElseThrow())))
                .toList();
    }

    private void answer(McpClient client, String question) {
        try {
            HttpResponse<Void> taken = http.send(
                    message(client, Map.of("jsonrpc", "2.0", "id", question, "result", ANSWER)),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(taken.statusCode()).isEqualTo(202);
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private HttpRequest message(McpClient client, Map<String, ?> message) throws IOException {
        return HttpRequest.newBuilder(URI.create(agent.baseUrl() + "/mcp"))
                .header("Authorization", "Bearer " + agent.key())
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream, application/json")
                .header("Mcp-Session-Id", client.session())
                .POST(HttpRequest.BodyPublishers.ofString(new ObjectMapper().writeValueAsString(message)))
                .build();
    }

    private static JsonObject question(JsonObject heard) {
        assertThat(heard.text("method")).contains("elicitation/create");
        return heard.object("params").orElseThrow();
    }

    @Test
    void aServerOf2025AsksAClientOf2025() throws Exception {
        relays();
        upstream.asks("elicitation/create", QUESTION);
        List<JsonObject> heard = converse(McpClient.legacy(agent, ELICITATION));
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0).object("params").orElseThrow().text("progressToken"))
                .contains("mine");
        assertThat(question(heard.get(1))).isEqualTo(JsonValue.parse(QUESTION));
        assertThat(heard.get(2).toJson()).contains("\"id\":7").contains("colour");
    }

    @Test
    void aClientThatSaidThatItAnswersNothingIsNotAsked() throws Exception {
        relays();
        upstream.asks("elicitation/create", QUESTION);
        List<JsonObject> heard = converse(McpClient.legacy(agent));
        assertThat(heard).hasSize(2);
        assertThat(heard.get(1).toJson()).contains("error").doesNotContain("colour");
    }

    @Test
    void aServerOf2026AsksAClientOf2026WhichNeverSeesItsState() {
        upstream.modern();
        relays();
        upstream.answers(RelayTest::asking);
        Map<String, Object> call = Map.of("name", name + "__say", "arguments", Map.of("text", "x"), "_meta", DECLARED);
        Response first = client.send("tools/call", call);
        first.then()
                .statusCode(200)
                .body("result.resultType", equalTo("input_required"))
                .body("result.inputRequests.which.params.message", equalTo("Which?"));
        String state = first.path("result.requestState");
        assertThat(state).isNotEqualTo("theirs");

        client.send("tools/call", goingOn(call, state))
                .then()
                .body("result.resultType", equalTo("complete"))
                .body("result.content[0].text", containsString("theirs"))
                .body("result.content[0].text", containsString("colour"));
        client.send("tools/call", goingOn(call, state + "A")).then().body("error.code", equalTo(-32602));
        assertThat(fixture.entries("kind=DECIDED&agent=" + agent.name())).hasSize(3);
    }

    @Test
    void aServerOf2026AsksAClientOf2025() throws Exception {
        upstream.modern();
        relays();
        upstream.answers(RelayTest::asking);
        List<JsonObject> heard = converse(McpClient.legacy(agent, ELICITATION));
        assertThat(heard).hasSize(2);
        assertThat(question(heard.get(0)).text("message")).contains("Which?");
        assertThat(heard.get(1).toJson()).contains("theirs").contains("colour");
    }

    @Test
    void whatAToolAsksForAfterAHoldIsNotHandedToWhoeverAsksForTheCall() {
        upstream.modern();
        register(Map.of("relay", Map.of("elicitation", true)));
        rules("escalate(\"ask\").to(\"finance\").within(\"1h\")");
        upstream.reacts(McpUpstream.result("""
            {"resultType": "input_required", "requestState": "known-to-the-tool-alone",
             "inputRequests": {"a": {"method": "elicitation/create",
              "params": {"mode": "form", "message": "sure?", "requestedSchema": {"type": "object", "properties": {}}}}}}
            """));
        String call = McpClient.answer(call("say", "x")).getString("result._meta.'dev.writ/decision'.callId");

        fixture.approver("fin-" + UUID.randomUUID(), "finance")
                .approve(call)
                .then()
                .statusCode(200);

        Response told = client.call("writ_call_status", Map.of("callId", call, "wait", 20));
        assertThat(McpClient.answer(told).getString("result.content[0].text"))
                .contains("asks for input")
                .contains("new call");
        assertThat(told.asString()).doesNotContain("known-to-the-tool-alone");
    }

    private static final Map<String, ?> DECLARED =
            Map.of("io.modelcontextprotocol/clientCapabilities", Map.of("elicitation", Map.of()));

    private static Map<String, Object> goingOn(Map<String, Object> call, String state) {
        Map<String, Object> repeated = new HashMap<>(call);
        repeated.put("inputResponses", Map.of("which", ANSWER));
        repeated.put("requestState", state);
        return repeated;
    }

    /** A tool that says what it was answered, and asks first. */
    private static String asking(JsonObject params) {
        return params.get("inputResponses").isPresent()
                ? JsonObject.builder()
                        .put(
                                "content",
                                JsonValue.parse("["
                                        + JsonObject.builder()
                                                .put("type", "text")
                                                .put("text", params.toJson())
                                                .build()
                                                .toJson()
                                        + "]"))
                        .build()
                        .toJson()
                : """
                  {"resultType": "input_required", "requestState": "theirs",
                   "inputRequests": {"which": {"method": "elicitation/create", "params": %s}}}
                  """.formatted(QUESTION);
    }
}
