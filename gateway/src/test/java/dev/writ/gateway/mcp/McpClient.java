package dev.writ.gateway.mcp;

import dev.writ.gateway.Client;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;

/** A client that sends messages one by one, of either era. */
public record McpClient(Client caller, String session) {

    static final String MODERN = "2026-07-28";
    static final String LEGACY = "2025-11-25";

    public static McpClient modern(Client caller) {
        return new McpClient(caller, "");
    }

    /** Opened with {@code initialize}. */
    static McpClient legacy(Client caller) {
        return legacy(caller, Map.of());
    }

    static McpClient legacy(Client caller, Map<String, ?> capabilities) {
        String session = caller.request()
                .header("Accept", "application/json, text/event-stream")
                .body(initialize(capabilities))
                .post("/mcp")
                .then()
                .statusCode(200)
                .extract()
                .header("Mcp-Session-Id");
        return new McpClient(caller, session);
    }

    static Map<String, Object> initialize(Map<String, ?> capabilities) {
        return Map.of(
                "jsonrpc",
                "2.0",
                "id",
                0,
                "method",
                "initialize",
                "params",
                Map.of(
                        "protocolVersion",
                        LEGACY,
                        "capabilities",
                        capabilities,
                        "clientInfo",
                        Map.of("name", "test", "version", "1")));
    }

    boolean isModern() {
        return session.isEmpty();
    }

    RequestSpecification request(String method, Map<String, ?> params) {
        return request(method, params, "application/json, text/event-stream");
    }

    private RequestSpecification request(String method, Map<String, ?> params, String accept) {
        RequestSpecification request = caller.request().header("Accept", accept);
        if (!isModern()) {
            return request.header("Mcp-Session-Id", session).header("MCP-Protocol-Version", LEGACY);
        }
        request.header("MCP-Protocol-Version", MODERN).header("Mcp-Method", method);
        Object name = params.get("name") != null
                ? params.get("name")
                : params.get("uri") != null ? params.get("uri") : params.get("taskId");
        return name == null ? request : request.header("Mcp-Name", name);
    }

    static Map<String, Object> meta() {
        return Map.of(
                "io.modelcontextprotocol/protocolVersion",
                MODERN,
                "io.modelcontextprotocol/clientCapabilities",
                Map.of());
    }

    /** Its message as it is sent; {@code params} may have a {@code _meta} of its own, which is added to. */
    Map<String, Object> message(String method, Map<String, ?> params) {
        Map<String, Object> all = new HashMap<>(params);
        Map<String, Object> meta = new HashMap<>(isModern() ? meta() : Map.of());
        if (params.get("_meta") instanceof Map<?, ?> more) {
            more.forEach((key, value) -> meta.put((String) key, value));
        }
        all.put("_meta", meta);
        return Map.of("jsonrpc", "2.0", "id", 7, "method", method, "params", all);
    }

    Response send(String method, Map<String, ?> params) {
        return request(method, params).body(message(method, params)).post("/mcp");
    }

    public Response call(String tool, Map<String, ?> arguments) {
        return call(tool, arguments, Map.of());
    }

    Response call(String tool, Map<String, ?> arguments, Map<String, ?> meta) {
        return send("tools/call", Map.of("name", tool, "arguments", arguments, "_meta", meta));
    }

    /** What a client hears that rather takes a stream. */
    String streamed(String tool, Map<String, ?> arguments) {
        Map<String, Object> params = Map.of("name", tool, "arguments", arguments);
        return request("tools/call", params, "text/event-stream, application/json")
                .body(message("tools/call", params))
                .post("/mcp")
                .asString();
    }

    /** The message at the end of a stream, or the body. */
    public static JsonPath answer(Response response) {
        String body = response.asString();
        if (!response.contentType().startsWith("text/event-stream")) {
            return new JsonPath(body);
        }
        return new JsonPath(body.lines()
                .filter(line -> line.startsWith("data: "))
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .substring("data: ".length()));
    }

    /** The id of the last event of a stream that has one. */
    static String event(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("id: "))
                .reduce((first, second) -> second)
                .orElseThrow()
                .substring("id: ".length());
    }

    /** Comes back for what followed that event. */
    Response resume(String event) {
        return caller.request()
                .header("Mcp-Session-Id", session)
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", event)
                .get("/mcp");
    }
}
