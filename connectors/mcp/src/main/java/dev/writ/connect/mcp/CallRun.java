package dev.writ.connect.mcp;

import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.mcp.PinnedCatalog.Offered;
import dev.writ.connect.mcp.Wire.Ongoing;
import dev.writ.connect.mcp.Wire.Outgoing;
import dev.writ.connect.mcp.Wire.Receiver;
import dev.writ.model.Digest;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One call on its way: sent at most once, answered exactly once, in time. Everything in it happens on the connector's event loop, so
 * one thing at a time.
 *
 * <p>Until the request is written, whatever goes wrong is a failure, for nothing was sent; from then on it is an unknown outcome.
 */
final class CallRun implements Receiver {

    /** Bytes of an answer that are read in well under a millisecond; longer ones would hold others up. */
    private static final int SMALL = 16 * 1024;

    /** MCP 2026-07-28, {@code HeaderMismatch}: nothing was done. */
    private static final int HEADER_MISMATCH = -32020;

    private final Server server;
    private final Vertx vertx;
    private final Offered entry;
    private final Permit permit;
    private final Talk talk;
    private final Relay relay;
    private final Dialogue dialogue;
    private final Function<Permit, Optional<String>> signing;
    private final Consumer<ToolResult> answer;

    private ResultReader results;
    private Optional<Session> session = Optional.empty();
    private Optional<Outgoing> request = Optional.empty();
    private Ongoing ongoing = () -> {};
    private boolean sent;
    private boolean again;
    private boolean answered;
    private long timer;

    /** @param signing makes a token for one request */
    CallRun(
            Server server,
            Vertx vertx,
            Relay relay,
            Offered entry,
            Permit permit,
            Dialogue dialogue,
            Function<Permit, Optional<String>> signing,
            ResultReader results,
            Consumer<ToolResult> answer) {
        this.server = server;
        this.vertx = vertx;
        this.relay = relay;
        this.entry = entry;
        this.permit = permit;
        this.dialogue = dialogue;
        this.talk = new Talk(relay, dialogue, said -> this.results.scrub(said));
        this.signing = signing;
        this.results = results;
        this.answer = answer;
    }

    /**
     * Begins it.
     *
     * @param limit from now until the answer
     */
    void run(Duration limit) {
        timer = vertx.setTimer(Math.max(1, limit.toMillis()), late -> giveUp("no complete answer came in time"));
        var context = vertx.getOrCreateContext();
        var unused = dialogue.cancelled()
                .subscribe()
                .with(cancelled -> context.runOnContext(now -> giveUp("the caller gave it up")), never -> {});
        begin();
    }

    private void begin() {
        server.current().onSuccess(this::ready).onFailure(this::unready);
    }

    private void unready(Throwable cause) {
        String reason = cause instanceof ServerException known && known.getMessage() != null
                ? known.getMessage()
                : "the server could not be reached";
        notSent(reason);
    }

    private void ready(LiveDefinitions live) {
        if (answered) {
            return;
        }
        Optional<String> mismatch = entry.operation().pinned().flatMap(live::mismatch);
        if (mismatch.isPresent()) {
            notSent(mismatch.get());
            return;
        }
        Session open = live.session();
        session = Optional.of(open);
        if (open.protocol().isModern() && entry.operation().method().equals("resources/subscribe")) {
            subscribe(open);
        } else {
            send(open);
        }
    }

    private void send(Session open) {
        Optional<String> token;
        try {
            token = signing.apply(permit);
        } catch (RuntimeException broken) {
            notSent("Writ could not sign its permit");
            return;
        }
        results = token.map(results::without).orElse(results);
        JsonValue id = open.nextId();
        Operation operation = entry.operation();
        Outgoing outgoing = open.request(
                id,
                operation.method(),
                talk.params(
                        operation.params(permit.arguments()),
                        permit,
                        token,
                        id,
                        open.protocol().isModern()),
                operation.routingName(permit.arguments()),
                operation.headers(permit.arguments()),
                Talk.capabilities(relay, dialogue));
        request = Optional.of(outgoing);
        server.begun(this);
        ongoing = open.wire().send(outgoing, this);
    }

    /** There is no method for it any more; the connector's one stream of announcements tells of it. */
    private void subscribe(Session open) {
        Digest wanted = Digest.of(permit.arguments());
        server.subscribe(open, permit.arguments().text("uri").orElse(""))
                .onSuccess(done -> answer(new Succeeded(
                        JsonObject.empty(), new Traffic(Optional.of(wanted), Optional.empty(), Optional.empty()))))
                .onFailure(this::unready);
    }

    @Override
    public void sent() {
        sent = true;
    }

    @Override
    public void paused() {
        talk.pause();
    }

    @Override
    public void message(Message message, byte[] bytes) {
        if (answered) {
            return;
        }
        JsonValue id = request.map(Outgoing::id).orElse(JsonNull.NULL);
        if (message instanceof Message.Result result && result.id().equals(id)) {
            result(result.result(), bytes);
        } else if (message instanceof Message.Failure failure && failure.id().equals(Optional.of(id))) {
            failure(failure, bytes);
        } else {
            hear(message);
        }
    }

    /** Something that the server says or asks meanwhile. */
    void hear(Message message) {
        JsonValue id = request.map(Outgoing::id).orElse(JsonNull.NULL);
        if (message instanceof Message.Request question) {
            session.ifPresent(open -> talk.ask(question, open));
        } else if (message instanceof Message.Notification notification && !talk.tell(notification, id)) {
            server.stray(notification);
        }
    }

    private void result(JsonObject result, byte[] bytes) {
        boolean task = result.text("resultType").filter("task"::equals).isPresent();
        if (task && session.isPresent()) {
            new TaskPolling(session.get(), vertx, () -> answered)
                    .follow(result)
                    .onSuccess(this::done)
                    .onFailure(broken -> unknown("it went on as a task, and then " + broken.getMessage()));
        } else {
            if (entry.operation().method().equals("resources/subscribe")) {
                permit.arguments().text("uri").ifPresent(server::follows);
            }
            read(bytes.length, () -> results.result(entry.operation(), result, Digest.of(bytes), digest(), asking()));
        }
    }

    /** A task came to its end. */
    private void done(Message end) {
        if (end instanceof Message.Result result) {
            read(
                    SMALL + 1,
                    () -> results.result(
                            entry.operation(), result.result(), Digest.of(result.result()), digest(), asking()));
        } else if (end instanceof Message.Failure failure) {
            read(SMALL + 1, () -> results.failure(failure, Digest.of(failure.error()), digest()));
        }
    }

    private void failure(Message.Failure failure, byte[] bytes) {
        if (isHeaderMismatch(failure) && !again) {
            again = true;
            server.mayHaveChanged();
            begin();
        } else {
            read(bytes.length, () -> results.failure(failure, Digest.of(bytes), digest()));
        }
    }

    /** Before 2026-07-28, and where there are no headers, the number is the server's own and may mean anything. */
    private boolean isHeaderMismatch(Message.Failure failure) {
        return failure.code() == HEADER_MISMATCH
                && session.filter(open -> open.protocol().isModern() && open.wire() instanceof HttpWire)
                        .isPresent();
    }

    /** Before 2026-07-28 no result asks for anything. */
    private Optional<Relay> asking() {
        return session.filter(open -> open.protocol().isModern() && dialogue.mayAsk())
                .map(open -> relay);
    }

    private void read(int length, Supplier<ToolResult> reading) {
        if (length <= SMALL) {
            answer(reading.get());
        } else {
            vertx.executeBlocking(reading::get, false)
                    .onSuccess(this::answer)
                    .onFailure(unreadable -> unknown("its answer could not be read"));
        }
    }

    @Override
    public void ended(Ending ending) {
        if (answered) {
            return;
        }
        if (ending instanceof Ending.Unsent) {
            server.fails(ending.reason());
            notSent(ending.reason());
        } else if (ending instanceof Ending.Refused refused) {
            answer(ResultReader.refused(refused, digest()));
        } else if (ending instanceof Ending.SessionGone && !again) {
            again = true;
            sent = false;
            session.ifPresent(server::forget);
            begin();
        } else if (ending instanceof Ending.SessionGone) {
            answer(new Failed(
                    ending.reason() + ", twice",
                    Optional.empty(),
                    new Traffic(Optional.of(digest()), Optional.empty(), Optional.empty())));
        } else {
            unknown(ending.reason());
        }
    }

    void giveUp(String reason) {
        if (answered) {
            return;
        }
        if (!sent) {
            ongoing.abandon();
            notSent(reason);
            return;
        }
        cancel();
        unknown(reason);
    }

    private void cancel() {
        ongoing.abandon();
        session.ifPresent(open -> {
            if (!open.wire().closingCancels(open.protocol().isModern())) {
                open.tell(
                        "notifications/cancelled",
                        JsonObject.builder()
                                .put("requestId", request.map(Outgoing::id).orElse(JsonNull.NULL))
                                .put("reason", "nobody waits for it any more")
                                .build());
            }
        });
    }

    private void notSent(String reason) {
        answer(new Failed(reason + "; nothing was sent", Optional.empty(), Traffic.NONE));
    }

    private void unknown(String reason) {
        session.ifPresent(server::leftOpen);
        answer(new OutcomeUnknown(
                "the request was sent, but " + reason + "; find out whether it was done before trying again",
                new Traffic(Optional.of(digest()), Optional.empty(), Optional.empty())));
    }

    private Digest digest() {
        return Digest.of(request.map(sending -> sending.body().getBytes()).orElseGet(() -> new byte[0]));
    }

    private void answer(ToolResult result) {
        if (!answered) {
            answered = true;
            vertx.cancelTimer(timer);
            talk.end();
            server.over(this);
            answer.accept(result);
        }
    }
}
