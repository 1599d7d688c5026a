package dev.writ.audit.postgres;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a draft may have to do before it gets in line: have something looked up in the database. Safe for every thread. */
final class WaysRound implements Preparation.Detours {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Context loop;
    private final Side side;
    private final Recent recent;
    private final Waiting waiting;
    private final Consumer<Pending<?>> prepare;
    private final Runnable wake;

    WaysRound(Context loop, Side side, Recent recent, Waiting waiting, Consumer<Pending<?>> prepare, Runnable wake) {
        this.loop = loop;
        this.side = side;
        this.recent = recent;
        this.waiting = waiting;
        this.prepare = prepare;
        this.wake = wake;
    }

    @Override
    public void recall(Pending<?> pending) {
        lookUp(pending, session -> {
            long upTo = recent.end();
            return session.recall(pending.draft().topics(), pending.unseenFrom(), upTo)
                    .onSuccess(found -> pending.recall(found, upTo));
        });
    }

    @Override
    public void ensureKey(Pending<?> pending, String subjectKey) {
        lookUp(pending, session -> session.ensureKey(subjectKey));
    }

    @Override
    public void ready(Pending<?> pending) {
        waiting.add(pending);
        wake.run();
    }

    /** While the database is away it is asked again, as a draft in line waits for it: until the draft's time is over. */
    private void lookUp(Pending<?> pending, Function<SideSession, Future<?>> question) {
        loop.runOnContext(onLoop -> {
            int connection = side.connection();
            side.ask(session -> question.apply(session).mapEmpty())
                    .onSuccess(known -> prepare.accept(pending))
                    .onFailure(failed -> loop.owner()
                            .setTimer(
                                    PAUSE.toMillis(),
                                    later -> loop.runOnContext(
                                            afterwards -> failed(pending, question, connection, failed))));
        });
    }

    /** That the connection it was asked on is there still says that this is the answer. */
    private void failed(
            Pending<?> pending, Function<SideSession, Future<?>> question, int connection, Throwable failure) {
        if (pending.isAnswered()) {
            return;
        }
        if (connection > 0 && connection == side.connection()) {
            pending.fail(new AuditUnavailableException(
                    Reason.UNAVAILABLE, "what the entry depends on cannot be read; nothing was written", failure));
        } else {
            lookUp(pending, question);
        }
    }
}
