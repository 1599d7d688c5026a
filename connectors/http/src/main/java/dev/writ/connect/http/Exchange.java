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

    private final Vertx vertx;
    private final Optional<Buffer> body;
    private final AnswerReader answers;
    private final int maxAnswerBytes;
    private final Consumer<ToolResult> answer;
    private final Consumer<Throwable> trouble;
    private final Runnable release;

    private final Buffer received = Buffer.buffer();
    private Optional<HttpClientRequest> sent = Optional.empty();
    private boolean connecting = true;
    private boolean answered;
    private long timer;

    /**
     * @param body absent if the request has none
     * @param answer is given the result, once
     * @param trouble is told why a connection failed or broke
     * @param release is run once, when neither a connection nor an answer is awaited any more
     */
    Exchange(
            Vertx vertx,
            Optional<Buffer> body,
            AnswerReader answers,
            int maxAnswerBytes,
            Consumer<ToolResult> answer,
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
     */
    void run(Supplier<Future<HttpClientRequest>> connection, Duration limit) {
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
        boolean forbidden = cause instanceof ForbiddenAddressException;
        notSent(
                forbidden
                        ? "the tool's host leads to an address that the operator did not allow"
                        : "the tool could not be reached");
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
        Supplier<ToolResult> reading =
                () -> answers.read(response.statusCode(), response.headers(), received.getBytes(), digest());
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
            unknown("its answer is longer than " + maxAnswerBytes + " bytes and was dropped");
        } else {
            received.appendBuffer(chunk);
        }
    }

    private void broken(Throwable cause) {
        if (!answered) {
            trouble.accept(cause);
            unknown("the connection broke");
        }
    }

    private void overdue(long id) {
        if (sent.isPresent()) {
            unknown("no complete answer came in time");
        } else {
            notSent("the tool could not be reached in time");
        }
    }

    private void notSent(String reason) {
        answer(new Failed(reason + "; nothing was sent", Optional.empty(), Traffic.NONE));
    }

    private void unknown(String reason) {
        answer(new OutcomeUnknown(
                "the request was sent, but " + reason + "; find out whether it was done before trying again",
                new Traffic(Optional.of(digest()), Optional.empty(), Optional.empty())));
        sent.ifPresent(HttpClientRequest::reset);
    }

    private Digest digest() {
        return Digest.of(body.map(Buffer::getBytes).orElseGet(() -> new byte[0]));
    }

    private void answer(ToolResult result) {
        if (answered) {
            return;
        }
        answered = true;
        vertx.cancelTimer(timer);
        if (!connecting) {
            release.run();
        }
        answer.accept(result);
    }
}
