package dev.writ.connect.net;

import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Access tokens that the gateway gets for itself: one at a time, kept until shortly before its end, and fetched once however many wait
 * for it. The server that is asked sees a connection to an address that was checked, and no redirect is followed.
 */
public final class AccessTokens implements AutoCloseable {

    /** A token that is refused on its way is one request lost. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** RFC 6749 5.1 leaves it open; a service that says 401 before that has another one fetched. */
    private static final Duration UNSAID = Duration.ofMinutes(5);

    /** After one that failed. */
    private static final Duration REST = Duration.ofSeconds(1);

    private static final int MOST = 64 * 1024;
    private static final int LONGEST_TOKEN = 16 * 1024;
    private static final JsonLimits LIMITS = new JsonLimits(MOST, 16);
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");

    /** @param renew when it is time for another one */
    private record Held(String token, Instant renew, Instant end) {}

    private final ClientCredentials client;
    private final Networks networks;
    private final Duration timeout;
    private final InstantSource clock;
    private final AddressGuard addresses;
    private final HttpClient http;

    private Optional<Held> held = Optional.empty();
    private Optional<Promise<String>> underWay = Optional.empty();
    private Optional<NoAccessTokenException> failure = Optional.empty();
    private Instant failed = Instant.MIN;
    private volatile Redaction redaction = Redaction.of(List.of());
    private Redaction before = redaction;

    /**
     * @param timeout for one token
     * @param addresses stays open when this closes
     */
    public AccessTokens(
            ClientCredentials client,
            Networks networks,
            Duration timeout,
            InstantSource clock,
            Vertx vertx,
            AddressGuard addresses) {
        this.client = client;
        this.networks = networks;
        this.timeout = timeout;
        this.clock = clock;
        this.addresses = addresses;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(client.isSecure())
                .setVerifyHost(true)
                .setKeepAlive(false)
                .setDecompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE));
    }

    /** One that is valid now; fails with a {@link NoAccessTokenException}. */
    public Future<String> token() {
        Promise<String> promise;
        synchronized (this) {
            Instant now = clock.instant();
            if (held.filter(token -> now.isBefore(token.renew())).isPresent()) {
                return Future.succeededFuture(held.get().token());
            }
            if (underWay.isPresent()) {
                return underWay.get().future();
            }
            if (failure.isPresent() && now.isBefore(failed.plus(REST))) {
                return usable(now)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(failure.orElseThrow()));
            }
            promise = Promise.promise();
            underWay = Optional.of(promise);
        }
        fetch().onSuccess(token -> fetched(token, promise)).onFailure(cause -> missed(cause, promise));
        return promise.future();
    }

    /** A service did not take that token: it is not given out again. */
    public synchronized void refused(String token) {
        held = held.filter(known -> !known.token().equals(token));
    }

    /** Takes the tokens that are in use out of what services answer. */
    public Redaction redaction() {
        return redaction;
    }

    private synchronized Optional<String> usable(Instant now) {
        return held.filter(token -> now.isBefore(token.end())).map(Held::token);
    }

    private void fetched(Held token, Promise<String> promise) {
        Redaction own = Redaction.ofToken(token.token());
        synchronized (this) {
            held = Optional.of(token);
            underWay = Optional.empty();
            failure = Optional.empty();
            redaction = before.and(own);
            before = own;
        }
        promise.complete(token.token());
    }

    /** The old one does as long as it is valid. */
    private void missed(Throwable cause, Promise<String> promise) {
        NoAccessTokenException why = cause instanceof NoAccessTokenException known
                ? known
                : new NoAccessTokenException(
                        cause instanceof ForbiddenAddressException
                                ? "the authorization server's host leads to an address that the operator did not allow"
                                : "the authorization server could not be reached");
        Optional<String> old;
        synchronized (this) {
            underWay = Optional.empty();
            failure = Optional.of(why);
            failed = clock.instant();
            old = usable(failed);
        }
        old.ifPresentOrElse(promise::complete, () -> promise.fail(why));
    }

    private Future<Held> fetch() {
        Instant asked = clock.instant();
        return addresses
                .find(client.tokenUrl().getHost(), networks)
                .compose(address -> http.request(options()
                        .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, client.port())))))
                .compose(this::send)
                .compose(answer -> body(answer).map(body -> read(answer.statusCode(), body.getBytes(), asked)))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private RequestOptions options() {
        String path = client.tokenUrl().getRawPath().isEmpty()
                ? "/"
                : client.tokenUrl().getRawPath();
        String query = client.tokenUrl().getRawQuery();
        RequestOptions options = new RequestOptions()
                .setHost(client.tokenUrl().getHost())
                .setPort(client.port())
                .setMethod(HttpMethod.POST)
                .setURI(query == null ? path : path + "?" + query)
                .setFollowRedirects(false)
                .setConnectTimeout(timeout.toMillis())
                .setIdleTimeout(timeout.toMillis())
                .putHeader("Accept", "application/json")
                .putHeader("Content-Type", "application/x-www-form-urlencoded");
        if (client.authentication() == ClientCredentials.Authentication.BASIC) {
            // RFC 6749 2.3.1: both are encoded as in a form first.
            String pair = encoded(client.client()) + ":" + encoded(client.secret());
            options.putHeader(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return options;
    }

    private Future<HttpClientResponse> send(HttpClientRequest request) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        client.scope().ifPresent(scope -> form.put("scope", scope));
        client.resource().ifPresent(resource -> form.put("resource", resource));
        if (client.authentication() == ClientCredentials.Authentication.POST) {
            form.put("client_id", client.client());
            form.put("client_secret", client.secret());
        }
        return request.send(form.entrySet().stream()
                .map(member -> member.getKey() + "=" + encoded(member.getValue()))
                .collect(Collectors.joining("&")));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MOST) {
                whole.tryFail(new NoAccessTokenException("the authorization server's answer is too long"));
                response.request().reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }

    /** RFC 6749 5.1 and 5.2. */
    private static Held read(int status, byte[] body, Instant asked) {
        Optional<JsonObject> said = parse(body);
        if (status != 200) {
            String error = said.flatMap(members -> members.text("error"))
                    .filter(text -> ERROR.matcher(text).matches())
                    .map(text -> ", " + text)
                    .orElse("");
            throw new NoAccessTokenException("the authorization server gives Writ no token (" + status + error
                    + "); an operator has to look at the client and its secret");
        }
        String token = said.filter(members -> members.text("token_type")
                        .filter("bearer"::equalsIgnoreCase)
                        .isPresent())
                .flatMap(members -> members.text("access_token"))
                .filter(text -> HeaderRules.isValue(text) && text.length() <= LONGEST_TOKEN)
                .orElseThrow(() -> new NoAccessTokenException("the authorization server's answer is no bearer token"));
        Duration life = said.flatMap(members -> members.number("expires_in"))
                .map(seconds -> Duration.ofSeconds(Math.max(
                        0, Math.min(seconds.longValue(), Duration.ofDays(365).toSeconds()))))
                .orElse(UNSAID);
        Duration margin = life.dividedBy(4).compareTo(MARGIN) < 0 ? life.dividedBy(4) : MARGIN;
        return new Held(token, asked.plus(life).minus(margin), asked.plus(life));
    }

    private static Optional<JsonObject> parse(byte[] body) {
        try {
            return JsonValue.parse(body, LIMITS) instanceof JsonObject members
                    ? Optional.of(members)
                    : Optional.empty();
        } catch (JsonException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
