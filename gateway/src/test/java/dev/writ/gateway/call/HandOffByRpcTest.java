package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Work that an agent hands to another one that speaks A2A in its binding JSON-RPC, as a governed call: the documents are those that
 * docs/a2a.md says to register.
 */
@WritTest
class HandOffByRpcTest {

    /** What reached the other agent. */
    private record Handed(Optional<String> version, Optional<String> permit, JsonObject message) {}

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");
    private final String name = "research" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Handed> handed = new CopyOnWriteArrayList<>();
    private final HttpServer other = listen();
    private String bundle = "";

    private HttpServer listen() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            server.createContext("/rpc", this::answer);
            server.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Has one task, and answers as A2A says, with status 200 whatever it is. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonObject message = (JsonObject)
                    JsonValue.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            handed.add(new Handed(
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("A2A-Version")),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Writ-Permit")),
                    message));
            JsonObject.Builder answer = JsonObject.builder()
                    .put("jsonrpc", "2.0")
                    .put("id", message.get("id").orElseThrow());
            Optional<String> asked = message.object("params").flatMap(params -> params.text("id"));
            if (asked.filter(id -> !id.equals("t-1")).isPresent()) {
                answer.put("error", JsonValue.parse("{\"code\":-32001,\"message\":\"Task not found\"}"));
            } else {
                answer.put("result", JsonValue.parse("{\"id\":\"t-1\",\"status\":{\"state\":\"working\"}}"));
            }
            byte[] bytes = answer.build().toBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private void registerVersion1() throws IOException {
        register("agent-jsonrpc.yaml", name + ".send_message", name + ".get_task", name + ".cancel_task");
    }

    private void registerVersion03() throws IOException {
        register("agent-0.3.yaml", name + ".message_send", name + ".tasks_get", name + ".tasks_cancel");
    }

    private void register(String document, String... tools) throws IOException {
        fixture.operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                name,
                                "kind",
                                "http",
                                "baseUrl",
                                "http://127.0.0.1:" + other.getAddress().getPort() + "/rpc",
                                "document",
                                Files.readString(Path.of("../docs/samples/a2a", document)),
                                "allowPrivateAddresses",
                                true))
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
        other.stop(0);
    }

    @Test
    void aHandOffToAnAgentOfVersion1IsAGovernedCall() throws IOException {
        registerVersion1();
        Map<String, Object> message = Map.of(
                "messageId", "m-1", "role", "ROLE_USER", "parts", List.of(Map.of("text", "Look up the weather")));

        agent.call(name + ".send_message", Map.of("message", message))
                .then()
                .statusCode(200)
                .body("result.id", equalTo("t-1"));

        Handed first = handed.get(0);
        assertThat(first.version()).contains("1.0");
        assertThat(first.permit()).isPresent();
        assertThat(first.message().text("method")).contains("SendMessage");
        assertThat(first.message().object("params").flatMap(params -> params.object("message")))
                .flatMap(sent -> sent.text("messageId"))
                .contains("m-1");
    }

    @Test
    void aHandOffToAnAgentOfVersion03IsAGovernedCall() throws IOException {
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

        assertThat(handed).hasSize(1);
        assertThat(handed.get(0).version()).isEmpty();
        assertThat(handed.get(0).message().get("method")).contains(new JsonString("message/send"));
    }

    private static Map<String, Object> message03(Map<String, Object> part) {
        return Map.of("kind", "message", "messageId", "m-1", "role", "user", "parts", List.of(part));
    }

    @Test
    void anErrorIsAFailureAndIsToldWithItsCodeAndMessage() throws IOException {
        registerVersion03();

        agent.call(name + ".tasks_get", Map.of("id", "t-1")).then().statusCode(200);
        agent.call(name + ".tasks_cancel", Map.of("id", "t-2"))
                .then()
                .statusCode(502)
                .body("detail", containsString("JSON-RPC error -32001"))
                .body("result.message", equalTo("Task not found"));
    }
}
