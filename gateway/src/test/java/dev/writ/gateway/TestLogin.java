package dev.writ.gateway;

import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.gateway.token.SignedTokens;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where people log in at a {@link TestIssuer}, and codes become ID tokens. It believes whoever says in {@code as} who they are; who says
 * nothing is asked. A code holds all that it is for, and is taken once, from whoever has its verifier.
 *
 * <p>Tests make it misbehave by further parameters of the same request: {@code claims}, JSON that replaces claims of the ID token;
 * {@code iss}, which replaces that of the answer, or leaves it out if it is empty; {@code signer}, if somebody else signs; {@code error} and
 * {@code error_description}; and {@code tokens}, what the token endpoint answers with in place of tokens.
 */
final class TestLogin {

    static final String SECRET = "not-a-secret-of-the-console+/:";

    private static final SignedTokens STRANGER = new SignedTokens("", SignedTokens.newKey("test"));

    private final String url;
    private final SignedTokens signed;
    private final boolean namesItself;
    private final Set<String> taken = ConcurrentHashMap.newKeySet();

    private TestLogin(String url, SignedTokens signed, boolean namesItself) {
        this.url = url;
        this.signed = signed;
        this.namesItself = namesItself;
    }

    /** Serves it below a path of a server; {@code namesItself} says so in what comes back from there (RFC 9207). */
    static void serve(HttpServer server, String path, String url, SignedTokens signed, boolean namesItself) {
        TestLogin login = new TestLogin(url, signed, namesItself);
        server.createContext(path + "/authorize", login::authorize);
        server.createContext(path + "/token", login::token);
    }

    static String metadata(String url, String keys, boolean namesItself) {
        return "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + keys + "\",\"authorization_endpoint\":\"" + url
                + "/authorize?tenant=1\",\"token_endpoint\":\"" + url
                + "/token\",\"authorization_response_iss_parameter_supported\":" + namesItself + "}";
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
        if (!asked.getOrDefault("code_challenge_method", "").equals("S256") || !asked.containsKey("tenant")) {
            answer(exchange, 400, "text/plain", "no PKCE");
        } else if (!asked.containsKey("as") && !asked.containsKey("error")) {
            answer(exchange, 200, "text/html", form(asked));
        } else {
            Map<String, String> back = new LinkedHashMap<>();
            back.put("state", asked.getOrDefault("state", ""));
            if (asked.containsKey("iss") ? !asked.get("iss").isEmpty() : namesItself) {
                back.put("iss", asked.getOrDefault("iss", url));
            }
            for (String error : new String[] {"error", "error_description"}) {
                if (asked.containsKey(error)) {
                    back.put(error, asked.get(error));
                }
            }
            if (!asked.containsKey("error")) {
                asked.put("at", Instant.now().toString());
                JsonObject.Builder code = JsonObject.builder();
                asked.forEach(code::put);
                back.put("code", Base64URL.encode(code.build().toBytes()).toString());
            }
            exchange.getResponseHeaders().add("Location", asked.get("redirect_uri") + "?" + encoded(back));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> sent =
                parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        JsonObject code = (JsonObject) JsonValue.parse(new Base64URL(sent.getOrDefault("code", "")).decodeToString());
        String answer = code.text("tokens").orElse("");
        if (!isClient(exchange, sent, code.text("client_id").orElseThrow())) {
            answer(exchange, 401, "application/json", "{\"error\":\"invalid_client\"}");
        } else if (!code.text("redirect_uri").orElseThrow().equals(sent.get("redirect_uri"))
                || !code.text("code_challenge").orElseThrow().equals(challenge(sent.getOrDefault("code_verifier", "")))
                || !taken.add(sent.get("code"))) {
            answer(exchange, 400, "application/json", "{\"error\":\"invalid_grant\"}");
        } else if (answer.isEmpty()) {
            answer(exchange, 200, "application/json", tokens(code).toJson());
        } else {
            answer(exchange, 200, "application/json", answer.equals("huge") ? "[" + " ".repeat(300_000) + "]" : answer);
        }
    }

    /** {@code console} has a secret; others have none and name themselves. */
    private static boolean isClient(HttpExchange exchange, Map<String, String> sent, String client) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String expected = URLEncoder.encode(client, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        return client.equals("console")
                ? ("Basic " + Base64.getEncoder().encodeToString(expected.getBytes(StandardCharsets.UTF_8)))
                        .equals(header)
                : header == null && client.equals(sent.get("client_id"));
    }

    private JsonObject tokens(JsonObject code) {
        String access = "nobody-reads-this";
        byte[] digest = Digest.of(access.getBytes(StandardCharsets.UTF_8)).bytes();
        Map<String, Object> claims = new HashMap<>(Map.of(
                "iss",
                url,
                "sub",
                code.text("as").orElseThrow(),
                "aud",
                code.text("client_id").orElseThrow(),
                "iat",
                Instant.now().getEpochSecond(),
                "exp",
                Instant.now().plusSeconds(300).getEpochSecond(),
                "nonce",
                code.text("nonce").orElseThrow(),
                "at_hash",
                Base64URL.encode(Arrays.copyOf(digest, 16)).toString(),
                "acr",
                "gold",
                "amr",
                new String[] {"pwd", "otp"},
                "auth_time",
                Instant.parse(code.text("at").orElseThrow()).getEpochSecond()));
        code.text("claims")
                .map(others -> (JsonObject) JsonValue.parse(others))
                .ifPresent(others -> others.members()
                        .forEach((claim, value) -> claims.put(
                                claim,
                                value instanceof JsonString text
                                        ? (Object) text.value()
                                        : (Object) Long.parseLong(value.toJson()))));
        SignedTokens signer = code.text("signer").isPresent() ? STRANGER : signed;
        return JsonObject.builder()
                .put("access_token", access)
                .put("token_type", "Bearer")
                .put("id_token", signer.sign("JWT", claims))
                .build();
    }

    private static String form(Map<String, String> asked) {
        StringBuilder form = new StringBuilder("<!DOCTYPE html><title>Log in</title><form action=\"/authorize\">");
        asked.forEach((name, value) -> form.append("<input type=\"hidden\" name=\"")
                .append(name)
                .append("\" value=\"")
                .append(value)
                .append("\">"));
        return form.append("<label>You are <input name=\"as\"></label><button>Log in</button></form>")
                .toString();
    }

    private static String challenge(String verifier) {
        return Base64URL.encode(
                        Digest.of(verifier.getBytes(StandardCharsets.US_ASCII)).bytes())
                .toString();
    }

    /** Goes there and says that, and is sent back. */
    static String visit(String at, Map<String, String> said) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(at + "&" + encoded(said)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static String encoded(Map<String, String> parameters) {
        StringBuilder encoded = new StringBuilder();
        parameters.forEach((name, value) -> encoded.append(encoded.isEmpty() ? "" : "&")
                .append(name)
                .append("=")
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return encoded.toString();
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
