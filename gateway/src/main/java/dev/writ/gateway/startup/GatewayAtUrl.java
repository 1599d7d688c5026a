package dev.writ.gateway.startup;

import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A running gateway, as a command asks it with somebody's key. */
final class GatewayAtUrl {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI base;
    private final String key;

    /** @throws RefusedException if that is no URL of a gateway */
    GatewayAtUrl(String url, String key) {
        if (!url.matches("(?i)https?://[^/?#]+/?")) {
            throw new RefusedException(url + " is not that of a gateway, such as http://127.0.0.1:8080", List.of());
        }
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
        this.key = key;
    }

    /** The gateway did not do it, or could not be asked. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<String> problems;

        RefusedException(String message, List<String> problems) {
            super(message);
            this.problems = List.copyOf(problems);
        }

        /** What it found wrong, as {@code file:line:column: message}. */
        List<String> problems() {
            return problems;
        }
    }

    JsonObject get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    JsonObject delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    JsonObject post(String path, JsonObject body) {
        return send("POST", path, BodyPublishers.ofString(body.toJson(), StandardCharsets.UTF_8));
    }

    /** @throws RefusedException if it is not answered with success */
    private JsonObject send(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            JsonObject answer = read(response.body());
            if (response.statusCode() >= 300) {
                throw refused(response.statusCode(), answer);
            }
            return answer;
        } catch (IOException unreachable) {
            throw new RefusedException(
                    base + " cannot be reached; is the gateway running there? --url names another", List.of());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusedException("it was interrupted", List.of());
        }
    }

    private JsonObject read(String body) {
        try {
            if (JsonValue.parse(body) instanceof JsonObject answer) {
                return answer;
            }
        } catch (JsonException malformed) {
            throw new RefusedException(base + " does not answer as a gateway does: " + malformed.what(), List.of());
        }
        throw new RefusedException(base + " does not answer as a gateway does", List.of());
    }

    private static RefusedException refused(int status, JsonObject problem) {
        String said = problem.text("detail").or(() -> problem.text("title")).orElse("no reason was given");
        return new RefusedException(
                said + " (" + status + ")",
                problem.array("problems")
                        .map(found -> found.items().stream())
                        .orElseGet(Stream::empty)
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .map(GatewayAtUrl::place)
                        .toList());
    }

    private static String place(JsonObject problem) {
        return problem.text("file").orElse("") + ":"
                + problem.number("line").map(Number::intValue).orElse(0) + ":"
                + problem.number("column").map(Number::intValue).orElse(0) + ": "
                + problem.text("message").orElse("");
    }
}
