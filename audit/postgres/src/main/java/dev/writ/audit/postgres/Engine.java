package dev.writ.audit.postgres;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import dev.writ.audit.Draft;
import dev.writ.audit.LogTail;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.Receipt;
import dev.writ.audit.VerificationException;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;

/** The parts of an open log, wired together. */
final class Engine {

    private static final Duration SWEEP = Duration.ofMillis(20);
    // Longer than the database's own time-outs for the lock and a statement together.
    private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Context loop;
    private final PostgresAuditLog.Settings settings;
    private final Standing standing = new Standing();
    private final HighWaterMark mark;
    private final LogVerifierKey firstKey;
    private final KnownLog known;
    private final Waiting waiting;
    private final Side side;
    private final Partitions partitions;
    private final TileWriter tiles;
    private final Preparation preparation;
    private final Sequencer sequencer;
    private long sweeping;

    private Engine(Vertx vertx, Context loop, PostgresAuditLog.Settings settings, Opening.Opened opened) {
        this.vertx = vertx;
        this.loop = loop;
        this.settings = settings;
        this.mark = opened.mark();
        this.firstKey = opened.firstKey();
        PostgresAuditLog.Limits limits = settings.limits();
        PgConnectOptions options = WriterSession.options(settings.database(), settings.replica());
        SecureRandom random = new SecureRandom();
        SubjectKeys keys = new SubjectKeys(settings.masterKey(), random);
        Sealer sealer = new Sealer(keys, random);
        BatchLimit limit = new BatchLimit(limits.batchDrafts());
        this.known = new KnownLog(opened.head(), new HeadVerifier(settings.signer()), keys, mark, limits.recentBytes());
        this.waiting = new Waiting(limits.queuedDrafts(), limits.queuedBytes());
        this.side = new Side(
                vertx,
                loop,
                whenLost -> SideSession.open(vertx, options, opened.logId(), keys, this::announce, whenLost));
        this.partitions = new Partitions(side);
        this.tiles = TileWriter.open(
                vertx,
                settings.database(),
                opened.logId(),
                wrong -> standing.failClosed(String.valueOf(wrong.getMessage()), wrong));
        WaysRound detours = new WaysRound(loop, side, known.recent(), waiting, this::prepare, this::wake);
        this.preparation = new Preparation(known.recent(), sealer, detours);
        this.sequencer = new Sequencer(
                vertx,
                loop,
                standing,
                known,
                waiting,
                new Assembly(opened.logId(), settings, known, sealer, detours),
                new Refusals(waiting, known.recent(), partitions, side, standing, limit),
                whenLost -> WriterSession.open(vertx, options, opened.logId(), whenLost),
                limit,
                settings.metrics());
    }

    static Future<Engine> start(Vertx vertx, PostgresAuditLog.Settings settings) {
        Context loop = ((VertxInternal) vertx).createEventLoopContext();
        Promise<Engine> started = Promise.promise();
        loop.runOnContext(onLoop -> Opening.open(vertx, settings)
                .map(opened -> new Engine(vertx, loop, settings, opened))
                .compose(Engine::connect)
                .onComplete(started));
        return started.future();
    }

    private Future<Engine> connect() {
        return side.connect()
                .compose(connected -> partitions.extend(known.head().size()))
                .map(extended -> {
                    sweeping = vertx.setPeriodic(SWEEP.toMillis(), sweep -> sweep());
                    return this;
                })
                .onFailure(failed -> close());
    }

    <T> void append(Draft<T> draft, UniEmitter<? super Receipt<T>> caller) {
        long arrived = System.nanoTime();
        if (!standing.mayWrite()) {
            caller.fail(standing.refusal());
            return;
        }
        Pending<T> pending = new Pending<>(draft, caller, arrived, () -> {
            waiting.leave();
            settings.metrics().appended(Duration.ofNanos(System.nanoTime() - arrived));
        });
        if (waiting.admit(pending)) {
            preparation.prepare(pending);
        } else {
            caller.fail(new AuditUnavailableException(
                    Reason.BACKPRESSURE, "too many entries wait for the audit log; nothing was written"));
        }
    }

    void failClosed(String reason) {
        standing.failClosed(reason, new VerificationException(reason));
        wake();
    }

    boolean isWritable() {
        return standing.mayWrite();
    }

    LogVerifierKey firstKey() {
        return firstKey;
    }

    LogTail tail() {
        return known.tail();
    }

    void close() {
        if (standing.isClosed()) {
            return;
        }
        standing.close();
        loop.runOnContext(onLoop -> {
            vertx.cancelTimer(sweeping);
            sequencer.close();
            side.close();
            tiles.close();
            try {
                mark.close();
            } catch (IOException failed) {
                throw new UncheckedIOException("the high-water mark cannot be closed", failed);
            }
        });
    }

    private void sweep() {
        long now = System.nanoTime();
        waiting.expire(now - settings.limits().appendTimeout().toNanos());
        sequencer.giveUpTurnsBefore(now - LONGEST_TURN.toNanos());
        partitions.ensure(known.head().size());
        tiles.ensure(known.head());
    }

    private void announce(long size) {
        sequencer.announce(size);
    }

    private void wake() {
        sequencer.wake();
    }

    private void prepare(Pending<?> pending) {
        preparation.prepare(pending);
    }
}
