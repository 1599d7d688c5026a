package dev.writ.audit.postgres;

import dev.writ.audit.Kept;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;

/** Tells what a prune would keep, for the entry that orders it to say so. */
public final class KeptEntries implements AutoCloseable {

    // Each kind by the index on it: those that are pruned are most of the log, and are not looked at.
    private static final String KEPT = """
            WITH RECURSIVE kinds (kind) AS (
              (SELECT kind FROM audit.entry ORDER BY kind LIMIT 1)
              UNION ALL
              SELECT (SELECT e.kind FROM audit.entry e WHERE e.kind > k.kind ORDER BY e.kind LIMIT 1)
                FROM kinds k WHERE k.kind IS NOT NULL)
            SELECT e.idx, e.leaf_hash FROM kinds k CROSS JOIN LATERAL (
                SELECT idx, leaf_hash FROM audit.entry WHERE kind = k.kind AND idx < $1) e
              WHERE k.kind <> ALL ($2::text[]) ORDER BY e.idx""";

    private final Pool pool;

    private KeptEntries(Pool pool) {
        this.pool = pool;
    }

    /**
     * Connects when it is first asked.
     *
     * @param database login of {@code writ_reader}
     */
    public static KeptEntries open(Vertx vertx, DatabaseUrl database) {
        return new KeptEntries(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1).setIdleTimeout(60))
                .connectingTo(database.connectOptions()
                        .addProperty("application_name", "writ-prune")
                        // Every kind has an index, also before anything is known of the tables.
                        .addProperty("enable_seqscan", "off"))
                .using(vertx)
                .build());
    }

    /** The entries below an index that are not of these kinds. They never change, so this may be asked ahead. */
    public Uni<Kept> below(long index, Collection<String> prunable) {
        return Uni.createFrom()
                .completionStage(() -> pool.preparedQuery(KEPT)
                        .execute(Tuple.of(index).addArrayOfString(prunable.toArray(String[]::new)))
                        .map(rows -> {
                            Kept.Sum sum = new Kept.Sum();
                            for (Row row : rows) {
                                sum.add(row.getLong(0), row.getBuffer(1).getBytes());
                            }
                            return sum.end();
                        })
                        .toCompletionStage());
    }

    @Override
    public void close() {
        pool.close();
    }
}
