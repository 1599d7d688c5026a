package dev.writ.gateway.token;

import dev.writ.gateway.wire.BoundedBody;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** Gets documents of issuers: over TLS, except from this machine; no redirects; at most 256 KiB. */
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
        if (!isSafe(from)) {
            return Uni.createFrom().failure(new IOException("keys are fetched over https only"));
        }
        HttpRequest request = HttpRequest.newBuilder(from)
                .header("Accept", "application/json")
                .timeout(timeout)
                .GET()
                .build();
        return Uni.createFrom()
                .completionStage(() -> http.sendAsync(request, head -> new BoundedBody(MOST)))
                .ifNoItem()
                .after(timeout)
                .fail()
                .map(answer -> {
                    if (answer.statusCode() != OK) {
                        throw new UncheckedIOException(new IOException("it answers with " + answer.statusCode()));
                    }
                    return answer.body();
                });
    }

    /** Whether nobody on the way could put keys of their own in place of the issuer's. */
    static boolean isSafe(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        return uri.getHost() != null
                && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(uri.getHost())));
    }
}
