package dev.writ.gateway.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody's service on the loopback interface that remembers what is delivered to it. */
public final class Receiver implements AutoCloseable {

    /** One delivery. */
    public record Delivery(String method, String target, Map<String, List<String>> headers, String body) {

        public String header(String name) {
            return headers.getOrDefault(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), List.of())
                    .get(0);
        }
    }

    private final HttpServer server;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();

    private Receiver(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts one.
     *
     * @param port 0 for any
     */
    public static Receiver start(int port) {
        try {
            Receiver receiver =
                    new Receiver(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
            receiver.server.createContext("/", receiver::receive);
            receiver.server.start();
            return receiver;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Answers so once for each, and 204 from then on. */
    public Receiver answering(Integer... first) {
        statuses.addAll(List.of(first));
        return this;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/hooks/writ?to=me";
    }

    public List<Delivery> deliveries() {
        return deliveries;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            deliveries.add(new Delivery(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            int status = Optional.ofNullable(statuses.poll()).orElse(204);
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port() + "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
