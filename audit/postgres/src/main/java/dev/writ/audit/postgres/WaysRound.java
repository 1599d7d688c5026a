package dev.writ.audit.postgres;

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

    /** Asks until it is answered, as a draft in line waits for a database that is away: until its time is over. */
    private void lookUp(Pending<?> pending, Function<SideSession, Future<?>> question) {
        loop.runOnContext(onLoop -> side.ask(session -> question.apply(session).mapEmpty())
                .onSuccess(known -> prepare.accept(pending))
                .onFailure(failed -> {
                    if (!pending.isAnswered()) {
                        loop.owner().setTimer(PAUSE.toMillis(), again -> lookUp(pending, question));
                    }
                }));
    }
}
