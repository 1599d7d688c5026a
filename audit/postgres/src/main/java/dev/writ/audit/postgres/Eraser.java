package dev.writ.audit.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;

/**
 * Erases what an entry of the log says, by a login that can do nothing else. The database reads the entry itself; whoever calls
 * this can erase nothing that no entry names. All of it may be repeated.
 */
public final class Eraser implements AutoCloseable {

    private final Pool pool;

    private Eraser(Pool pool) {
        this.pool = pool;
    }

    /**
     * An eraser that connects when it is first asked.
     *
     * @param database login of {@code writ_eraser}
     */
    public static Eraser open(Vertx vertx, DatabaseUrl database) {
        return new Eraser(Deleting.pool(vertx, database));
    }

    /**
     * Destroys the key of the subject that a durable {@code ERASURE} entry names, and deletes the inputs under it.
     *
     * @return rows erased, 0 if nothing was left; fails with {@link HeldException} under a legal hold
     */
    public Uni<Long> erase(long entryIndex) {
        return Uni.createFrom()
                .completionStage(
                        () -> Deleting.call(pool, "audit.erase", entryIndex).toCompletionStage());
    }

    /**
     * Deletes the inputs that a durable {@code RESULTS_EXPIRED} entry names, but for those under a legal hold.
     *
     * @return inputs deleted; fails with {@link HeldException} if a hold comes meanwhile, and may be repeated
     */
    public Uni<Long> expire(long entryIndex) {
        return Uni.createFrom()
                .completionStage(() -> Deleting.expire(pool, entryIndex).toCompletionStage());
    }

    @Override
    public void close() {
        pool.close();
    }
}
