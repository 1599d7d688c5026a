package dev.writ.audit.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/** Calls of the functions that delete what an entry says. */
final class Deleting {

    private static final String OBJECT_IN_USE = "55006";

    /** The database knows where the first one begins. */
    private static final long FIRST_STEP = -1;

    private Deleting() {}

    /** Deleting is rare and may take long, so there is one connection, and only while it is needed. */
    static Pool pool(Vertx vertx, DatabaseUrl login) {
        return PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1).setIdleTimeout(60))
                .connectingTo(login.connectOptions().addProperty("application_name", "writ-" + login.user()))
                .using(vertx)
                .build();
    }

    /** Rows that went. */
    static Future<Long> call(Pool pool, String function, long entryIndex) {
        return pool.preparedQuery("SELECT " + function + "($1)")
                .execute(Tuple.of(entryIndex))
                .map(rows -> rows.iterator().next().getLong(0))
                .recover(failed -> Future.failedFuture(known(failed)));
    }

    /** Inputs that went, of all steps of an expiry together. Each is a transaction, so that nobody waits for long. */
    static Future<Long> expire(Pool pool, long entryIndex) {
        return expire(pool, entryIndex, FIRST_STEP, 0);
    }

    private static Future<Long> expire(Pool pool, long entryIndex, long start, long gone) {
        return pool.preparedQuery("SELECT inputs, next FROM audit.expire($1, $2)")
                .execute(Tuple.of(entryIndex, start))
                .recover(failed -> Future.failedFuture(known(failed)))
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    long sum = gone + row.getLong(0);
                    Long next = row.getLong(1);
                    return next == null ? Future.succeededFuture(sum) : expire(pool, entryIndex, next, sum);
                });
    }

    private static Throwable known(Throwable failed) {
        return failed instanceof PgException refused && OBJECT_IN_USE.equals(refused.getSqlState())
                ? new HeldException(refused)
                : failed;
    }
}
