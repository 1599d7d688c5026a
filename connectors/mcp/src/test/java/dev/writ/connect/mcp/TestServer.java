package dev.writ.connect.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** An MCP server on the loopback interface that remembers every request, and does with calls as it was told. */
final class TestServer implements AutoCloseable {

    /** What it speaks. */
    enum Era {
        MODERN,
        LEGACY
    }

    /** One request, as it came in. */
    record Request(String httpMethod, Map<String, List<String>> headers, JsonObject body) {
        String method() {
            return body.text("method").orElse("");
        }

        JsonObject params() {
            return body.object("params").orElse(JsonObject.empty());
        }

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
        }

        JsonValue id() {
            return body.get("id").orElseThrow();
        }
    }

    /** What it does with a call. */
    interface Reaction {
        void to(Request request, Answering answering) throws IOException, InterruptedException;
    }

    private final Era era;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger sessions = new AtomicInteger();
    private final List<String> forgotten = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile List<OutputStream> listening = List.of();
    private volatile JsonObject capabilities = (JsonObject) JsonValue.parse(
            "{\"tools\":{\"listChanged\":true},\"prompts\":{},\"resources\":{\"subscribe\":true},\"completions\":{}}");
    private volatile List<JsonObject> tools;
    private volatile Reaction reaction = (request, answering) -> answering.result("{\"content\":[]}");
    private volatile Reaction discovering;
    private volatile Reaction listing;
    private volatile Reaction opening = (request, answering) -> {};

    TestServer(Era era, JsonObject... tools) {
        this.era = era;
        this.tools = List.of(tools);
        discovering = this::discover;
        listing = this::list;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A tool of that name without arguments, or with those that the schema has. */
    static JsonObject tool(String name, String members) {
        String schema = members.contains("inputSchema") ? "" : ",\"inputSchema\":{\"type\":\"object\"}";
        return (JsonObject) JsonValue.parse("{\"name\":\"" + name + "\",\"description\":\"Does " + name + ".\"" + schema
                + (members.isEmpty() ? "" : "," + members) + "}");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] bytes = exchange.getRequestBody().readAllBytes();
            Request request =
                    new Request(exchange.getRequestMethod(), Map.copyOf(exchange.getRequestHeaders()), parse(bytes));
            requests.add(request);
            answer(request, new Answering(exchange, request, closing));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonObject parse(byte[] bytes) {
        try {
            return (JsonObject) JsonValue.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonException none) {
            return JsonObject.empty();
        }
    }

    private void answer(Request request, Answering answering) throws IOException, InterruptedException {
        if (request.httpMethod().equals("GET")) {
            listen(request, answering);
            return;
        }
        if (request.header("Mcp-Session-Id").filter(forgotten::contains).isPresent()) {
            answering.status(
                    404,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"Session not found\"}}");
            return;
        }
        switch (request.method()) {
            case "server/discover" -> discovering.to(request, answering);
            case "initialize" -> initialize(answering);
            case "tools/list" -> listing.to(request, answering);
            case "prompts/list" ->
                answering.result(
                        "{\"prompts\":[{\"name\":\"Greet\",\"arguments\":[{\"name\":\"who\",\"required\":true}]}]}");
            case "resources/list" -> answering.result("{\"resources\":[{\"uri\":\"test://a\",\"name\":\"a\"}]}");
            case "resources/templates/list" -> answering.error(-32601, "Method not found");
            case "subscriptions/listen" ->
                hold(
                        answering,
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{}}");
            case "tools/call",
                    "prompts/get",
                    "resources/read",
                    "completion/complete",
                    "resources/subscribe",
                    "tasks/get" -> reaction.to(request, answering);
            case "notifications/initialized", "notifications/cancelled", "" -> answering.status(202, "");
            default -> answering.error(-32601, "Method not found");
        }
    }

    private void discover(Request request, Answering answering) throws IOException {
        if (era == Era.LEGACY) {
            answering.status(
                    400,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"Server not initialized\"}}");
        } else {
            answering.result(
                    "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":"
                            + capabilities.toJson()
                            + ",\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
        }
    }

    private void list(Request request, Answering answering) throws IOException {
        answering.result("{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\",\"tools\":"
                + new JsonArray(List.copyOf(tools)).toJson() + "}");
    }

    private void initialize(Answering answering) throws IOException {
        answering.header("Mcp-Session-Id", "session-" + sessions.incrementAndGet());
        answering.result("{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + capabilities.toJson()
                + ",\"serverInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
    }

    private void listen(Request request, Answering answering) throws IOException, InterruptedException {
        if (request.header("Last-Event-ID").isPresent()) {
            reaction.to(request, answering);
        } else {
            opening.to(request, answering);
            if (!answering.isAnswered()) {
                hold(answering, "");
            }
        }
    }

    private void hold(Answering answering, String first) throws IOException, InterruptedException {
        OutputStream out = answering.stream();
        listening = Stream.concat(listening.stream(), Stream.of(out)).toList();
        if (!first.isEmpty()) {
            answering.event(first);
        } else {
            out.write(": here\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
        closing.await();
    }

    /** Announces something to whoever listens. */
    void announce(String method) {
        announce(method, "{}");
    }

    void announce(String method, String params) {
        say("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    /** Asks whoever listens. */
    void ask(String id, String method) {
        say("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"" + method + "\",\"params\":{}}");
    }

    private void say(String message) {
        byte[] event = ("data: " + message + "\n\n").getBytes(StandardCharsets.UTF_8);
        for (OutputStream out : listening) {
            try {
                out.write(event);
                out.flush();
            } catch (IOException gone) {
                // One that listens no more.
                listening = listening.stream().filter(other -> other != out).toList();
            }
        }
    }

    boolean isListenedTo() {
        return !listening.isEmpty();
    }

    void capabilities(String json) {
        capabilities = (JsonObject) JsonValue.parse(json);
    }

    void tools(JsonObject... now) {
        tools = List.of(now);
    }

    void reacts(Reaction with) {
        reaction = with;
    }

    void lists(Reaction with) {
        listing = with;
    }

    /** What happens before a stream begins that belongs to no request. */
    void opens(Reaction with) {
        opening = with;
    }

    void discovers(Reaction with) {
        discovering = with;
    }

    /** No session that was begun is known any more. */
    void forgetsSessions() {
        for (int session = 1; session <= sessions.get(); session++) {
            forgotten.add("session-" + session);
        }
    }

    /** What is approved of it. */
    McpListing listing() {
        return McpListing.parse(JsonObject.builder()
                .put("server", JsonObject.builder().put("name", "test").build())
                .put("capabilities", capabilities)
                .put("tools", new JsonArray(List.copyOf(tools)))
                .put(
                        "prompts",
                        JsonValue.parse("[{\"name\":\"Greet\",\"arguments\":[{\"name\":\"who\",\"required\":true}]}]"))
                .build()
                .toJson());
    }

    List<Request> requests(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    List<Request> requests() {
        return requests;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    static String text(String content) {
        return "{\"content\":[{\"type\":\"text\",\"text\":" + new JsonString(content).toJson() + "}]}";
    }

    /** Breaks off what it stays silent about. */
    void letsGo() {
        closing.countDown();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
