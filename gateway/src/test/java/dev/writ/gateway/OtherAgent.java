package dev.writ.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An agent that others hand work to, as far as a test needs it: it remembers what it is asked, and answers as the test says. */
public final class OtherAgent implements AutoCloseable {

    /** A request that reached it. */
    public record Asked(String method, String path, Map<String, List<String>> headers, String body) {

        public Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
        }
    }

    private final String name = "research" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private OtherAgent(HttpServer server) {
        this.server = server;
    }

    /** Starts one that answers with status 200, whatever it is. */
    public static OtherAgent start(String contentType, Function<Asked, JsonObject> answer) {
        try {
            OtherAgent agent =
                    new OtherAgent(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64));
            agent.server.createContext("/", exchange -> agent.answer(exchange, contentType, answer));
            agent.server.start();
            return agent;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void answer(HttpExchange exchange, String contentType, Function<Asked, JsonObject> answer)
            throws IOException {
        try (exchange) {
            Asked request = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            asked.add(request);
            byte[] bytes = answer.apply(request).toBytes();
            exchange.getResponseHeaders().add("Content-Type", contentType);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Of its connector. */
    public String name() {
        return name;
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** What it was asked, in order. */
    public List<Asked> asked() {
        return asked;
    }

    /** How it is registered: at that path, with a document of docs/samples/a2a. */
    public Map<String, Object> registration(String path, String document) {
        try {
            return new HashMap<>(Map.of(
                    "name",
                    name,
                    "kind",
                    "http",
                    "baseUrl",
                    url(path),
                    "document",
                    Files.readString(Path.of("../docs/samples/a2a", document)),
                    "allowPrivateAddresses",
                    true));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
