package dev.writ.connect.http;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.net.ForbiddenAddressException;
import dev.writ.model.Digest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One request on its way: sent at most once, answered exactly once, in time. Everything here happens on one Vert.x context, so
 * one thing at a time.
 *
 * <p>Until a connection stands, whatever goes wrong is a failure, for nothing was sent; from then on it is an unknown outcome.
 */
final class Exchange {

    /** Bytes of an answer that are read in well under a millisecond; longer ones would hold others up. */
    private static final int SMALL = 16 * 1024;

    /** RFC 9110 15.6.3 to 15.6.5: the service, or what stands behind it, is not there for now. */
    private static final Set<Integer> FAILING = Set.of(502, 503, 504);

    /** Whoever had less time than that may be late without any fault of the service. */
    private static final Duration FAIR = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Optional<Buffer> body;
    private final AnswerReader answers;
    private final int maxAnswerBytes;
    private final Consumer<Attempted> answer;
    private final Consumer<Throwable> trouble;
    private final Runnable release;

    private final Buffer received = Buffer.buffer();
    private Optional<HttpClientRequest> sent = Optional.empty();
    private boolean connecting = true;
    private boolean answered;
    private boolean fairLimit;
    private long timer;

    /**
     * @param body absent if the request has none
     * @param answer is told what became of it, once
     * @param trouble is told why a connection failed or broke
     * @param release is run once, when neither a connection nor an answer is awaited any more
     */
    Exchange(
            Vertx vertx,
            Optional<Buffer> body,
            AnswerReader answers,
            int maxAnswerBytes,
            Consumer<Attempted> answer,
            Consumer<Throwable> trouble,
            Runnable release) {
        this.vertx = vertx;
        this.body = body;
        this.answers = answers;
        this.maxAnswerBytes = maxAnswerBytes;
        this.answer = answer;
        this.trouble = trouble;
        this.release = release;
    }

    /**
     * @param connection makes the connection; the request is ready on it and unsent
     * @param limit from now until the answer
     * @param usual what the limit is if the call's deadline leaves time for it
     */
    void run(Supplier<Future<HttpClientRequest>> connection, Duration limit, Duration usual) {
        fairLimit = limit.compareTo(usual) >= 0 || limit.compareTo(FAIR) >= 0;
        timer = vertx.setTimer(Math.max(1, limit.toMillis()), this::overdue);
        connection.get().onSuccess(this::connected).onFailure(this::unconnected);
    }

    private void connected(HttpClientRequest request) {
        connecting = false;
        if (answered) {
            request.reset();
            release.run();
        } else {
            send(request);
        }
    }

    private void unconnected(Throwable cause) {
        connecting = false;
        if (answered) {
            release.run();
            return;
        }
        trouble.accept(cause);
        if (cause instanceof ForbiddenAddressException) {
            // The operator's matter: the service may be as well as ever.
            answer(Attempted.well(notSent("the tool's host leads to an address that the operator did not allow")));
        } else {
            answer(Attempted.failing(notSent("the tool could not be reached"), "it could not be reached"));
        }
    }

    private void send(HttpClientRequest request) {
        sent = Optional.of(request);
        body.map(request::send)
                .orElseGet(request::send)
                .onSuccess(this::receive)
                .onFailure(this::broken);
    }

    private void receive(HttpClientResponse response) {
        response.handler(this::collect);
        response.exceptionHandler(this::broken);
        response.endHandler(end -> read(response));
    }

    private void read(HttpClientResponse response) {
        response.exceptionHandler(null);
        int status = response.statusCode();
        Supplier<Attempted> reading = () -> {
            ToolResult result = answers.read(status, response.headers(), received.getBytes(), digest());
            return FAILING.contains(status)
                    ? Attempted.failing(result, "it answered " + status)
                    : Attempted.well(result);
        };
        if (received.length() <= SMALL) {
            answer(reading.get());
        } else {
            vertx.executeBlocking(reading::get, false).onSuccess(this::answer).onFailure(this::broken);
        }
    }

    private void collect(Buffer chunk) {
        if (answered) {
            return;
        }
        if (received.length() + chunk.length() > maxAnswerBytes) {
            giveUp(Attempted.well(unknown("its answer is longer than " + maxAnswerBytes + " bytes and was dropped")));
        } else {
            received.appendBuffer(chunk);
        }
    }

    private void broken(Throwable cause) {
        if (!answered) {
            trouble.accept(cause);
            giveUp(Attempted.failing(unknown("the connection broke"), "the connection broke"));
        }
    }

    private void overdue(long id) {
        ToolResult late = sent.isPresent()
                ? unknown("no complete answer came in time")
                : notSent("the tool could not be reached in time");
        giveUp(fairLimit ? Attempted.failing(late, "it did not answer in time") : Attempted.well(late));
    }

    private static ToolResult notSent(String reason) {
        return new Failed(reason + "; nothing was sent", Optional.empty(), Traffic.NONE);
    }

    private ToolResult unknown(String reason) {
        return new OutcomeUnknown(
                "the request was sent, but " + reason + "; find out whether it was done before trying again",
                new Traffic(Optional.of(digest()), Optional.empty(), Optional.empty()));
    }

    private void giveUp(Attempted attempted) {
        answer(attempted);
        sent.ifPresent(HttpClientRequest::reset);
    }

    private Digest digest() {
        return Digest.of(body.map(Buffer::getBytes).orElseGet(() -> new byte[0]));
    }

    private void answer(Attempted attempted) {
        if (answered) {
            return;
        }
        answered = true;
        vertx.cancelTimer(timer);
        if (!connecting) {
            release.run();
        }
        answer.accept(attempted);
    }
}
