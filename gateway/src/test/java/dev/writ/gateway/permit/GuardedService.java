package dev.writ.gateway.permit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bank that pays only what came through Writ: it checks permits with the keys that the gateway publishes. */
final class GuardedService implements AutoCloseable {

    private final HttpServer server;
    private final String gateway;
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final Set<String> used = new HashSet<>();
    private volatile boolean checking = true;
    private volatile Duration ahead = Duration.ZERO;

    GuardedService(String gateway) throws IOException {
        this.gateway = gateway;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it takes note of permits and neither checks nor uses them up. */
    void onlyListens() {
        checking = false;
    }

    void checksAgain() {
        checking = true;
    }

    void clockIsAhead(Duration by) {
        ahead = by;
    }

    String lastToken() {
        return tokens.get(tokens.size() - 1);
    }

    List<String> refusals() {
        return refusals;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String token = String.valueOf(exchange.getRequestHeaders().getFirst("Writ-Permit"));
            tokens.add(token);
            try {
                if (checking) {
                    check(token, (JsonObject) JsonValue.parse(body));
                }
                respond(exchange, 200, "{\"seen\":\"" + token + "\"}");
            } catch (IllegalArgumentException refused) {
                refusals.add(String.valueOf(refused.getMessage()));
                respond(exchange, 401, "{\"error\":\"" + refused.getMessage() + "\"}");
            }
        }
    }

    private static void respond(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized void check(String token, JsonObject arguments) throws IOException {
        require(token.split("\\.", -1).length == 3, "no permit");
        JsonObject header = Mint.part(token, 0);
        JsonObject claims = Mint.part(token, 1);
        require(isSigned(token, key(header.text("kid").orElse(""))), "not signed by the gateway");
        require(header.text("typ").filter("writ-permit+jwt"::equals).isPresent(), "not a permit");
        require(claims.text("aud").filter(url()::equals).isPresent(), "for another service");
        long now = Instant.now().plus(ahead).getEpochSecond();
        require(claims.number("exp").orElseThrow().longValueExact() + 5 > now, "expired");
        require(claims.text("tool").filter(tool -> tool.endsWith(".pay")).isPresent(), "for another tool");
        require(claims.text("args").filter(Digest.of(arguments).value()::equals).isPresent(), "for other arguments");
        require(used.add(claims.text("jti").orElseThrow()), "used before");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private JsonObject key(String id) throws IOException {
        try {
            String set = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(gateway + "/.well-known/jwks.json"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return ((JsonObject) JsonValue.parse(set))
                    .array("keys").orElseThrow().items().stream()
                            .map(JsonObject.class::cast)
                            .filter(key -> key.text("kid").filter(id::equals).isPresent())
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("no such key"));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    private static boolean isSigned(String token, JsonObject key) throws IOException {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(new ECPoint(number(key, "x"), number(key, "y")), curve())));
            signature.update(token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1)));
        } catch (GeneralSecurityException broken) {
            throw new IOException(broken);
        }
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static BigInteger number(JsonObject key, String coordinate) {
        return new BigInteger(
                1, Base64.getUrlDecoder().decode(key.text(coordinate).orElseThrow()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
