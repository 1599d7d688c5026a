package dev.writ.connect.mcp;

import dev.writ.connect.mcp.Wire.Ongoing;
import dev.writ.connect.mcp.Wire.Receiver;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Hears what a server announces by itself: that its lists have changed, and resources that were subscribed to. */
final class Announcements {

    /** A server that announces changes without end is heard once in so many milliseconds. */
    private static final long PAUSE = 250;

    /** Calls wait so long for the stream that a server may ask on; some say nothing on it before there is something to say. */
    private static final long OPENING = 1000;

    private static final Duration SUBSCRIBING = Duration.ofSeconds(10);
    private static final int MOST_SUBSCRIPTIONS = 1000;

    private final Server server;
    private final Relay relay;
    private final Vertx vertx;
    private final Backoff backoff;
    private final Listener listener;
    private final Set<String> subscribed = new TreeSet<>();
    private final Set<Kind> announced = EnumSet.noneOf(Kind.class);
    private Optional<Ongoing> stream = Optional.empty();
    private Optional<Session> session = Optional.empty();
    private boolean pausing;

    Announcements(Server server, Relay relay, Vertx vertx, Backoff backoff, Listener listener) {
        this.server = server;
        this.relay = relay;
        this.vertx = vertx;
        this.backoff = backoff;
        this.listener = listener;
    }

    /**
     * From now on in that session.
     *
     * @return completes when calls may be sent: a question of the server that comes before there is a stream for it is lost
     */
    Future<Void> listen(Session open) {
        stop();
        session = Optional.of(open);
        if (!announcesAnything(open)) {
            return Future.succeededFuture();
        }
        Ear ear = new Ear(open);
        if (open.protocol().isModern()) {
            JsonValue id = open.nextId();
            stream = Optional.of(open.wire()
                    .send(
                            open.request(
                                    id,
                                    "subscriptions/listen",
                                    JsonObject.builder()
                                            .put("notifications", filter(open))
                                            .build(),
                                    Optional.empty(),
                                    Map.of(),
                                    JsonObject.empty()),
                            ear));
        } else {
            stream = Optional.of(open.wire().listen(open.protocol().headers(), ear));
        }
        return asks(open) ? ear.opened() : Future.succeededFuture();
    }

    /** Servers of earlier revisions ask there too, also in the middle of a call. */
    private boolean asks(Session open) {
        return !open.protocol().isModern() && !relay.equals(Relay.NONE);
    }

    private boolean announcesAnything(Session open) {
        return asks(open)
                || open.declares("tools", "listChanged")
                || open.declares("prompts", "listChanged")
                || open.declares("resources", "listChanged")
                || open.declares("resources", "subscribe");
    }

    private JsonObject filter(Session open) {
        JsonObject.Builder filter = JsonObject.builder();
        for (Kind kind : Kind.values()) {
            if (open.declares(kind.list(), "listChanged")) {
                filter.put(kind.list() + "ListChanged", true);
            }
        }
        if (!subscribed.isEmpty()) {
            filter.put("resourceSubscriptions", JsonArray.ofTexts(subscribed));
        }
        return filter.build();
    }

    void stop() {
        stream.ifPresent(Ongoing::abandon);
        stream = Optional.empty();
        session = Optional.empty();
    }

    /** A stream of announcements of one session. */
    private final class Ear implements Receiver {
        private final Session open;
        private final Promise<Void> opened = Promise.promise();

        Ear(Session open) {
            this.open = open;
        }

        Future<Void> opened() {
            long timer = vertx.setTimer(OPENING, late -> opened.tryComplete());
            return opened.future().onComplete(done -> vertx.cancelTimer(timer));
        }

        @Override
        public void head(MultiMap headers) {
            opened.tryComplete();
        }

        @Override
        public void message(Message message, byte[] bytes) {
            if (message instanceof Message.Failure) {
                // It does not offer what it said it does; lists are read again when they are too old.
                stream = Optional.empty();
            } else if (message instanceof Message.Result) {
                again();
            } else {
                backoff.worked();
                server.stray(message);
            }
        }

        @Override
        public void ended(Ending ending) {
            opened.tryComplete();
            if (ending instanceof Ending.SessionGone) {
                server.forget(open);
            } else if (!(ending instanceof Ending.Refused)) {
                again();
            }
        }

        private void again() {
            if (session.filter(open::equals).isEmpty()) {
                return;
            }
            server.mayHaveChanged();
            backoff.failed();
            vertx.setTimer(Math.max(PAUSE, backoff.left().toMillis()), later -> {
                if (session.filter(open::equals).isPresent()) {
                    listen(open);
                }
            });
        }
    }

    void hear(Message.Notification notification) {
        switch (notification.method()) {
            case "notifications/tools/list_changed" -> changed(Kind.TOOL);
            case "notifications/prompts/list_changed" -> changed(Kind.PROMPT);
            case "notifications/resources/list_changed" -> changed(Kind.RESOURCE);
            case "notifications/resources/updated" ->
                notification.params().text("uri").filter(subscribed::contains).ifPresent(listener::resourceUpdated);
            default -> {
                // Nobody's.
            }
        }
    }

    private void changed(Kind kind) {
        if (kind != Kind.RESOURCE) {
            server.mayHaveChanged();
        }
        announced.add(kind);
        if (!pausing) {
            pausing = true;
            vertx.setTimer(PAUSE, over -> readAgain());
        }
    }

    private void readAgain() {
        pausing = false;
        Set<Kind> kinds = EnumSet.copyOf(announced);
        announced.clear();
        if (session.isPresent()) {
            server.current().onComplete(read -> kinds.forEach(listener::listChanged));
        }
    }

    Future<Void> subscribe(Session open, String uri) {
        if (!open.protocol().isModern()) {
            throw new IllegalStateException("earlier revisions have a method for it");
        }
        if (subscribed.size() >= MOST_SUBSCRIPTIONS) {
            return Future.failedFuture(
                    ServerException.because("Writ follows too many resources of this server already"));
        }
        if (subscribed.add(uri)) {
            listen(open);
        }
        return Future.succeededFuture();
    }

    /** A subscription that a request made. */
    void follows(String uri) {
        if (subscribed.size() < MOST_SUBSCRIPTIONS) {
            subscribed.add(uri);
        }
    }

    Future<Void> unsubscribe(Session open, String uri) {
        if (!subscribed.remove(uri)) {
            return Future.succeededFuture();
        }
        if (open.protocol().isModern()) {
            listen(open);
            return Future.succeededFuture();
        }
        return open.ask(
                        "resources/unsubscribe",
                        JsonObject.builder().put("uri", uri).build(),
                        SUBSCRIBING)
                .mapEmpty();
    }
}
