package dev.writ.gateway.startup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.audit.LogWitness;
import dev.writ.audit.WitnessAnswer;
import dev.writ.audit.WitnessFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A witness over HTTP: {@code POST /add-checkpoint} and {@code GET /<SHA-256 of the origin>/checkpoint}. Everything that strangers
 * can make it spend is bounded.
 *
 * @see <a href="https://c2sp.org/tlog-witness">C2SP tlog-witness</a>
 */
final class WitnessServer implements AutoCloseable {

    private static final Pattern LATEST = Pattern.compile("/([0-9a-f]{64})/checkpoint");
    private static final int MAX_BODY = 64 * 1024;
    private static final int THREADS = 16;
    private static final int WAITING = 64;
    private static final int GRACE_SECONDS = 1;

    static {
        // The server knows these by system property only, and reads them once. In seconds, but for the last two.
        Map.of(
                        "sun.net.httpserver.maxReqTime", "10",
                        "sun.net.httpserver.maxRspTime", "10",
                        "sun.net.httpserver.idleInterval", "75",
                        "sun.net.httpserver.maxIdleConnections", "100",
                        "jdk.httpserver.maxConnections", "200")
                .forEach((property, value) -> {
                    if (System.getProperty(property) == null) {
                        System.setProperty(property, value);
                    }
                });
    }

    private final HttpServer server;
    private final LogWitness witness;
    private final Map<String, String> origins;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), task -> {
                Thread thread = new Thread(task, "witness");
                thread.setDaemon(true);
                return thread;
            });

    private WitnessServer(HttpServer server, LogWitness witness) {
        this.server = server;
        this.witness = witness;
        this.origins = witness.origins().stream().collect(Collectors.toMap(WitnessFolder::name, Function.identity()));
    }

    static WitnessServer start(InetSocketAddress address, LogWitness witness) throws IOException {
        WitnessServer started = new WitnessServer(HttpServer.create(address, 0), witness);
        started.server.setExecutor(started.threads);
        started.server.createContext("/", started::handle);
        started.server.start();
        return started;
    }

    String url() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private record Answer(int status, String contentType, String body) {

        static Answer of(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text + "\n");
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        try {
            if (path.equals("/add-checkpoint")) {
                return method.equals("POST") ? add(exchange) : Answer.of(405, "POST add-checkpoint");
            }
            Matcher latest = LATEST.matcher(path);
            Optional<String> origin =
                    latest.matches() ? Optional.ofNullable(origins.get(latest.group(1))) : Optional.empty();
            if (origin.isPresent() && !method.equals("GET")) {
                return Answer.of(405, "GET a checkpoint");
            }
            return origin.flatMap(witness::latest)
                    .map(note -> new Answer(200, "text/plain; charset=utf-8", note))
                    .orElseGet(() -> Answer.of(
                            404,
                            "there is POST /add-checkpoint, and GET /<hex SHA-256 of a log's origin>/checkpoint"
                                    + " once a checkpoint of that log was cosigned"));
        } catch (UncheckedIOException broken) {
            System.err.println("writ: " + broken.getMessage());
            return Answer.of(500, "the witness cannot use its memory; nothing was cosigned");
        }
    }

    private Answer add(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            return Answer.of(413, "a request has at most " + MAX_BODY + " bytes");
        }
        Optional<String> text = text(body);
        if (text.isEmpty()) {
            return Answer.of(400, "a request is UTF-8");
        }
        WitnessAnswer answer = witness.add(text.get());
        return new Answer(answer.status(), answer.contentType(), answer.body());
    }

    private static Optional<String> text(byte[] body) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    /** Answers what it has begun to answer, and stops. */
    @Override
    public void close() {
        server.stop(GRACE_SECONDS);
        threads.shutdown();
    }
}
