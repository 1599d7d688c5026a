package dev.writ.audit.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import java.time.Duration;

/** Deletes the entries whose time an entry of the log says is over, by a login that can do nothing else. */
public final class Pruner implements AutoCloseable {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ATTEMPTS = 120;

    private final Vertx vertx;
    private final Pool pool;

    private Pruner(Vertx vertx, Pool pool) {
        this.vertx = vertx;
        this.pool = pool;
    }

    /**
     * A pruner that connects when it is first asked.
     *
     * @param database login of {@code writ_pruner}
     */
    public static Pruner open(Vertx vertx, DatabaseUrl database) {
        return new Pruner(vertx, Deleting.pool(vertx, database));
    }

    /**
     * Deletes the entries of the kinds that a durable {@code PRUNE} entry names, with their inputs, in all partitions that end at
     * or below its index. It replaces one partition after the other, each in a transaction; it may be repeated.
     *
     * @return rows deleted, 0 if nothing was left; fails with {@link HeldException} under a legal hold, with a database error if
     *     tiles are missing yet or somebody reads the log for more than a minute on end
     */
    public Uni<Long> prune(long entryIndex) {
        return Uni.createFrom()
                .completionStage(() -> prune(entryIndex, 0, ATTEMPTS).toCompletionStage());
    }

    private Future<Long> prune(long entryIndex, long gone, int attempts) {
        return Deleting.call(pool, "audit.prune", entryIndex)
                .compose(rows -> rows == 0 ? Future.succeededFuture(gone) : prune(entryIndex, gone + rows, ATTEMPTS))
                .recover(failed -> attempts > 1
                                && failed instanceof PgException refused
                                && LOCK_NOT_AVAILABLE.equals(refused.getSqlState())
                        ? vertx.timer(PAUSE.toMillis()).compose(later -> prune(entryIndex, gone, attempts - 1))
                        : Future.failedFuture(failed));
    }

    @Override
    public void close() {
        pool.close();
    }
}
