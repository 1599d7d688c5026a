package dev.writ.connect.mcp;

import dev.writ.connect.Health;
import dev.writ.model.JsonObject;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A server while the connector is open: the session with it, and what it offers now. Everything in it happens on the connector's
 * event loop, so one thing at a time.
 */
final class Server {

    private static final Logger LOG = System.getLogger(Server.class.getName());

    /** A call waits so long for the next attempt to reach the server; if it is later, the call fails at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final McpConnectorSettings settings;
    private final Vertx vertx;
    private final InstantSource clock;
    private final Differences differences;
    private final Wires wires;
    private final Announcements announcements;
    private final Backoff backoff;

    private Optional<Future<Session>> session = Optional.empty();
    private Optional<Future<LiveDefinitions>> reading = Optional.empty();
    private Optional<LiveDefinitions> live = Optional.empty();
    private final Set<CallRun> calls = new HashSet<>();
    private long changes;

    /** Whether the server may still be at a call of this session whose caller is gone. */
    private boolean leftOpen;

    private volatile Health health = new Health.Unknown();
    private boolean closed;

    Server(
            McpConnectorSettings settings,
            McpListing pinned,
            Vertx vertx,
            InstantSource clock,
            RandomGenerator random,
            Listener listener,
            Wires wires) {
        this.settings = settings;
        this.vertx = vertx;
        this.clock = clock;
        this.differences = new Differences(pinned, listener);
        this.wires = wires;
        this.announcements = new Announcements(this, settings.relay(), vertx, new Backoff(clock, random), listener);
        this.backoff = new Backoff(clock, random);
    }

    /** What it offers now: at most as old as the operator allows. Fails with a {@link ServerException}. */
    Future<LiveDefinitions> current() {
        return retrying(this::fresh);
    }

    /** Asks in the session, and once more in a new one if the server has forgotten it. */
    <T> Future<T> retrying(Function<Session, Future<T>> question) {
        return connected()
                .compose(open -> question.apply(open).recover(cause -> {
                    if (cause instanceof ServerException server && server.isSessionGone()) {
                        forget(open);
                        return connected().compose(question);
                    }
                    return Future.failedFuture(cause);
                }));
    }

    private Future<Session> connected() {
        if (closed) {
            return Future.failedFuture(ServerException.of(new Ending.Unsent("the connector is closed")));
        }
        if (session.isPresent()) {
            return session.get();
        }
        Duration wait = backoff.left();
        if (wait.compareTo(PATIENCE) > 0) {
            return Future.failedFuture(ServerException.of(new Ending.Unsent(
                    "the server could not be reached a moment ago, and Writ has not tried again yet")));
        }
        Promise<Session> promise = Promise.promise();
        session = Optional.of(promise.future());
        vertx.setTimer(Math.max(1, wait.toMillis()), start -> connect(promise));
        return promise.future();
    }

    private void connect(Promise<Session> promise) {
        Wire wire = wires.open(this::stray, this::lost);
        new Handshake(settings, wire, vertx)
                .shake()
                .onSuccess(open -> {
                    backoff.worked();
                    works();
                    leftOpen = false;
                    announcements.listen(open).onComplete(heard -> promise.tryComplete(open));
                })
                .onFailure(cause -> {
                    backoff.failed();
                    session = Optional.empty();
                    wire.close();
                    fails(cause);
                    log("the server could not be reached", cause);
                    promise.tryFail(cause);
                });
    }

    private Future<LiveDefinitions> fresh(Session open) {
        Optional<LiveDefinitions> known = live.filter(last -> isFresh(last, open));
        return known.map(Future::succeededFuture).orElseGet(() -> read(open));
    }

    private boolean isFresh(LiveDefinitions last, Session open) {
        Duration age = Duration.between(last.asked(), clock.instant());
        return last.session().equals(open) && last.changes() == changes && age.compareTo(settings.freshness()) <= 0;
    }

    private Future<LiveDefinitions> read(Session open) {
        // One that was begun before the last change tells nothing of it.
        if (reading.isPresent() && settings.freshness().toMillis() > 0) {
            return reading.get().compose(read -> isFresh(read, open) ? Future.succeededFuture(read) : read(open));
        }
        long before = changes;
        Instant asked = clock.instant();
        Promise<LiveDefinitions> promise = Promise.promise();
        reading = Optional.of(promise.future());
        new Lists(settings, open)
                .definitions()
                .map(listing -> LiveDefinitions.of(open, listing, asked, before))
                .onComplete(done -> {
                    reading = Optional.empty();
                    if (done.succeeded()) {
                        works();
                        live = Optional.of(done.result());
                        differences.compare(done.result());
                        promise.tryComplete(done.result());
                    } else {
                        fails(done.cause());
                        promise.tryFail(done.cause());
                    }
                });
        return promise.future();
    }

    /** The newest list of resources. */
    Future<List<JsonObject>> resources() {
        return retrying(open -> new Lists(settings, open).resources());
    }

    Future<List<JsonObject>> resourceTemplates() {
        return retrying(open -> new Lists(settings, open).resourceTemplates());
    }

    /** Something may be different from when it was last read. */
    void mayHaveChanged() {
        changes++;
    }

    /** Follows changes of a resource. */
    Future<Void> subscribe(Session open, String uri) {
        return announcements.subscribe(open, uri);
    }

    /** That was subscribed to. */
    void follows(String uri) {
        announcements.follows(uri);
    }

    Future<Void> unsubscribe(String uri) {
        return connected().compose(open -> announcements.unsubscribe(open, uri));
    }

    /** A message that belongs to no request. */
    void stray(Message message) {
        if (message instanceof Message.Request request) {
            only().ifPresentOrElse(
                            call -> call.hear(request),
                            () -> session.filter(Future::succeeded)
                                    .ifPresent(open -> open.result().refuse(request)));
        } else if (message instanceof Message.Notification notification) {
            if (notification.method().equals("notifications/message")) {
                only().ifPresent(call -> call.hear(notification));
            } else {
                announcements.hear(notification);
            }
        }
    }

    /**
     * Where servers do not say which call they speak of, it is clear only if there is no other, and was none that they may still be at: what
     * is meant for one caller is no other's.
     */
    private Optional<CallRun> only() {
        return calls.size() == 1 && !leftOpen ? Optional.of(calls.iterator().next()) : Optional.empty();
    }

    void begun(CallRun call) {
        calls.add(call);
    }

    void over(CallRun call) {
        calls.remove(call);
    }

    /** A call was sent in that session, and nobody waits for its answer any more. */
    void leftOpen(Session open) {
        leftOpen |= session.filter(Future::succeeded)
                .filter(now -> now.result().equals(open))
                .isPresent();
    }

    /** That session is over. */
    void forget(Session gone) {
        if (session.filter(Future::succeeded)
                .filter(open -> open.result().equals(gone))
                .isPresent()) {
            session = Optional.empty();
            announcements.stop();
            mayHaveChanged();
        }
    }

    /** The server is gone, and every session with it. */
    private void lost(Wire wire) {
        session.filter(Future::succeeded)
                .map(Future::result)
                .filter(open -> open.wire() == wire)
                .ifPresent(open -> {
                    backoff.failed();
                    fails("the program ended; the next call starts it again");
                    forget(open);
                });
    }

    /** Whether it answers, as far as is known; also for other threads. */
    Health health() {
        return health;
    }

    private void works() {
        health = new Health.Up();
    }

    /** A server that has forgotten a session works. */
    private void fails(Throwable cause) {
        if (!(cause instanceof ServerException server && server.isSessionGone())) {
            fails(reason(cause));
        }
    }

    void fails(String why) {
        Instant now = clock.instant();
        health = new Health.Failing(health.fold(up -> now, Health.Failing::since, unknown -> now), why);
    }

    private static String reason(Throwable cause) {
        return cause instanceof ServerException server && server.getMessage() != null
                ? server.getMessage()
                : cause.getClass().getName();
    }

    private void log(String what, Throwable cause) {
        LOG.log(Level.WARNING, "{0}: connector={1} cause={2}", what, settings.name(), reason(cause));
    }

    List<String> diagnostics() {
        return wires.diagnostics();
    }

    void close() {
        closed = true;
        announcements.stop();
        session.filter(Future::succeeded).ifPresent(open -> wires.goodbye(open.result()));
        session = Optional.empty();
        wires.close();
    }
}
