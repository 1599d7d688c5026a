package dev.writ.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The URL of an issuer that tests start when they need it. A gateway knows it from its start; what it asks there is passed on to where tests
 * say that the issuer is.
 */
public final class LateIssuer {

    private static final String URL = "writ.issuers.oidc.url";
    /** Tests and what starts the gateway have class loaders of their own, and this in common. */
    private static final String PLACE = "test.writ.oidc-place";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final HttpServer server;

    private LateIssuer(HttpServer server) {
        this.server = server;
    }

    static LateIssuer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", LateIssuer::pass);
        server.start();
        return new LateIssuer(server);
    }

    Map<String, String> properties(Path folder) throws IOException {
        Path secret = folder.resolve("late-secret");
        Files.writeString(secret, OidcServer.secret("console"));
        return Map.of(
                "writ.issuers.oidc.sign-in.client-id",
                "console",
                "writ.issuers.oidc.sign-in.client-secret-file",
                secret.toString(),
                URL,
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "writ.issuers.oidc.actors-are-clients",
                "true",
                "writ.issuers.oidc.clock-skew",
                "0s",
                "writ.issuers.oidc.timeout",
                "20s",
                "writ.issuers.oidc.pause",
                "100ms");
    }

    /** What the gateway under test knows the issuer by. */
    public static String url() {
        return ConfigProvider.getConfig().getValue(URL, String.class);
    }

    /** It is there now. */
    public static void isAt(String url) {
        System.setProperty(PLACE, url);
    }

    /** It is nowhere, as before. */
    public static void isGone() {
        System.clearProperty(PLACE);
    }

    void stop() {
        server.stop(0);
    }

    private static void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional<String> place = Optional.ofNullable(System.getProperty(PLACE));
            if (place.isEmpty()) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            HttpRequest.Builder asked = HttpRequest.newBuilder(URI.create(place.get() + exchange.getRequestURI()))
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()));
            for (String header : List.of("Authorization", "Content-Type")) {
                Optional.ofNullable(exchange.getRequestHeaders().getFirst(header))
                        .ifPresent(value -> asked.header(header, value));
            }
            HttpResponse<byte[]> answer = HTTP.send(asked.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }
}
