package dev.writ.audit.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;

/** Calls of the functions that delete what an entry says. */
final class Deleting {

    private static final String OBJECT_IN_USE = "55006";

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
                .recover(failed -> Future.failedFuture(
                        failed instanceof PgException refused && OBJECT_IN_USE.equals(refused.getSqlState())
                                ? new HeldException(refused)
                                : failed));
    }
}
