package dev.writ.connect.mcp;

import com.sun.net.httpserver.HttpServer;
import dev.writ.connect.net.ClientCredentials;
import dev.writ.connect.net.ClientCredentials.Authentication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An authorization server on the loopback interface, whose tokens are numbered from 1. */
final class TokenServer implements AutoCloseable {

    static final String SECRET = "secret/4711+of writ";

    /** What came with a request for a token. */
    record Asked(Optional<String> authorization, String form) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile int status = 200;
    private volatile String answer =
            "{\"access_token\":\"token-of-writ-%d\",\"token_type\":\"Bearer\",\"expires_in\":300}";

    TokenServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        server.setExecutor(threads);
        server.createContext("/token", exchange -> {
            try (exchange) {
                asked.add(new Asked(
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                byte[] body = answer.formatted(asked.size()).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    /** What it answers from now on; {@code %d} is the number of the request. */
    void answers(int changedStatus, String changed) {
        answer = changed;
        status = changedStatus;
    }

    ClientCredentials client(Authentication authentication) {
        return new ClientCredentials(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token"),
                true,
                "writ gateway",
                SECRET,
                authentication,
                Optional.of("tools read"),
                Optional.of("https://tools.example/mcp"));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
