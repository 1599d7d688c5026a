package dev.writ.audit.postgres;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Draft;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogTail;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Receipt;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The log in PostgreSQL. Any number of replicas may append to one log, each with an instance of this class; whoever holds an
 * advisory lock sequences, so that there is no leader and no clock to trust.
 *
 * <p>Receipts are emitted, and listeners of the tail are called, on an event loop of the log's own.
 */
public final class PostgresAuditLog implements AuditLog, AutoCloseable {

    private final Engine engine;

    private PostgresAuditLog(Engine engine) {
        this.engine = engine;
    }

    /**
     * What a replica's log needs.
     *
     * @param database login of {@code writ_writer}
     * @param replica name of this replica, which its connections have
     * @param signer whose name is the log's origin
     * @param highWaterMark file of this replica alone, outside of the database; made if it is not there
     */
    public record Settings(
            DatabaseUrl database,
            String replica,
            LogSigner signer,
            MasterKey masterKey,
            Path highWaterMark,
            Limits limits,
            InstantSource clock,
            AuditMetrics metrics) {}

    /**
     * How much may wait, and how long.
     *
     * @param queuedDrafts waiting at once in this process; more are refused
     * @param queuedBytes of leaves and inputs in line
     * @param batchDrafts in one transaction
     * @param recentBytes of newest entries kept in memory, to settle with
     * @param appendTimeout after which an append fails
     */
    public record Limits(
            int queuedDrafts, long queuedBytes, int batchDrafts, long recentBytes, Duration appendTimeout) {

        public static final Limits DEFAULT = new Limits(8192, 16L << 20, 256, 32L << 20, Duration.ofSeconds(2));

        public Limits {
            if (queuedDrafts < 1
                    || queuedBytes < 1
                    || batchDrafts < 1
                    || recentBytes < 1
                    || appendTimeout.isNegative()) {
                throw new IllegalArgumentException("limits are positive");
            }
        }
    }

    /**
     * Opens the log, or begins it in an empty database, after checking that it is sound: durable settings, signature and root of
     * the head, leaves of the last incomplete tile, and the high-water mark.
     *
     * @return fails with {@link DatabaseException}, in one line, if the log must not be served as it is
     */
    public static Uni<PostgresAuditLog> open(Vertx vertx, Settings settings) {
        return Uni.createFrom()
                .completionStage(() -> Engine.start(vertx, settings).toCompletionStage())
                .map(PostgresAuditLog::new);
    }

    @Override
    public <T> Uni<Receipt<T>> append(Draft<T> draft) {
        return Uni.createFrom().emitter(caller -> engine.append(draft, caller));
    }

    @Override
    public LogTail tail() {
        return engine.tail();
    }

    /** The key that signed the first checkpoint; every other one was added by an entry. */
    public LogVerifierKey firstKey() {
        return engine.firstKey();
    }

    /** Whether it appends at all. False for good once it has seen something it cannot explain, and after it was closed. */
    public boolean isWritable() {
        return engine.isWritable();
    }

    /**
     * Refuses further appends for good: something outside of the database shows that the log is not what it was.
     *
     * @param reason for operators, in one line
     */
    public void failClosed(String reason) {
        engine.failClosed(reason);
    }

    /** Refuses further appends, fails those that wait, and disconnects. */
    @Override
    public void close() {
        engine.close();
    }
}
