package dev.writ.gateway.witness;

import dev.writ.audit.AddCheckpoint;
import dev.writ.audit.WitnessAnswer;
import dev.writ.audit.WitnessFolder;
import dev.writ.gateway.wire.BoundedBody;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Talks to witnesses. Everything that they can make the gateway spend is bounded.
 *
 * @see <a href="https://c2sp.org/tlog-witness">C2SP tlog-witness</a>
 */
final class WitnessClient {

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_ANSWER = 64 * 1024;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Asks for a cosignature. */
    Uni<WitnessAnswer> add(URI prefix, AddCheckpoint request, Duration timeout) {
        HttpRequest post = HttpRequest.newBuilder(below(prefix, "add-checkpoint"))
                .POST(BodyPublishers.ofString(request.toText()))
                .timeout(timeout)
                .build();
        return send(post, timeout)
                .map(answer -> WitnessAnswer.parse(
                        answer.statusCode(),
                        answer.headers().firstValue("Content-Type").orElse(""),
                        text(answer)));
    }

    /** The newest checkpoint that it has cosigned, if it has any. */
    Uni<Optional<String>> latest(URI prefix, String origin, Duration timeout) {
        HttpRequest get = HttpRequest.newBuilder(below(prefix, WitnessFolder.name(origin) + "/checkpoint"))
                .GET()
                .timeout(timeout)
                .build();
        return send(get, timeout).map(answer -> switch (answer.statusCode()) {
            case OK -> Optional.of(text(answer));
            case NOT_FOUND -> Optional.empty();
            default -> throw new IllegalStateException("it answers with status " + answer.statusCode());
        });
    }

    private Uni<HttpResponse<byte[]>> send(HttpRequest request, Duration timeout) {
        return Uni.createFrom()
                .completionStage(() -> http.sendAsync(request, head -> new BoundedBody(LONGEST_ANSWER)))
                // The client's own time-out ends with the head of the answer.
                .ifNoItem()
                .after(timeout.plusMillis(100))
                .fail();
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static URI below(URI prefix, String path) {
        String text = prefix.toString();
        return URI.create(text.endsWith("/") ? text + path : text + '/' + path);
    }
}
