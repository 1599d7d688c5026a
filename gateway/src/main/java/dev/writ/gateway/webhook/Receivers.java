package dev.writ.gateway.webhook;

import dev.writ.connect.net.AddressGuard;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The services that events are delivered to. Of what they answer, only the status is looked at. */
@ApplicationScoped
public class Receivers {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final AddressGuard addresses;
    private final HttpClient client;

    Receivers(Vertx vertx) {
        this.vertx = vertx;
        this.addresses = AddressGuard.open(vertx);
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setVerifyHost(true)
                .setKeepAlive(false)
                .setDecompressionSupported(false)
                // A client span would hold the URL, which may be a secret by itself.
                .setTracingPolicy(TracingPolicy.IGNORE));
    }

    @PreDestroy
    void close() {
        client.close();
        addresses.close();
    }

    /** Where a delivery would connect to. */
    public Uni<InetAddress> address(Target target) {
        return UniHelper.toUni(find(target));
    }

    /** Sends one request to an address that was checked, follows no redirect, and tells the status of the answer. */
    public Uni<Integer> post(Target target, Map<String, String> headers, String body) {
        return Uni.createFrom()
                .emitter(emitter -> vertx.getOrCreateContext()
                        .runOnContext(start -> exchange(target, headers, body)
                                .onSuccess(emitter::complete)
                                .onFailure(emitter::fail)));
    }

    private Future<InetAddress> find(Target target) {
        return addresses.find(target.url().getHost().replaceAll("[\\[\\]]", ""), target.networks());
    }

    private Future<Integer> exchange(Target target, Map<String, String> headers, String body) {
        Promise<Integer> status = Promise.promise();
        long timer = vertx.setTimer(TIMEOUT.toMillis(), late -> status.tryFail(new TimeoutException()));
        find(target)
                .compose(address -> client.request(options(target, address, headers)))
                .onFailure(status::tryFail)
                .onSuccess(request -> send(request, body, status));
        return status.future().onComplete(known -> vertx.cancelTimer(timer));
    }

    private static void send(HttpClientRequest request, String body, Promise<Integer> status) {
        // Whatever is under way when the status is known, or too late, is broken off.
        status.future().onComplete(known -> request.reset());
        if (status.future().isComplete()) {
            return;
        }
        request.send(body)
                .onFailure(status::tryFail)
                .onSuccess(response -> discard(response, () -> status.tryComplete(response.statusCode())));
    }

    /** Reads a short answer to its end, out of politeness. */
    private static void discard(HttpClientResponse response, Runnable read) {
        AtomicInteger bytes = new AtomicInteger();
        response.handler(chunk -> {
            if (bytes.addAndGet(chunk.length()) > MOST_BYTES) {
                read.run();
            }
        });
        response.exceptionHandler(broken -> read.run());
        response.endHandler(end -> read.run());
    }

    private static RequestOptions options(Target target, InetAddress address, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(target.isEncrypted())
                .setHost(target.url().getHost())
                .setPort(target.port())
                .setURI(target.resource())
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, target.port())))
                .setFollowRedirects(false)
                .setConnectTimeout(TIMEOUT.toMillis());
        headers.forEach(options::putHeader);
        return options;
    }
}
