package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The response to one message: JSON if there is nothing to say before the answer, otherwise a stream of events that ends with it. Safe to
 * use from any thread. What comes after the end, or after the client has gone, is dropped.
 */
final class Reply {

    private static final String EVENTS = "text/event-stream";
    private static final String JSON = "application/json";
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(1);
    private static final Buffer NOTHING_NEW = Buffer.buffer(":\n\n");

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Duration keepAlive;
    private final boolean takesEvents;
    private final boolean prefersEvents;

    /** Guarded by this object, as everything below. */
    private final List<Runnable> leaving = new ArrayList<>();

    private Optional<Long> timer = Optional.empty();
    private Optional<Buffer> wayBack = Optional.empty();
    private boolean streaming;
    private boolean over;
    private boolean gone;

    Reply(Vertx vertx, HttpServerRequest request, Duration keepAlive) {
        this.vertx = vertx;
        this.response = request.response();
        this.keepAlive = keepAlive;
        String accept = String.join(",", request.headers().getAll("Accept")).toLowerCase(Locale.ROOT);
        int events = accept.indexOf(EVENTS);
        int json = accept.indexOf(JSON);
        this.takesEvents = events >= 0;
        this.prefersEvents = events >= 0 && (json < 0 || events < json);
        response.closeHandler(gone -> left());
        response.exceptionHandler(broken -> left());
    }

    /** Whether something may be said before the answer. */
    boolean takesEvents() {
        return takesEvents;
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Runs that once if the client goes before it has its answer; at once if it has gone. */
    void onLeave(Runnable then) {
        synchronized (this) {
            if (!gone) {
                leaving.add(then);
                return;
            }
        }
        then.run();
    }

    synchronized void header(String name, String value) {
        if (!over && !streaming) {
            response.putHeader(name, value);
        }
    }

    /** Begins the stream, if the client takes one. */
    synchronized void open() {
        if (over || streaming || !takesEvents) {
            return;
        }
        streaming = true;
        response.setStatusCode(200)
                .setChunked(true)
                .putHeader("Content-Type", EVENTS)
                .putHeader("Cache-Control", "no-cache")
                .putHeader("X-Accel-Buffering", "no");
        response.write(wayBack.orElse(NOTHING_NEW));
        timer = Optional.of(vertx.setPeriodic(keepAlive.toMillis(), tick -> write(NOTHING_NEW)));
    }

    /**
     * Says something before the answer.
     *
     * @return whether it was said: not if the client takes no stream, or does not keep up
     */
    synchronized boolean tell(JsonObject message) {
        open();
        boolean said = streaming && !over && !response.writeQueueFull();
        if (said) {
            write(event(message));
        }
        return said;
    }

    /** From now on the stream can be taken up again, with that event: the client is told as soon as there is a stream. */
    synchronized void resumable(String id, Duration retry) {
        Buffer event = Buffer.buffer("id: " + id + "\nretry: " + retry.toMillis() + "\ndata:\n\n");
        if (streaming) {
            write(event);
        }
        wayBack = Optional.of(event);
    }

    /** Lets go of a client that can come back for its answer, unless that comes before it is worth it. */
    synchronized void pause() {
        if (wayBack.isPresent() && takesEvents) {
            vertx.setTimer(SHORT_PAUSE.toMillis(), longer -> letGo());
        }
    }

    private synchronized void letGo() {
        if (!over) {
            open();
            gone = true;
            finish();
            response.end();
        }
    }

    /** The answer. */
    synchronized void end(int status, JsonObject message) {
        if (over) {
            return;
        }
        if (status < 400 && prefersEvents) {
            open();
        }
        finish();
        if (streaming) {
            response.end(event(message));
        } else {
            response.setStatusCode(status).putHeader("Content-Type", JSON).end(Buffer.buffer(message.toBytes()));
        }
    }

    /** No answer, or none any more. */
    synchronized void end(int status) {
        if (over) {
            return;
        }
        finish();
        if (!streaming) {
            response.setStatusCode(status);
        }
        response.end();
    }

    private synchronized void write(Buffer buffer) {
        if (!over) {
            response.write(buffer);
        }
    }

    private void finish() {
        over = true;
        timer.ifPresent(vertx::cancelTimer);
        leaving.clear();
    }

    private void left() {
        List<Runnable> told;
        synchronized (this) {
            if (over) {
                return;
            }
            told = List.copyOf(leaving);
            gone = true;
            finish();
        }
        told.forEach(Runnable::run);
    }

    private static Buffer event(JsonValue message) {
        return Buffer.buffer("event: message\ndata: " + message.toJson() + "\n\n");
    }
}
