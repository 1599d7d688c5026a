package dev.writ.gateway.startup;

import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The gateway that a command speaks to, over HTTP, with the key of whoever types it. */
final class Remote {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int FIRST_ERROR = 400;
    private static final int PAGE = 100;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway. Default: $WRIT_URL, or http://127.0.0.1:8080")
    String url = Optional.ofNullable(System.getenv("WRIT_URL")).orElse("http://127.0.0.1:8080");

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "A file with your API key. Default: the key itself in $WRIT_KEY")
    Optional<Path> keyFile = Optional.empty();

    /** Without the attempt at HTTP/2 that the client would make with each first request, and that a proxy may not answer. */
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer that is an error: what the gateway says of it, with what to do next. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    JsonObject get(String path) {
        return send(request(path).GET());
    }

    /**
     * What is on a list: page after page, as far as it is looked at.
     *
     * @param path of the list, with what it is filtered by
     */
    Stream<JsonObject> items(String path) {
        String list = path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE;
        return Stream.iterate(
                        Optional.of(get(list)),
                        Optional::isPresent,
                        page -> page.flatMap(known -> known.text("next"))
                                .map(next -> get(list + "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8))))
                .flatMap(page -> PolicyLifeCommands.objects(page.orElseThrow(), "items"));
    }

    JsonObject post(String path, JsonObject body) {
        return send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toJson())));
    }

    JsonObject delete(String path) {
        return send(request(path).DELETE());
    }

    /** Deletes what is answered with nothing. */
    void remove(String path) {
        send(request(path).DELETE(), response -> response.statusCode() == 204 ? JsonObject.empty() : object(response));
    }

    private HttpRequest.Builder request(String path) {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + key())
                .header("Accept", "application/json");
    }

    private String key() {
        try {
            return keyFile.isPresent()
                    ? Files.readString(keyFile.get()).strip()
                    : Optional.ofNullable(System.getenv("WRIT_KEY"))
                            .orElseThrow(() -> new RefusedException(
                                    "no key: set WRIT_KEY to your API key, or name a file with --key-file"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the key file cannot be read: " + keyFile.get(), unreadable);
        }
    }

    private JsonObject send(HttpRequest.Builder request) {
        return send(request, this::object);
    }

    private JsonObject send(HttpRequest.Builder request, Function<HttpResponse<String>, JsonObject> read) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            JsonObject body = read.apply(response);
            if (response.statusCode() >= FIRST_ERROR) {
                throw new RefusedException(problem(response.statusCode(), body));
            }
            return body;
        } catch (HttpTimeoutException silent) {
            throw new UncheckedIOException(
                    "the gateway at " + url + " did not answer in " + TIMEOUT.toSeconds()
                            + " s; it may have been done all the same",
                    silent);
        } catch (IOException unreachable) {
            throw new UncheckedIOException("there is no gateway at " + url + "; name it with --url", unreachable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusedException("interrupted; it may have been done all the same");
        }
    }

    private JsonObject object(HttpResponse<String> response) {
        try {
            if (JsonValue.parse(response.body()) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException notJson) {
            // Told below: it is not what a gateway answers.
        }
        throw new RefusedException("what answers at " + url + " is no gateway: status " + response.statusCode());
    }

    /** The detail, and the problems of a bundle as compilers print them. */
    private static String problem(int status, JsonObject body) {
        StringBuilder text = new StringBuilder(
                body.text("detail").or(() -> body.text("title")).orElse("status " + status));
        body.array("problems").stream()
                .flatMap(problems -> problems.texts().stream())
                .forEach(problem -> text.append("\n  ").append(problem));
        body.array("problems").stream()
                .flatMap(problems -> problems.items().stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .forEach(problem -> text.append('\n')
                        .append(problem.text("file").orElse(""))
                        .append(':')
                        .append(number(problem, "line").orElse("0"))
                        .append(':')
                        .append(number(problem, "column").orElse("0"))
                        .append(": ")
                        .append(problem.text("message").orElse("")));
        return text.toString();
    }

    /** The index of the entry that an answer names. */
    static String index(JsonObject answer) {
        return number(answer, "index").orElse("");
    }

    /** A number as people write it: 10, and not 1E+1. */
    static Optional<String> number(JsonObject object, String member) {
        return object.number(member).map(JsonNumber::new).map(JsonValue::toJson);
    }
}
