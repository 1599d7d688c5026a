package dev.writ.connect.mcp;

import dev.writ.connect.mcp.Incoming.Read;
import dev.writ.connect.mcp.Wire.Ongoing;
import dev.writ.connect.mcp.Wire.Outgoing;
import dev.writ.connect.mcp.Wire.Receiver;
import dev.writ.model.JsonValue;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request over HTTP, with as many connections as its answer takes: one, or more where a stream is resumed. */
final class HttpExchange implements Ongoing {

    /** A stream may hold so many messages of the greatest length, and then it is cut. */
    private static final long MESSAGES_PER_STREAM = 16;

    private static final int UNAUTHORIZED = 401;

    private static final long DEFAULT_RETRY = 1000;
    private static final long LONGEST_RETRY = 30_000;
    private static final int MOST_RETRIES = 10;

    /** How long a stream that has served its purpose may take to end, so that its connection can be used again. */
    private static final long GRACE = 1000;

    private final HttpWire wire;
    private final Vertx vertx;
    private final int maxBytes;
    private final JsonValue id;
    private final Receiver receiver;
    private final Incoming incoming;

    private Optional<HttpClientRequest> current = Optional.empty();
    private Map<String, String> headers = Map.of();
    private boolean resumable;
    private boolean listening;
    private boolean done;
    private boolean waiting;
    private boolean resumed;
    private boolean renewed;
    private Runnable attempt = () -> {};
    private Optional<String> lastEventId = Optional.empty();
    private long retry = DEFAULT_RETRY;
    private int retries;
    private long streamed;

    /**
     * One that is not sent yet.
     *
     * @param id of the request, by which its answer is known
     */
    HttpExchange(HttpWire wire, Vertx vertx, int maxBytes, JsonValue id, Receiver receiver) {
        this.wire = wire;
        this.vertx = vertx;
        this.maxBytes = maxBytes;
        this.id = id;
        this.receiver = receiver;
        this.incoming = new Incoming(maxBytes);
    }

    void post(Outgoing request) {
        headers = request.headers();
        resumable = request.resumable();
        begin(() -> wire.connect(HttpMethod.POST, request.headers())
                .onSuccess(connected -> send(connected, request.body()))
                .onFailure(this::unconnected));
    }

    void listen(Map<String, String> own) {
        headers = own;
        listening = true;
        begin(() -> wire.connect(HttpMethod.GET, own)
                .onSuccess(connected -> send(connected, Buffer.buffer()))
                .onFailure(this::unconnected));
    }

    private void begin(Runnable first) {
        attempt = first;
        first.run();
    }

    /** After a 401 something was sent, and nothing done. */
    private void unconnected(Throwable cause) {
        end(renewed ? new Ending.Refused(UNAUTHORIZED, Optional.empty()) : HttpWire.unsent(cause));
    }

    private void send(HttpClientRequest request, Buffer body) {
        if (done) {
            request.reset();
            return;
        }
        current = Optional.of(request);
        receiver.sent();
        request.exceptionHandler(this::broken);
        (request.getMethod().equals(HttpMethod.GET) ? request.send() : request.send(body))
                .onSuccess(this::receive)
                .onFailure(this::broken);
    }

    private void receive(HttpClientResponse response) {
        if (done) {
            return;
        }
        int status = response.statusCode();
        if (status == UNAUTHORIZED && !renewed && wire.renews(response.request())) {
            renewed = true;
            again(response);
            return;
        }
        receiver.head(response.headers());
        response.exceptionHandler(this::broken);
        // Where there is nothing to listen to, some servers say that with 404; whether the session is over, the next
        // request tells.
        if (status == 404 && !listening && headers.containsKey(Protocol.SESSION)) {
            // What is resumed was accepted before, and may have been done.
            give(
                    response,
                    resumed
                            ? new Ending.Broken("the server forgot Writ before the answer was complete")
                            : new Ending.SessionGone());
        } else if (isEncoded(response)) {
            give(response, new Ending.Broken("its answer is compressed, which nobody asked for"));
        } else if (status == 200 && type(response).equals("text/event-stream")) {
            stream(response);
        } else {
            whole(response);
        }
    }

    /** The access token was not taken, so nothing was done (RFC 9110 15.5.2): once more, with another one. */
    private void again(HttpClientResponse response) {
        response.handler(dropped -> {});
        response.exceptionHandler(dropped -> {});
        cutLater();
        current = Optional.empty();
        attempt.run();
    }

    private void give(HttpClientResponse response, Ending ending) {
        response.handler(dropped -> {});
        response.exceptionHandler(dropped -> {});
        end(ending);
        cutLater();
    }

    /** No encoding was asked for (RFC 9110 12.5.3). */
    private static boolean isEncoded(HttpClientResponse response) {
        String encoding = response.getHeader("Content-Encoding");
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    private static String type(HttpClientResponse response) {
        String type = response.getHeader("Content-Type");
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private void whole(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (!done && body.length() + chunk.length() > maxBytes) {
                tooLong();
            } else if (!done) {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(ended -> {
            if (!done) {
                current = Optional.empty();
                read(response, body.getBytes());
            }
        });
    }

    private void read(HttpClientResponse response, byte[] body) {
        List<Read> messages = incoming.body(body);
        for (Read read : messages) {
            deliver(named(read.message(), messages.size()), read.bytes().getBytes());
        }
        int status = response.statusCode();
        if (done) {
            return;
        }
        boolean refused = status < 200 || status >= 300;
        if (refused && !resumed) {
            end(new Ending.Refused(status, Optional.ofNullable(response.getHeader("WWW-Authenticate"))));
        } else {
            end(new Ending.Broken("its answer cannot be read"));
        }
    }

    /** An error that is the whole answer to one request is its error, even if the server did not repeat the id. */
    private Message named(Message message, int among) {
        boolean nameless = among == 1
                && message instanceof Message.Failure failure
                && failure.id().isEmpty();
        return nameless ? new Message.Failure(Optional.of(id), ((Message.Failure) message).error()) : message;
    }

    private void stream(HttpClientResponse response) {
        SseReader reader = new SseReader(maxBytes, new SseReader.Sink() {
            @Override
            public void event(byte[] data) {
                HttpExchange.this.event(data);
            }

            @Override
            public void retry(long millis) {
                retry = Math.min(millis, LONGEST_RETRY);
            }
        });
        response.handler(chunk -> {
            if (done) {
                return;
            }
            streamed += chunk.length();
            if (!reader.read(chunk) || streamed > MESSAGES_PER_STREAM * maxBytes) {
                tooLong();
            }
            lastEventId = reader.lastId().or(() -> lastEventId);
        });
        response.endHandler(ended -> {
            current = Optional.empty();
            if (interrupted("it ended its answer too early")) {
                receiver.paused();
            }
        });
    }

    private void event(byte[] data) {
        if (done) {
            return;
        }
        Optional<Message> message = incoming.message(data);
        if (message.isEmpty()) {
            cut(new Ending.Broken("its answer cannot be read"));
        } else {
            retries = 0;
            deliver(message.get(), data);
        }
    }

    private void deliver(Message message, byte[] bytes) {
        if (done) {
            return;
        }
        if (answers(message)) {
            done = true;
            cutLater();
        }
        receiver.message(message, bytes);
    }

    private boolean answers(Message message) {
        if (message instanceof Message.Result result) {
            return result.id().equals(id);
        }
        return message instanceof Message.Failure failure && failure.id().equals(Optional.of(id));
    }

    private void broken(Throwable cause) {
        current = Optional.empty();
        interrupted("the connection broke");
    }

    /** Whether it goes on after a while. */
    private boolean interrupted(String reason) {
        if (done || waiting) {
            return false;
        }
        boolean goesOn = resumable && lastEventId.isPresent() && retries < MOST_RETRIES;
        if (goesOn) {
            retries++;
            waiting = true;
            vertx.setTimer(Math.max(1, retry), timer -> resume());
        } else {
            end(new Ending.Broken(reason));
        }
        return goesOn;
    }

    /** 2025-11-25, Resumability and Redelivery: always by GET, however the stream began. */
    private void resume() {
        if (done) {
            return;
        }
        waiting = false;
        resumed = true;
        attempt = this::resume;
        Map<String, String> more = new HashMap<>(headers);
        lastEventId.ifPresent(last -> more.put("Last-Event-ID", last));
        wire.connect(HttpMethod.GET, more)
                .onSuccess(request -> send(request, Buffer.buffer()))
                .onFailure(cause -> interrupted("the connection broke"));
    }

    private void tooLong() {
        cut(new Ending.Broken("its answer is longer than " + maxBytes + " bytes and was dropped"));
    }

    private void cut(Ending ending) {
        Optional<HttpClientRequest> connection = current;
        current = Optional.empty();
        // First the end, since cutting it is heard of as a broken connection.
        end(ending);
        connection.ifPresent(HttpClientRequest::reset);
    }

    private void cutLater() {
        current.ifPresent(request -> {
            long timer = vertx.setTimer(GRACE, late -> request.reset());
            request.response().onSuccess(response -> response.end().onComplete(end -> vertx.cancelTimer(timer)));
        });
    }

    private void end(Ending ending) {
        if (!done) {
            done = true;
            receiver.ended(ending);
        }
    }

    @Override
    public void abandon() {
        if (!done) {
            done = true;
            current.ifPresent(HttpClientRequest::reset);
        }
    }
}
