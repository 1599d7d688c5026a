package dev.writ.gateway.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A SIEM on the loopback interface that does not always accept what it is sent. */
final class Receiver implements AutoCloseable {

    /** @param headers by lower-case name */
    record Delivery(Map<String, String> headers, String body, int answer) {
        String header(String name) {
            return Optional.ofNullable(headers.get(name)).orElse("");
        }
    }

    private final HttpServer server;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

    private Receiver(HttpServer server) {
        this.server = server;
    }

    static Receiver start() {
        try {
            Receiver receiver =
                    new Receiver(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            receiver.server.createContext("/", receiver::receive);
            receiver.server.start();
            return receiver;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Answers so once for each, and 200 from then on. */
    void answering(Integer... first) {
        answers.addAll(List.of(first));
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/v1/logs";
    }

    List<Delivery> all() {
        return deliveries;
    }

    List<Delivery> accepted() {
        return deliveries.stream().filter(delivery -> delivery.answer() == 200).toList();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            int answer = Optional.ofNullable(answers.poll()).orElse(200);
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            deliveries.add(new Delivery(
                    headers, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), answer));
            exchange.sendResponseHeaders(answer, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
