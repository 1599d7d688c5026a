package dev.writ.gateway.token;

import dev.writ.gateway.wire.BoundedBody;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Asks issuers: over TLS, except on this machine; follows no redirects; takes 256 KiB at most. */
final class HttpFetch implements Fetch {

    private static final int OK = 200;
    private static final int MOST = 256 * 1024;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @Override
    public Uni<byte[]> get(URI from, Duration timeout) {
        return answer(from, timeout, HttpRequest.Builder::GET).map(answer -> {
            if (answer.statusCode() != OK) {
                throw new UncheckedIOException(new IOException("it answers with " + answer.statusCode()));
            }
            return answer.body();
        });
    }

    @Override
    public Uni<Answer> post(URI to, Map<String, String> form, Optional<String> authorization, Duration timeout) {
        return answer(to, timeout, request -> {
                    authorization.ifPresent(header -> request.header("Authorization", header));
                    return request.header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(Form.encoded(form)));
                })
                .map(answer -> new Answer(answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8)));
    }

    private Uni<HttpResponse<byte[]>> answer(URI at, Duration timeout, UnaryOperator<HttpRequest.Builder> asked) {
        if (!isSafe(at)) {
            return Uni.createFrom().failure(new IOException("issuers are asked over https only"));
        }
        HttpRequest request = asked.apply(HttpRequest.newBuilder(at)
                        .header("Accept", "application/json")
                        .timeout(timeout))
                .build();
        return Uni.createFrom()
                .completionStage(() -> http.sendAsync(request, head -> new BoundedBody(MOST)))
                .ifNoItem()
                .after(timeout)
                .fail();
    }

    /** Whether nobody on the way could put an answer of their own in place of the issuer's. */
    static boolean isSafe(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        return uri.getHost() != null
                && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(uri.getHost())));
    }
}
