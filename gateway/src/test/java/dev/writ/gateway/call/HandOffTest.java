package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work that an agent hands to another one that speaks A2A, as a governed call: the document is the one that docs/a2a.md says to register. */
@WritTest
class HandOffTest {

    private static final String VERSION = "A2A-Version";

    /** What reached the other agent. */
    private record Handed(String request, String version, JsonObject permit, String body) {}

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");
    private final String name = "research" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Handed> handed = new CopyOnWriteArrayList<>();
    private final HttpServer other = listen();
    private String bundle = "";

    private HttpServer listen() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            server.createContext("/", this::answer);
            server.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] token = String.valueOf(exchange.getRequestHeaders().getFirst("Writ-Permit"))
                    .split("\\.", -1);
            handed.add(new Handed(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
                    String.valueOf(exchange.getRequestHeaders().getFirst(VERSION)),
                    (JsonObject) JsonValue.parse(
                            new String(Base64.getUrlDecoder().decode(token[1]), StandardCharsets.UTF_8)),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            byte[] task = "{\"task\":{\"id\":\"t-1\",\"status\":{\"state\":\"TASK_STATE_WORKING\"}}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/a2a+json");
            exchange.sendResponseHeaders(200, task.length);
            exchange.getResponseBody().write(task);
        }
    }

    @BeforeEach
    void register() throws IOException {
        fixture.operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                name,
                                "kind",
                                "http",
                                "baseUrl",
                                "http://127.0.0.1:" + other.getAddress().getPort(),
                                "document",
                                Files.readString(Path.of("../docs/samples/a2a/agent.yaml")),
                                "allowPrivateAddresses",
                                true))
                .then()
                .statusCode(201)
                .body("skipped.size()", equalTo(0));
        bundle = fixture.activate(name, """
                rule "%1$s is given work"
                when ToolCall( tool == "%1$s.send_message", size("message.parts[*].text") == size("message.parts") )
                then allow("texts, and no files");
                end
                rule "%1$s is asked about it"
                when ToolCall( tool == "%1$s.get_task" )
                then allow("asking is free");
                end
                """.formatted(name));
    }

    @AfterEach
    void stop() {
        fixture.deactivate(bundle);
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);
        other.stop(0);
    }

    private static Map<String, Object> message(Map<String, ?> part) {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put(VERSION, "1.0");
        arguments.put("message", Map.of("messageId", "m-1", "role", "ROLE_USER", "parts", List.of(part)));
        return arguments;
    }

    @Test
    void aHandOffIsAGovernedCallAndTellsWhoActs() {
        agent.call(name + ".send_message", message(Map.of("text", "Look up the weather")))
                .then()
                .statusCode(200)
                .body("result.task.id", equalTo("t-1"));

        Handed first = handed.get(0);
        assertThat(first.request()).isEqualTo("POST /message:send");
        assertThat(first.version()).isEqualTo("1.0");
        assertThat(first.permit().object("act").flatMap(act -> act.text("sub"))).contains(agent.name());
        assertThat(first.permit().text("tool")).contains(name + ".send_message");
        assertThat(first.body()).contains("Look up the weather").doesNotContain(VERSION);
    }

    @Test
    void whatNoRuleLetsBeHandedOnIsNot() {
        agent.call(name + ".send_message", message(Map.of("url", "https://files.example/all-customers")))
                .then()
                .statusCode(403);
        agent.call(name + ".cancel_task", Map.of("id", "t-1", VERSION, "1.0"))
                .then()
                .statusCode(403);

        assertThat(handed).isEmpty();
    }

    @Test
    void aTaskIsAskedForByItsIdAndByNothingElse() {
        agent.call(name + ".get_task", Map.of("id", "t-1", VERSION, "1.0"))
                .then()
                .statusCode(200);
        agent.call(name + ".get_task", Map.of("id", "../t-1", VERSION, "1.0"))
                .then()
                .statusCode(400);

        assertThat(handed).extracting(Handed::request).containsExactly("GET /tasks/t-1");
    }

    @Test
    void anotherVersionOfTheProtocolIsNotSpoken() {
        Map<String, Object> old = message(Map.of("text", "Look up the weather"));
        old.put(VERSION, "0.3");

        agent.call(name + ".send_message", old).then().statusCode(400);

        assertThat(handed).isEmpty();
    }
}
