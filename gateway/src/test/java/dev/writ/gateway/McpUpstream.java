package dev.writ.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A small MCP server of revision 2025-11-25, or of 2026-07-28, without sessions, whose tools can be changed while it runs. Its tool
 * {@code sample} always misses a capability of the client.
 */
public final class McpUpstream implements AutoCloseable {

    public static final String RESOURCE = "notes://plan";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<JsonObject> requests = new CopyOnWriteArrayList<>();
    private final List<String> followed = new CopyOnWriteArrayList<>();
    private final List<JsonObject> answers = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile List<JsonObject> tools;
    private volatile boolean prompting;
    private volatile boolean resourceful;
    private volatile boolean modern;
    private volatile Optional<Reaction> reaction = Optional.empty();
    private volatile Optional<JsonObject> later = Optional.empty();
    private volatile Optional<Function<JsonObject, String>> answering = Optional.empty();
    private final BlockingQueue<JsonObject> answered = new LinkedBlockingQueue<>();

    /** What it does with a call instead of answering it as it should. */
    public interface Reaction {

        /** Answers the request of that id, or does not. */
        void to(HttpExchange exchange, JsonValue id) throws IOException;
    }

    private McpUpstream(HttpServer server, List<JsonObject> tools) {
        this.server = server;
        this.tools = tools;
    }

    public static McpUpstream start(JsonObject... tools) {
        try {
            McpUpstream upstream = new McpUpstream(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64), List.of(tools));
            upstream.server.setExecutor(upstream.threads);
            upstream.server.createContext("/mcp", upstream::answer);
            upstream.server.start();
            return upstream;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A tool that takes a text. */
    public static JsonObject tool(String name, String description) {
        return (JsonObject)
                JsonValue.parse("""
                    {"name": %s, "description": %s, "inputSchema": {"type": "object",
                     "properties": {"text": {"type": "string"}}, "required": ["text"]}}
                    """.formatted(new JsonString(name).toJson(), new JsonString(description).toJson()));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
    }

    /** What it offers from now on. */
    public void offer(JsonObject... changed) {
        tools = List.of(changed);
    }

    /** It has a prompt {@code Greet}, too, and completes nothing. */
    public McpUpstream prompts() {
        prompting = true;
        return this;
    }

    /** It has a resource {@link #RESOURCE}, too, which can be followed. */
    public McpUpstream resources() {
        resourceful = true;
        return this;
    }

    /** What was followed, and then not any more, in the order of the requests: their methods. */
    public List<String> followed() {
        return List.copyOf(followed);
    }

    /** It speaks 2026-07-28. */
    public McpUpstream modern() {
        modern = true;
        return this;
    }

    /** Does that with calls of tools from now on. */
    public void reacts(Reaction changed) {
        reaction = Optional.of(changed);
    }

    /** Answers as it should again. */
    public void behaves() {
        reaction = Optional.empty();
    }

    /** Answers a call with that result. */
    public static Reaction result(String json) {
        return (exchange, id) -> {
            JsonObject.Builder response =
                    JsonObject.builder().put("jsonrpc", "2.0").put("id", id).put("result", json(json));
            send(exchange, response.build());
        };
    }

    /** Answers calls with the result that this makes of what they bring. */
    public void answers(Function<JsonObject, String> result) {
        answering = Optional.of(result);
    }

    /** Says how far a call is, asks that about it, and then answers with what it was answered. */
    public void asks(String method, String params) {
        reacts((exchange, id) -> {
            event(exchange, """
                    {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": %s, "progress": 1}}
                    """.formatted(id.toJson()));
            event(exchange, """
                    {"jsonrpc": "2.0", "id": "q", "method": "%s", "params": %s}
                    """.formatted(method, params));
            event(exchange, """
                    {"jsonrpc": "2.0", "id": %s, "result": {"content": [{"type": "text", "text": %s}]}}
                    """.formatted(id.toJson(), new JsonString(answer().toJson()).toJson()));
        });
    }

    private JsonObject answer() {
        try {
            return Optional.ofNullable(answered.poll(60, TimeUnit.SECONDS)).orElseGet(JsonObject::empty);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return JsonObject.empty();
        }
    }

    /** Answers with a stream, if it does not already, and writes that into it. */
    public static void event(HttpExchange exchange, String json) throws IOException {
        if (exchange.getResponseCode() < 0) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
        }
        OutputStream out = exchange.getResponseBody();
        out.write(("data: " + json(json).toJson() + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Lets go of the connection of a call, and answers with that result when it is asked for the rest after so many milliseconds. */
    public void answersLater(int after, String json) {
        later = Optional.of(json(json));
        reacts((exchange, id) -> events(exchange, "id: " + id.toJson() + "\nretry: " + after + "\ndata:\n\n"));
    }

    /** Names of the tools that were called. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** What each request with an answer had in {@code Authorization}. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    /** The {@code params} of each call. */
    public List<JsonObject> requests() {
        return List.copyOf(requests);
    }

    /** The {@code _meta} of each call. */
    public List<JsonObject> metas() {
        return requests.stream()
                .map(params -> params.object("_meta").orElse(JsonObject.empty()))
                .toList();
    }

    /** What it was answered when it asked something. */
    public List<JsonObject> answers() {
        return List.copyOf(answers);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String event = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            if (event != null && later.isPresent()) {
                JsonObject.Builder rest =
                        JsonObject.builder().put("jsonrpc", "2.0").put("id", JsonValue.parse(event));
                events(
                        exchange,
                        "data: " + rest.put("result", later.get()).build().toJson() + "\n\n");
                return;
            }
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            JsonObject request = (JsonObject)
                    JsonValue.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (request.get("method").isEmpty()) {
                answers.add(request);
                answered.add(request);
            }
            if (request.get("id").isEmpty() || request.get("method").isEmpty()) {
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            JsonValue id = request.get("id").orElseThrow();
            authorizations.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse(""));
            JsonObject.Builder response =
                    JsonObject.builder().put("jsonrpc", "2.0").put("id", id);
            String method = request.text("method").orElse("");
            JsonObject params = request.object("params").orElse(JsonObject.empty());
            if (method.equals("tools/call")) {
                calls.add(params.text("name").orElse(""));
                requests.add(params);
            }
            Optional<Reaction> instead = reaction.filter(known -> method.equals("tools/call"));
            if (instead.isPresent()) {
                instead.get().to(exchange, id);
                return;
            }
            switch (method) {
                case "server/discover" -> response.put(modern ? "result" : "error", json(modern ? """
                        {"resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
                         "ttlMs": 0, "cacheScope": "private"}
                        """ : """
                        {"code": -32601, "message": "no such method"}
                        """));
                case "initialize" ->
                    response.put("result", json("""
                    {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}%s},
                     "serverInfo": {"name": "small", "version": "1"}}
                    """.formatted((prompting ? ", \"prompts\": {}" : "")
                            + (resourceful ? ", \"resources\": {\"subscribe\": true}" : ""))));
                case "prompts/list" -> response.put("result", json("""
                    {"prompts": [{"name": "Greet", "description": "Greets", "arguments": [{"name": "who"}]}]}
                    """));
                case "resources/list" -> response.put("result", json("""
                    {"resources": [{"uri": "%s", "name": "plan"}]}
                    """.formatted(RESOURCE)));
                case "resources/templates/list" -> response.put("result", json("{\"resourceTemplates\": []}"));
                case "resources/subscribe", "resources/unsubscribe" -> {
                    followed.add(method);
                    response.put("result", JsonObject.empty());
                }
                case "ping" -> response.put("result", JsonObject.empty());
                case "tools/list" ->
                    response.put("result", new JsonObject(Map.of("tools", new JsonArray(List.copyOf(tools)))));
                case "tools/call" -> {
                    if (params.text("name").filter("sample"::equals).isPresent()) {
                        response.put("error", json("""
                            {"code": -32021, "message": "needs sampling",
                             "data": {"requiredCapabilities": {"sampling": {}}}}
                            """));
                    } else {
                        JsonObject result = call(params);
                        response.put(
                                "result",
                                answering.map(own -> json(own.apply(params))).orElse(result));
                    }
                }
                default ->
                    response.put(
                            "error",
                            JsonObject.builder()
                                    .put("code", JsonNumber.of(-32601))
                                    .put("message", "no such method")
                                    .build());
            }
            send(exchange, response.build());
        }
    }

    private static void send(HttpExchange exchange, JsonObject response) throws IOException {
        byte[] body = response.toBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void events(HttpExchange exchange, String events) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().close();
    }

    private JsonObject call(JsonObject params) {
        String name = params.text("name").orElse("");
        String text = Stream.of(params.object("arguments").orElse(JsonObject.empty()))
                .map(arguments -> arguments.text("text").orElse(""))
                .findFirst()
                .orElse("");
        return json(
                "{\"content\": [{\"type\": \"text\", \"text\": " + new JsonString(name + ": " + text).toJson() + "}]}");
    }

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
