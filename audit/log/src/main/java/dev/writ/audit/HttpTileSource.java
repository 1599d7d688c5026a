package dev.writ.audit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** A log that is served by HTTP. It follows no redirect, so that a token goes to nobody but whom it was given for. */
final class HttpTileSource implements TileSource {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;

    /** As many as a server can be asked to bear, and enough to not wait for each. */
    private static final int PARALLEL = 8;

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final String prefix;
    private final Optional<String> token;

    private HttpTileSource(String prefix, Optional<String> token) {
        this.prefix = prefix;
        this.token = token;
    }

    static HttpTileSource of(URI prefix, Optional<String> token) {
        String scheme = String.valueOf(prefix.getScheme()).toLowerCase(Locale.ROOT);
        String host = String.valueOf(prefix.getHost());
        if (!Set.of("http", "https").contains(scheme)
                || prefix.getHost() == null
                || prefix.getRawQuery() != null
                || prefix.getRawUserInfo() != null
                || prefix.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL of a log is http(s)://host/path, without a query");
        }
        if (token.isPresent() && scheme.equals("http") && !LOOPBACK.contains(host)) {
            throw new IllegalArgumentException("a token is sent by https only; use the https URL of the log");
        }
        return new HttpTileSource(prefix.toString().replaceAll("/+$", ""), token);
    }

    @Override
    public int parallelism() {
        return PARALLEL;
    }

    @Override
    public Optional<byte[]> read(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(prefix + "/" + path))
                .timeout(ANSWER)
                .header("Accept-Encoding", "gzip, identity");
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return read(request.build(), ATTEMPTS);
    }

    private Optional<byte[]> read(HttpRequest request, int attempts) {
        try {
            HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                int status = answer.statusCode();
                if (status >= 500 && attempts > 1) {
                    return read(request, attempts - 1);
                }
                return switch (status) {
                    case 200 -> Optional.of(content(answer, body));
                    case 404, 410 -> Optional.empty();
                    case 401, 403 ->
                        throw new UnreadableLogException(request.uri() + " answers " + status
                                + ": give a token that may read the log with --token-file");
                    default ->
                        throw new UnreadableLogException(
                                request.uri() + " answers " + status + "; try again, or ask whoever runs it");
                };
            }
        } catch (IOException failed) {
            if (attempts > 1) {
                return read(request, attempts - 1);
            }
            throw new UnreadableLogException(
                    request.uri() + " cannot be read (" + failed.getClass().getSimpleName()
                            + "); check the address and the network",
                    failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnreadableLogException("stopped while reading " + request.uri(), stopped);
        }
    }

    private static byte[] content(HttpResponse<InputStream> answer, InputStream body) throws IOException {
        // The specification lets a log compress without being asked to.
        boolean isCompressed = answer.headers()
                .firstValue("Content-Encoding")
                .filter("gzip"::equalsIgnoreCase)
                .isPresent();
        byte[] bytes = (isCompressed ? new GZIPInputStream(body) : body).readNBytes(TileBytes.MAX_BYTES + 1);
        if (bytes.length > TileBytes.MAX_BYTES) {
            throw new UnreadableLogException(
                    answer.uri() + " answers with more than anything of a log; is this its URL?");
        }
        return bytes;
    }

    @Override
    public String toString() {
        return prefix;
    }
}
