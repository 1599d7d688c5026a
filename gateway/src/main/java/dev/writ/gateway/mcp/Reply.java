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
    private static final Buffer NOTHING_NEW = Buffer.buffer(":\n\n");

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Duration keepAlive;
    private final boolean takesEvents;
    private final boolean prefersEvents;

    /** Guarded by this object, as everything below. */
    private final List<Runnable> leaving = new ArrayList<>();

    private Optional<Long> timer = Optional.empty();
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
        response.write(NOTHING_NEW);
        timer = Optional.of(vertx.setPeriodic(keepAlive.toMillis(), tick -> write(NOTHING_NEW)));
    }

    /** Says something before the answer. Dropped if the client takes no stream, or does not keep up. */
    synchronized void tell(JsonObject message) {
        open();
        if (streaming && !over && !response.writeQueueFull()) {
            write(event(Optional.empty(), message));
        }
    }

    /** As {@link #tell}, but never dropped because the client is slow. */
    synchronized void ask(JsonObject message) {
        open();
        if (streaming) {
            write(event(Optional.empty(), message));
        }
    }

    /** An event that tells where the stream can be taken up again, and when to. */
    synchronized void prime(String id, Duration retry) {
        open();
        if (streaming) {
            write(Buffer.buffer("id: " + id + "\nretry: " + retry.toMillis() + "\ndata:\n\n"));
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
            response.end(event(Optional.empty(), message));
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

    private static Buffer event(Optional<String> id, JsonValue message) {
        return Buffer.buffer(id.map(known -> "id: " + known + "\n").orElse("") + "event: message\ndata: "
                + message.toJson() + "\n\n");
    }
}
