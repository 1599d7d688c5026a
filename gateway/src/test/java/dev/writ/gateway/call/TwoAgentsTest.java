package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One agent writes into a place that is trusted, and another one reads it there. */
@WritTest
class TwoAgentsTest {

    private static final String BUNDLE = """
            name: notes
            version: 1.0.1
            owners: [tests]
            scope: ["notes.*"]
            """;

    private static final String RULES = """
            rule "notes are read"
            when
                ToolCall( tool == "notes.read" )
            then
                allow("anyone may");
            end

            rule "notes are written"
            when
                ToolCall( tool == "notes.write" )
                Origin( argument == "text", source in ("user", "trusted", "nowhere") )
            then
                allow("anyone may, and it is known what");
            end

            rule "known payees"
            when
                ToolCall( tool == "notes.pay" )
                Origin( argument == "to", source in ("user", "trusted") )
            then
                allow("the person or a trusted source named this payee");
            end
            """;

    private static final String DOCUMENT = """
            {"openapi": "3.1.0", "info": {"title": "notes", "version": "1"}, "paths": {
              "/write": {"post": {"operationId": "write", "responses": {"200": {"description": "done"}}, "requestBody":
                {"required": true, "content": {"application/json": {"schema":
                  {"type": "object", "properties": {"text": {"type": "string"}}}}}}}},
              "/read": {"post": {"operationId": "read", "responses": {"200": {"description": "done"}}}},
              "/pay": {"post": {"operationId": "pay", "responses": {"200": {"description": "done"}}, "requestBody":
                {"required": true, "content": {"application/json": {"schema":
                  {"type": "object", "properties": {"to": {"type": "string"}}}}}}}}}}
            """;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client reader = fixture.agent("ana", "ben");
    private final Client writer = fixture.agent("ana", "ben");
    private final String payee = "supplier-" + UUID.randomUUID();
    private volatile String note = "";
    private final HttpServer service;
    private String digest = "";

    TwoAgentsTest() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    }

    @BeforeEach
    void register() {
        service.createContext("/", this::respond);
        service.start();
        fixture.operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                "notes",
                                "kind",
                                "http",
                                "baseUrl",
                                "http://127.0.0.1:" + service.getAddress().getPort(),
                                "document",
                                DOCUMENT,
                                "allowPrivateAddresses",
                                true,
                                "provenance",
                                Map.of("notes.read", Map.of("names", List.of("$.note")))))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(201);
        activate();
    }

    /** Its own bundle, beside the bank's. */
    private void activate() {
        Map<String, String> files = Map.of("bundle.yaml", BUNDLE, "rules.drl", RULES);
        Response published = fixture.author.post("/v1/policies", Map.of("files", files));
        assertThat(published.statusCode()).as(published.asString()).isIn(200, 201);
        digest = published.path("digest");
        fixture.reviewer
                .post("/v1/policies/" + digest + "/activate", Map.of())
                .then()
                .statusCode(200);
    }

    @AfterEach
    void restore() {
        fixture.deactivate(digest);
        service.stop(0);
    }

    @Test
    void whatNobodyWroteIsTrustedWhereItIsDeclared() {
        note = payee;
        read(reader, "ana");

        assertThat(pay(reader, "ana").statusCode()).isEqualTo(200);
    }

    @Test
    void whatAnotherAgentOfThePersonWroteIsNot() {
        write(writer, "ana");
        read(reader, "ana");

        assertThat(pay(reader, "ana").statusCode()).isEqualTo(403);
    }

    @Test
    void whatAnAgentOfAnotherPersonWroteIsNotHeldAgainstThisOne() {
        write(writer, "ben");
        read(reader, "ana");

        assertThat(pay(reader, "ana").statusCode()).isEqualTo(200);
    }

    private void write(Client agent, String person) {
        note = payee;
        call(agent, "notes.write", Map.of("text", payee), person).then().statusCode(200);
    }

    private void read(Client agent, String person) {
        call(agent, "notes.read", Map.of(), person).then().statusCode(200);
    }

    private Response pay(Client agent, String person) {
        return call(agent, "notes.pay", Map.of("to", payee), person);
    }

    private static Response call(Client agent, String tool, Map<String, Object> arguments, String person) {
        return agent.post("/v1/tool-calls", Map.of("tool", tool, "arguments", arguments, "onBehalfOf", person));
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = JsonObject.builder().put("note", note).build().toBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
