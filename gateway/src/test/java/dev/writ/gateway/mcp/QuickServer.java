package dev.writ.gateway.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An MCP server of revision 2026-07-28, without sessions, that does next to nothing, as a process of its own: what is measured through it
 * is what is before it. Its tools are {@code note} and some more of the usual size, so that its list is one as servers have it.
 */
public final class QuickServer {

    private static final int TOOLS = 12;

    private QuickServer() {}

    /**
     * Serves until it is killed.
     *
     * @param arguments the port to listen on, on the loopback address
     */
    public static void main(String... arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
                .onFailure(failed -> {
                    System.err.println("cannot listen: " + failed.getMessage());
                    vertx.close();
                });
    }

    private static void answer(HttpServerRequest request, Buffer body) {
        JsonObject message = (JsonObject) JsonValue.parse(body.toString());
        if (message.get("id").isEmpty()) {
            request.response().setStatusCode(202).end();
            return;
        }
        JsonObject params = message.object("params").orElse(JsonObject.empty());
        JsonObject answer = JsonObject.builder()
                .put("jsonrpc", "2.0")
                .put("id", message.get("id").orElseThrow())
                .put("result", result(message.text("method").orElse(""), params))
                .build();
        request.response().putHeader("Content-Type", "application/json").end(Buffer.buffer(answer.toBytes()));
    }

    private static JsonObject result(String method, JsonObject params) {
        return switch (method) {
            case "server/discover" -> json("""
                    {"resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
                     "ttlMs": 60000, "cacheScope": "public",
                     "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "quick", "version": "1"}}}
                    """);
            case "tools/list" ->
                new JsonObject(Map.of(
                        "resultType",
                        new JsonString("complete"),
                        "ttlMs",
                        JsonValue.parse("60000"),
                        "cacheScope",
                        new JsonString("public"),
                        "tools",
                        new JsonArray(LISTED)));
            default ->
                JsonObject.builder()
                        .put("resultType", "complete")
                        .put(
                                "content",
                                new JsonArray(List.of(JsonObject.builder()
                                        .put("type", "text")
                                        .put(
                                                "text",
                                                "noted "
                                                        + params.object("arguments")
                                                                .flatMap(given -> given.text("text"))
                                                                .orElse(""))
                                        .build())))
                        .build();
        };
    }

    private static final List<JsonValue> LISTED = IntStream.range(0, TOOLS)
            .<JsonValue>mapToObj(i -> json("""
                    {"name": "%s", "title": "Keeps a note", "description":
                     "Keeps a note for later, under the customer it is about. Notes are texts of at most a thousand characters.",
                     "inputSchema": {"type": "object", "required": ["text"], "additionalProperties": false, "properties": {
                       "text": {"type": "string", "description": "What is to be kept", "maxLength": 1000},
                       "customer": {"type": "string", "description": "Whom it is about", "maxLength": 100},
                       "urgent": {"type": "boolean", "description": "Whether somebody should look at it today"}}},
                     "annotations": {"readOnlyHint": false, "destructiveHint": false}}
                    """.formatted(i == 0 ? "note" : "note-" + i)))
            .toList();

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
