package dev.writ.langchain4j;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Speaks HTTP with the gateway. Tells what happened as a value, never as an exception.
 *
 * <p>The key is asked for with each request and goes to the gateway only: redirects are not followed.
 */
final class Gateway {

    private static final int LARGEST_ANSWER = 16 * 1024 * 1024;

    private final URI base;
    private final Supplier<String> key;
    private final Duration timeout;
    private final Patience patience;
    private final HttpClient http;

    /** @param timeout of one request, from connecting to the last byte */
    Gateway(URI base, Supplier<String> key, Duration timeout, Patience patience) {
        this.base = base;
        this.key = key;
        this.timeout = timeout;
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    Answer get(String path) {
        return get(path, Duration.ZERO);
    }

    /** @param extra time that the gateway may take on top, because it was asked to wait */
    Answer get(String path, Duration extra) {
        return patiently(request(path).GET(), timeout.plus(extra));
    }

    /** Sends JSON that may be sent again: the gateway knows it by its key. */
    Answer post(String path, String json) {
        return patiently(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json, UTF_8)),
                timeout);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
    }

    private Answer patiently(HttpRequest.Builder request, Duration longest) {
        Answer answer = send(request, longest);
        for (int again = 1;
                again <= patience.retries() && !Thread.currentThread().isInterrupted();
                again++) {
            Optional<Duration> pause = patience.pauseAfter(answer, again);
            if (pause.isEmpty() || !slept(pause.get())) {
                return answer;
            }
            Answer next = send(request, longest);
            // What was lost once may have been received, unless an answer tells of it.
            answer = answer instanceof Answer.Lost && !isTelling(next) ? answer : next;
        }
        return answer;
    }

    private static boolean isTelling(Answer answer) {
        return answer.fold(
                received ->
                        !Patience.isBusy(received.status()) || received.body().has("callId"),
                notSent -> false,
                lost -> false);
    }

    private Answer send(HttpRequest.Builder request, Duration longest) {
        Optional<String> authorization = authorization();
        if (authorization.isEmpty()) {
            return new Answer.NotSent("no usable API key is configured");
        }
        CompletableFuture<HttpResponse<byte[]>> response = http.sendAsync(
                request.setHeader("Authorization", authorization.get()).build(),
                head -> new BoundedBody(LARGEST_ANSWER));
        try {
            return received(response.get(longest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            response.cancel(true);
            return new Answer.Lost("there was no answer within " + longest.toSeconds() + " s");
        } catch (InterruptedException stopped) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            return new Answer.Lost("the agent was interrupted while it waited");
        } catch (ExecutionException failed) {
            return failure(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /** Absent if there is none that fits a header; which it is, is not said anywhere. */
    private Optional<String> authorization() {
        String current;
        try {
            current = key.get();
        } catch (RuntimeException failing) {
            // Its message is somebody else's and may hold anything.
            return Optional.empty();
        }
        return Optional.ofNullable(current)
                .map(String::strip)
                .filter(text -> !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f))
                .map(text -> "Bearer " + text);
    }

    private static Answer failure(Throwable failure) {
        boolean neverConnected = failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof UnresolvedAddressException;
        return neverConnected
                ? new Answer.NotSent("there is no connection to it")
                : new Answer.Lost("the connection was lost");
    }

    private static Answer received(HttpResponse<byte[]> response) {
        return new Answer.Received(
                response.statusCode(),
                response.headers()
                        .firstValue("Retry-After")
                        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))),
                Json.parseOrMissing(response.body()));
    }

    private static boolean slept(Duration pause) {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
