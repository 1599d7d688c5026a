package dev.writ.connect.mcp;

import dev.writ.connect.net.AccessTokens;
import dev.writ.connect.net.AddressGuard;
import dev.writ.connect.net.ForbiddenAddressException;
import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.NoAccessTokenException;
import dev.writ.connect.net.Redaction;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Streamable HTTP: each request has a connection of its own while it lasts, to an address that was checked for it. */
final class HttpWire implements Wire {

    /** Beside calls: a stream of notifications, lists, answers to questions, cancellations. */
    private static final int SPARE_CONNECTIONS = 8;

    /** Servers close idle connections too, some after 5 s, and a request that meets that is lost. */
    private static final int IDLE_SECONDS = 3;

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";

    private final McpConnectorSettings settings;
    private final Endpoint.Http endpoint;
    private final Vertx vertx;
    private final AddressGuard addresses;
    private final HttpClient client;
    private final Optional<AccessTokens> tokens;
    private final Redaction secrets;

    HttpWire(
            McpConnectorSettings settings,
            Endpoint.Http endpoint,
            Vertx vertx,
            HostResolver resolver,
            InstantSource clock) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.vertx = vertx;
        this.addresses = new AddressGuard(resolver);
        this.client = vertx.createHttpClient(options());
        this.secrets = Redaction.of(endpoint.secrets());
        this.tokens = endpoint.credential()
                .client()
                .map(own ->
                        new AccessTokens(own, endpoint.networks(), settings.connectTimeout(), clock, vertx, addresses));
    }

    private HttpClientOptions options() {
        HttpClientOptions options = new HttpClientOptions()
                // One answer for one connection at a time, so no request can be given the answer to another.
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setPipelining(false)
                .setSsl(endpoint.isSecure())
                .setVerifyHost(true)
                .setMaxPoolSize(settings.maxConcurrent() + SPARE_CONNECTIONS)
                .setKeepAlive(true)
                .setKeepAliveTimeout(IDLE_SECONDS)
                .setConnectTimeout((int)
                        Math.min(Integer.MAX_VALUE, settings.connectTimeout().toMillis()))
                .setDecompressionSupported(false)
                // A client span would hold the URL, and that may hold a secret.
                .setTracingPolicy(TracingPolicy.IGNORE);
        endpoint.trustedCertificates()
                .ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }

    @Override
    public Ongoing send(Outgoing request, Receiver receiver) {
        HttpExchange exchange = new HttpExchange(this, vertx, settings.maxMessageBytes(), request.id(), receiver);
        exchange.post(request);
        return exchange;
    }

    @Override
    public Ongoing listen(Map<String, String> headers, Receiver receiver) {
        HttpExchange exchange = new HttpExchange(this, vertx, settings.maxMessageBytes(), JsonNull.NULL, receiver);
        exchange.listen(headers);
        return exchange;
    }

    @Override
    public Future<Void> post(JsonObject message, Map<String, String> headers) {
        return connect(HttpMethod.POST, headers)
                .compose(request -> request.send(Buffer.buffer(message.toJson())))
                .onSuccess(HttpWire::drop)
                .timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    private static void drop(HttpClientResponse response) {
        response.handler(dropped -> {});
        response.exceptionHandler(dropped -> {});
    }

    /** A connection to an address that was checked, with the request ready on it and unsent. */
    Future<HttpClientRequest> connect(HttpMethod method, Map<String, String> headers) {
        return credential()
                .compose(credential -> addresses
                        .find(endpoint.url().getHost(), endpoint.networks())
                        .compose(address -> client.request(request(method, headers, credential)
                                .setServer(SocketAddress.inetSocketAddress(
                                        new InetSocketAddress(address, endpoint.port()))))));
    }

    private Future<Map<String, String>> credential() {
        return tokens.map(own -> own.token().map(token -> Map.of(AUTHORIZATION, BEARER + token)))
                .orElseGet(() -> Future.succeededFuture(endpoint.credential().headers()));
    }

    /** Whether that request was refused for its access token, and there may be another one. */
    boolean renews(HttpClientRequest refused) {
        tokens.ifPresent(own -> own.refused(refused.headers().get(AUTHORIZATION).substring(BEARER.length())));
        return tokens.isPresent();
    }

    /** Takes what Writ authenticates itself with out of what the server says. */
    Redaction redaction() {
        return tokens.map(own -> secrets.and(own.redaction())).orElse(secrets);
    }

    private RequestOptions request(HttpMethod method, Map<String, String> headers, Map<String, String> credential) {
        RequestOptions options = new RequestOptions()
                .setHost(endpoint.url().getHost())
                .setPort(endpoint.port())
                .setMethod(method)
                .setURI(endpoint.target())
                .setFollowRedirects(false)
                .putHeader("User-Agent", ClientInfo.USER_AGENT);
        if (method.equals(HttpMethod.POST)) {
            options.putHeader("Content-Type", "application/json");
            options.putHeader("Accept", "application/json, text/event-stream");
        } else if (method.equals(HttpMethod.GET)) {
            options.putHeader("Accept", "text/event-stream");
        }
        headers.forEach(options::putHeader);
        credential.forEach(options::putHeader);
        return options;
    }

    /** Tells the server that its session is over. */
    void endSession(Map<String, String> headers) {
        connect(HttpMethod.DELETE, headers).compose(HttpClientRequest::send);
    }

    static Ending unsent(Throwable cause) {
        if (cause instanceof NoAccessTokenException refused) {
            return new Ending.Unsent(String.valueOf(refused.getMessage()));
        }
        return new Ending.Unsent(
                cause instanceof ForbiddenAddressException
                        ? "the server's host leads to an address that the operator did not allow"
                        : "the server could not be reached");
    }

    @Override
    public boolean closingCancels(boolean modern) {
        return modern;
    }

    /** Connections are shared by all sessions. */
    @Override
    public void close() {}

    void shutdown() {
        client.close();
        tokens.ifPresent(AccessTokens::close);
        addresses.close();
    }
}
