package dev.writ.audit.postgres;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts drafts into the log, in turns: lock, learn what others appended, fix the batch, write, commit, answer. While nobody else
 * appends there is nothing to learn, so the batch is fixed first and all of the rest is sent at once, which the database refuses if the
 * log is not what this replica knows after all (docs/adr/0030). All of it happens on one event loop, one turn at a time; only
 * {@link #wake} and {@link #announce} may be called from elsewhere.
 */
final class Sequencer {

    private static final Logger LOGGER = System.getLogger(Sequencer.class.getName());
    private static final Duration SHORT_PAUSE = Duration.ofMillis(20);
    private static final Duration LONG_PAUSE = Duration.ofMillis(500);
    /** Turns under the lock that learnt nothing, until it is taken for granted that there is nothing to learn. */
    private static final int QUIET = 3;

    private final Vertx vertx;
    private final Context loop;
    private final Standing standing;
    private final KnownLog known;
    private final Waiting waiting;
    private final Assembly assembly;
    private final Refusals refusals;
    private final Function<Runnable, Future<WriterSession>> connect;
    private final AuditMetrics metrics;
    private final BatchLimit limit;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final AtomicLong announced = new AtomicLong();

    private @Nullable WriterSession session;
    private @Nullable Unresolved unresolved;
    private boolean isBusy;
    private boolean isBehind;
    private int quietTurns;
    private long turnBegan;
    private Duration pause = SHORT_PAUSE;

    /** A batch of which nobody knows what became of it, and the session that was to write it. */
    private record Unresolved(Batch batch, WriterSession.Backend lost) {}

    Sequencer(
            Vertx vertx,
            Context loop,
            Standing standing,
            KnownLog known,
            Waiting waiting,
            Assembly assembly,
            Refusals refusals,
            Function<Runnable, Future<WriterSession>> connect,
            BatchLimit limit,
            AuditMetrics metrics) {
        this.vertx = vertx;
        this.loop = loop;
        this.standing = standing;
        this.known = known;
        this.waiting = waiting;
        this.assembly = assembly;
        this.refusals = refusals;
        this.connect = connect;
        this.limit = limit;
        this.metrics = metrics;
    }

    /** There may be something to do. */
    void wake() {
        if (isWoken.compareAndSet(false, true)) {
            loop.runOnContext(woken -> {
                isWoken.set(false);
                turn();
            });
        }
    }

    /** Some replica says that the log has that size. */
    void announce(long size) {
        announced.accumulateAndGet(size, Math::max);
        wake();
    }

    /** Gives a turn up that takes longer than any time-out of the database allows: its connection leads nowhere. */
    void giveUpTurnsBefore(long nanoTime) {
        if (isBusy && session != null && turnBegan - nanoTime < 0) {
            LOGGER.log(Level.WARNING, "The database does not answer; connecting anew");
            turnBegan = System.nanoTime();
            session.close();
        }
    }

    void close() {
        waiting.failAll(standing.refusal());
        if (session != null) {
            session.close();
        }
    }

    private void turn() {
        if (isBusy || !hasWork()) {
            return;
        }
        if (!standing.mayWrite()) {
            waiting.failAll(standing.refusal());
            return;
        }
        isBusy = true;
        turnBegan = System.nanoTime();
        WriterSession current = session;
        if (current == null) {
            connect();
        } else if (unresolved != null) {
            resolve(current, unresolved);
        } else if (isBehind || waiting.isEmpty()) {
            read(current);
        } else if (quietTurns < QUIET || announced.get() > known.head().size()) {
            append(current);
        } else {
            guarded((AsyncResult<Void> now) -> appendAhead(current)).handle(Future.succeededFuture());
        }
    }

    private boolean hasWork() {
        return unresolved != null
                || !waiting.isEmpty()
                || announced.get() > known.head().size();
    }

    private void end() {
        isBusy = false;
        turn();
    }

    private void endLater() {
        vertx.setTimer(pause.toMillis(), later -> end());
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONG_PAUSE) > 0 ? LONG_PAUSE : longer;
    }

    private void connect() {
        Connection connection = new Connection();
        connect.apply(connection::lost).onComplete(guarded(connected -> {
            if (connected.succeeded()) {
                connection.open(connected.result());
                end();
            } else {
                LOGGER.log(Level.WARNING, "The database is not reachable: {0}", message(connected.cause()));
                endLater();
            }
        }));
    }

    /** Ties a session to its being lost: the end of an older one says nothing about the one in use. */
    private final class Connection {
        private @Nullable WriterSession opened;
        private boolean isLost;

        void open(WriterSession newSession) {
            opened = newSession;
            session = isLost ? null : newSession;
            quietTurns = 0;
        }

        void lost() {
            isLost = true;
            if (opened != null && session == opened) {
                session = null;
            }
        }
    }

    /** Learns what others appended, without lock. */
    private void read(WriterSession current) {
        announced.set(0);
        long before = known.head().size();
        current.readSome(before).onComplete(guarded(read -> {
            if (read.failed()) {
                recover(current, read.cause());
                return;
            }
            absorb(read.result());
            known.deliver();
            // A full helping means that there is more.
            isBehind = known.head().size() - before > WriterSession.MOST_ENTRIES / 2;
            if (isBehind) {
                announced.set(known.head().size() + 1);
            }
            end();
        }));
    }

    private void append(WriterSession current) {
        current.lockAndRead(known.head().size()).onComplete(guarded(locked -> {
            if (locked.failed()) {
                recover(current, locked.cause());
                return;
            }
            long lockedAt = System.nanoTime();
            quietTurns++;
            isBehind = !absorb(locked.result());
            if (isBehind) {
                rollBack(current);
                return;
            }
            Batch batch = assembly.assemble(waiting, limit.drafts());
            if (batch.isEmpty()) {
                known.deliver();
                rollBack(current);
                return;
            }
            current.write(batch, assembly.tuple(batch))
                    .onComplete(guarded(written -> written.result().tell(new Ending(current, batch, lockedAt))));
            // While the database works.
            known.deliver();
        }));
    }

    /** Appends to what this replica knows. Whatever the database refuses then is sorted out by a turn under the lock. */
    private void appendAhead(WriterSession current) {
        Batch batch = assembly.assemble(waiting, limit.drafts());
        if (batch.isEmpty()) {
            end();
            return;
        }
        Outcome.Cases ending = new EndingAhead(current, batch);
        current.append(batch, assembly.tuple(batch))
                .onComplete(guarded(written -> written.result().tell(ending)));
    }

    /** @return whether that was all there is */
    private boolean absorb(View view) {
        long before = known.head().size();
        boolean isAll = known.absorb(view);
        if (known.head().size() > before) {
            quietTurns = 0;
        }
        return isAll;
    }

    private class Ending implements Outcome.Cases {
        private final WriterSession current;
        final Batch batch;
        private final long lockedAt;

        /** @param lockedAt on the scale of {@link System#nanoTime()}; not later than it was */
        Ending(WriterSession current, Batch batch, long lockedAt) {
            this.current = current;
            this.batch = batch;
            this.lockedAt = lockedAt;
        }

        @Override
        public void committed() {
            Sequencer.this.committed(batch);
            metrics.committed(batch.size(), batch.settledAgain(), Duration.ofNanos(System.nanoTime() - lockedAt));
            metrics.queueDepth(waiting.size());
            pause = SHORT_PAUSE;
            limit.relax();
            // The next batch is on its way before this one's callers take their time.
            end();
            batch.answer();
        }

        @Override
        public void refused(Throwable why) {
            metrics.retried();
            refusals.refused(batch, why).onComplete(guarded(sorted -> {
                if (sorted.succeeded() && standing.mayWrite()) {
                    end();
                } else {
                    endLater();
                }
            }));
        }

        @Override
        public void rowRefused(int position, Throwable why) {
            metrics.retried();
            refusals.rowRefused(batch, position, why);
            end();
        }

        @Override
        public void unknown(Throwable why) {
            LOGGER.log(Level.WARNING, "The connection was lost while a batch was committed: {0}", message(why));
            unresolved = new Unresolved(batch, current.backend());
            current.close();
            session = null;
            end();
        }
    }

    private final class EndingAhead extends Ending {
        EndingAhead(WriterSession current, Batch batch) {
            super(current, batch, System.nanoTime());
        }

        @Override
        public void refused(Throwable why) {
            again();
        }

        @Override
        public void rowRefused(int position, Throwable why) {
            again();
        }

        private void again() {
            metrics.retried();
            quietTurns = 0;
            waiting.addFirst(batch.revert());
            end();
        }
    }

    /** Finds out what became of a batch whose answer was lost. */
    private void resolve(WriterSession current, Unresolved lost) {
        Batch batch = lost.batch();
        current.isDurable(batch, lost.lost()).onComplete(guarded(found -> {
            if (found.failed()) {
                recover(current, found.cause());
                return;
            }
            unresolved = null;
            if (found.result()) {
                committed(batch);
                end();
                batch.answer();
            } else {
                waiting.addFirst(batch.revert());
                end();
            }
        }));
    }

    private void committed(Batch batch) {
        known.commit(batch);
        known.deliver();
    }

    private void rollBack(WriterSession current) {
        current.rollback().onComplete(guarded(ended -> {
            if (ended.failed()) {
                recover(current, ended.cause());
            } else {
                end();
            }
        }));
    }

    /** Nothing was written in this turn; the drafts are still in line. */
    private void recover(WriterSession current, Throwable why) {
        LOGGER.log(Level.WARNING, "The database refuses a turn: {0}", message(why));
        if (why instanceof PgException) {
            current.rollback().onComplete(guarded(ended -> {
                if (ended.failed()) {
                    drop(current);
                }
                endLater();
            }));
        } else {
            drop(current);
            endLater();
        }
    }

    private void drop(WriterSession current) {
        current.close();
        if (session == current) {
            session = null;
        }
    }

    /** What a turn throws is something nobody can explain, and then nothing more is written. */
    private <T> Handler<AsyncResult<T>> guarded(Consumer<AsyncResult<T>> step) {
        return result -> {
            try {
                step.accept(result);
            } catch (RuntimeException unexplained) {
                standing.failClosed(message(unexplained), unexplained);
                waiting.failAll(standing.refusal());
                if (session != null) {
                    drop(session);
                }
            }
        };
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
