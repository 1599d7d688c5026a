package dev.writ.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A bank to be governed: counts what reaches it, and answers as the payment's note says. */
public final class Upstream implements AutoCloseable {

    /** Only the gateway's connector knows it. Echoed by some answers, so that a leak would show. */
    public static final String CREDENTIAL = "canary-7f3a9b2c5d8e1f40";

    /** Describes what {@link #start} serves. */
    public static final String DOCUMENT = """
            openapi: 3.1.0
            info: {title: Bank, version: '1'}
            paths:
              /payments:
                post:
                  operationId: pay
                  summary: Pays an amount to an account
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema:
                          type: object
                          required: [to, amount]
                          properties:
                            to: {type: string, maxLength: 100}
                            amount: {type: number, exclusiveMinimum: 0}
                            note: {type: string, maxLength: 1000}
                  responses: {'200': {description: done}}
              /accounts/{id}:
                get:
                  operationId: balance
                  summary: Tells a balance
                  parameters:
                    - {name: id, in: path, required: true, schema: {type: string, maxLength: 100}}
                  responses: {'200': {description: done}}
            """;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> byCallId = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> answered = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);

    private Upstream(HttpServer server) {
        this.server = server;
    }

    public static Upstream start() {
        try {
            Upstream upstream =
                    new Upstream(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512));
            upstream.server.setExecutor(upstream.threads);
            upstream.server.createContext("/", upstream::answer);
            upstream.server.start();
            return upstream;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many requests arrived. */
    public int requests() {
        return bodies.size();
    }

    /** How often the call with this id arrived. */
    public int requestsOf(String callId) {
        AtomicInteger count = byCallId.get(callId);
        return count == null ? 0 : count.get();
    }

    /** How often the call with this id was answered. */
    public int answersOf(String callId) {
        AtomicInteger count = answered.get(callId);
        return count == null ? 0 : count.get();
    }

    public List<String> bodies() {
        return List.copyOf(bodies);
    }

    /** Lets requests that hold this text wait for the latch. They are answered as any others then. */
    public CountDownLatch hold(String text) {
        return held.computeIfAbsent(text, first -> new CountDownLatch(1));
    }

    /** Lets what hangs go on. */
    public void release() {
        released.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String callId = String.valueOf(exchange.getRequestHeaders().getFirst("Writ-Call-Id"));
            byCallId.computeIfAbsent(callId, first -> new AtomicInteger()).incrementAndGet();
            bodies.add(body);
            await(exchange.getRequestURI().getPath() + body);
            if (!("Bearer " + CREDENTIAL).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                respond(exchange, 401, "{\"error\":\"who are you\"}");
            } else if (body.contains("\"hang\"")) {
                released.await(20, TimeUnit.SECONDS);
                respond(exchange, 200, "{\"id\":\"late\"}");
            } else if (body.contains("\"fail\"")) {
                respond(exchange, 500, "{\"error\":\"out of order\"}");
            } else if (body.contains("\"echo\"")) {
                exchange.getResponseHeaders().add("X-Request-Id", CREDENTIAL);
                respond(exchange, 200, "{\"id\":\"echo\",\"seen\":\"Bearer " + CREDENTIAL + "\"}");
            } else {
                respond(exchange, 200, "{\"id\":\"p-" + bodies.size() + "\",\"status\":\"done\"}");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(String request) throws InterruptedException {
        for (Map.Entry<String, CountDownLatch> one : held.entrySet()) {
            if (request.contains(one.getKey()) && !one.getValue().await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let go of what is held");
            }
        }
    }

    private void respond(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        answered.computeIfAbsent(
                        String.valueOf(exchange.getRequestHeaders().getFirst("Writ-Call-Id")),
                        first -> new AtomicInteger())
                .incrementAndGet();
    }

    @Override
    public void close() {
        release();
        held.values().forEach(CountDownLatch::countDown);
        server.stop(0);
        threads.shutdownNow();
    }
}
