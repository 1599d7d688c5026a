package dev.writ.connect.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A service on the loopback interface that remembers every request and does with it as it was told. */
final class RecordingServer implements AutoCloseable {

    /** One request, as it came in. */
    record Request(String method, String target, Map<String, List<String>> headers, String body) {

        /** @param name with only its first letter in upper case */
        List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    /** What to answer. */
    record Answer(int status, Map<String, String> headers, Buffer body) {

        static Answer json(int status, String body) {
            return new Answer(status, Map.of("Content-Type", "application/json"), Buffer.buffer(body));
        }

        Answer with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body);
        }
    }

    /** Answers, or does not. */
    private interface Reaction {
        void to(HttpExchange exchange, Request request) throws IOException;
    }

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpServer server;
    private volatile Reaction reaction = (exchange, request) -> send(exchange, Answer.json(200, "{}"));

    RecordingServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    body);
            requests.add(request);
            reaction.to(exchange, request);
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        int length = answer.body().length();
        exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
        exchange.getResponseBody().write(answer.body().getBytes());
    }

    /** Answers what that makes of the request. */
    void answersWith(Function<Request, Answer> answer) {
        reaction = (exchange, request) -> send(exchange, answer.apply(request));
    }

    void answers(Answer answer) {
        reaction = (exchange, request) -> send(exchange, answer);
    }

    /** Answers like that in turn, and then always like the last. */
    void answersInTurn(Answer... answers) {
        AtomicInteger next = new AtomicInteger();
        reaction = (exchange, request) -> send(exchange, answers[Math.min(next.getAndIncrement(), answers.length - 1)]);
    }

    /** Closes the first connection without a byte. */
    void breaksOffOnceThen(Answer answer) {
        AtomicInteger next = new AtomicInteger();
        reaction = (exchange, request) -> {
            if (next.getAndIncrement() > 0) {
                send(exchange, answer);
            }
        };
    }

    /** Keeps connections open until it is closed. */
    void staysSilent() {
        reaction = (exchange, request) -> {
            try {
                closing.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Closes connections without a byte. */
    void breaksOff() {
        reaction = (exchange, request) -> {};
    }

    List<Request> requests() {
        return requests;
    }

    Request onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("one request expected, " + requests.size() + " came");
        }
        return requests.get(0);
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
