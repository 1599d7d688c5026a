package dev.writ.gateway.export;

import dev.writ.audit.RowChange;
import dev.writ.audit.postgres.AuditSchema;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How far each forwarder has come. Moved by the login that runs tasks, which may not do anything else to them. */
@ApplicationScoped
class Places {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 2;
    private static final String FIND = "SELECT log_id, next_index FROM writ.forwarder WHERE name = $1";
    private static final String MOVE = "UPDATE writ.forwarder SET log_id = $4, next_index = $5"
            + " WHERE name = $1 AND log_id = $2 AND next_index = $3";

    private final Pool pool;

    Places(Vertx vertx, AuditSchema.Access access) {
        this.pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(CONNECTIONS).setName("writ-forward"))
                .connectingTo(access.tasks().connectOptions())
                .using(vertx)
                .build();
    }

    @PreDestroy
    void close() {
        pool.close();
    }

    /** The row that a forwarder begins with, unless it has one. */
    static RowChange begin(String name, ForwardConfig.Start start) {
        return new RowChange(
                "INSERT INTO writ.forwarder (name, log_id, next_index) SELECT $3::text,"
                        + " CASE WHEN $4::boolean THEN max(log_id) ELSE min(log_id) END,"
                        + " CASE WHEN $4::boolean THEN $1::bigint ELSE 0 END"
                        + " FROM audit.log WHERE $2::bytea IS NOT NULL ON CONFLICT DO NOTHING",
                List.of(name, start == ForwardConfig.Start.NOW));
    }

    Uni<Optional<Feed.Position>> of(String name) {
        return UniHelper.toUni(pool.preparedQuery(FIND).execute(Tuple.of(name)))
                .map(rows -> {
                    for (Row row : rows) {
                        return Optional.of(new Feed.Position(row.getInteger(0), row.getLong(1)));
                    }
                    return Optional.<Feed.Position>empty();
                })
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }

    /** Moves it on; whether it was still where it was thought to be. */
    Uni<Boolean> move(String name, Feed.Position from, Feed.Position to) {
        return UniHelper.toUni(
                        pool.preparedQuery(MOVE).execute(Tuple.of(name, from.log(), from.next(), to.log(), to.next())))
                .map(moved -> moved.rowCount() == 1)
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }
}
