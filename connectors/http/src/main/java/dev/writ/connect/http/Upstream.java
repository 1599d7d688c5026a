package dev.writ.connect.http;

import dev.writ.connect.net.AddressGuard;
import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Redaction;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The service: connections to it, and the credential for it. */
final class Upstream {

    private static final Logger LOG = System.getLogger(Upstream.class.getName());

    private static final String PERMIT = "Writ-Permit";

    private final HttpConnectorSettings settings;
    private final Vertx vertx;
    private final InstantSource clock;
    private final AddressGuard addresses;
    private final HttpClient client;
    private final AnswerReader answers;

    Upstream(HttpConnectorSettings settings, Vertx vertx, InstantSource clock, HostResolver resolver) {
        this.settings = settings;
        this.vertx = vertx;
        this.clock = clock;
        this.addresses = new AddressGuard(resolver);
        this.client = vertx.createHttpClient(options(settings));
        this.answers = new AnswerReader(Redaction.of(settings.credential().secrets()), settings.maxAnswerBytes());
    }

    private static HttpClientOptions options(HttpConnectorSettings settings) {
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setSsl("https".equals(settings.baseUrl().getScheme()))
                .setVerifyHost(true)
                .setMaxPoolSize(settings.maxConcurrent())
                // One connection for one call: a request that met a connection just being closed could not be repeated,
                // and its outcome would be unknown; and no call can be given the answer to another.
                .setKeepAlive(false)
                .setDecompressionSupported(false)
                // A client span would hold the URL, and that holds arguments.
                .setTracingPolicy(TracingPolicy.IGNORE);
        settings.trustedCertificates()
                .ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }

    /**
     * Sends one request. Never fails.
     *
     * @param token that goes along, and is taken out of the answer
     * @param call of which it is, for the log
     * @param deadline by which there is an answer
     * @param slot is used until neither a connection nor an answer is awaited any more
     */
    Uni<Attempted> send(
            OutboundRequest request, Optional<String> token, Optional<CallId> call, Instant deadline, Slots.Slot slot) {
        slot.begin();
        Duration left = Duration.between(clock.instant(), deadline);
        Duration limit = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
        return Uni.createFrom()
                .emitter(emitter -> vertx.getOrCreateContext()
                        .runOnContext(start -> new Exchange(
                                        vertx,
                                        body(request),
                                        token.map(answers::without)
                                                .orElse(answers)
                                                .of(request.answers()),
                                        settings.maxAnswerBytes(),
                                        emitter::complete,
                                        trouble -> log(call, trouble),
                                        slot::end)
                                .run(() -> connect(request, token, limit), limit, settings.timeout())));
    }

    /** A connection to an address that was checked, with the request ready on it and unsent. */
    private Future<HttpClientRequest> connect(OutboundRequest request, Optional<String> token, Duration limit) {
        return addresses
                .find(settings.baseUrl().getHost(), settings.networks())
                .compose(address -> client.request(options(request, token, limit)
                        .setServer(SocketAddress.inetSocketAddress(
                                new InetSocketAddress(address, port(settings.baseUrl()))))));
    }

    /** RFC 9110 8.6: where a method gives a body a meaning, an empty one is sent as such. */
    private static Optional<Buffer> body(OutboundRequest request) {
        boolean expected = !request.method().equals("GET") && !request.method().equals("DELETE");
        return request.body().map(Buffer::buffer).or(() -> expected ? Optional.of(Buffer.buffer()) : Optional.empty());
    }

    private RequestOptions options(OutboundRequest request, Optional<String> token, Duration limit) {
        URI base = settings.baseUrl();
        RequestOptions options = new RequestOptions()
                .setHost(base.getHost())
                .setPort(port(base))
                .setMethod(HttpMethod.valueOf(request.method()))
                .setURI(path(base, request.target()))
                .setFollowRedirects(false)
                .setConnectTimeout(Math.max(1, limit.toMillis()))
                .putHeader("Accept", "application/json")
                .putHeader("User-Agent", UserAgent.VALUE);
        request.headers().forEach(options::putHeader);
        settings.credential().headers().forEach(options::putHeader);
        token.ifPresent(proof -> options.putHeader(PERMIT, proof));
        return options;
    }

    /** RFC 9110 4.2.3: an empty path is that of the root. */
    private static String path(URI base, String target) {
        if (target.isEmpty()) {
            return base.getRawPath().isEmpty() ? "/" : base.getRawPath();
        }
        return base.getRawPath().replaceAll("/$", "") + target;
    }

    private static int port(URI base) {
        if (base.getPort() >= 0) {
            return base.getPort();
        }
        return "https".equals(base.getScheme()) ? 443 : 80;
    }

    /** The class only: a message may hold what was sent. */
    private void log(Optional<CallId> call, Throwable trouble) {
        LOG.log(
                Level.WARNING,
                "no connection, or it broke: connector={0} callId={1} cause={2}",
                settings.name(),
                call.map(CallId::toString).orElse("none"),
                trouble.getClass().getName());
    }

    void close() {
        client.close();
        addresses.close();
    }
}
