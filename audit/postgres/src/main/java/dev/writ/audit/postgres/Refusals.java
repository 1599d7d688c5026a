package dev.writ.audit.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sorts out a batch that the database refused: who is answered, who is tried again. */
final class Refusals {

    private static final Logger LOGGER = System.getLogger(Refusals.class.getName());

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String CHECK_VIOLATION = "23514"; // also said where no partition takes a row
    private static final String DATA_EXCEPTION = "22";
    private static final String INTEGRITY_VIOLATION = "23";

    /** PostgreSQL names the partitioned table if no partition takes a row, and the partition if one refuses it. */
    private static final String PARTITIONED = "entry";

    private final Waiting waiting;
    private final Recent recent;
    private final Partitions partitions;
    private final Side side;
    private final Standing standing;
    private final BatchLimit limit;

    Refusals(Waiting waiting, Recent recent, Partitions partitions, Side side, Standing standing, BatchLimit limit) {
        this.waiting = waiting;
        this.recent = recent;
        this.partitions = partitions;
        this.side = side;
        this.standing = standing;
        this.limit = limit;
    }

    /** All was refused. Fails if it is better to pause before trying again. */
    Future<?> refused(Batch batch, Throwable why) {
        String state = why instanceof PgException refusal ? String.valueOf(refusal.getSqlState()) : "";
        if (state.equals(UNIQUE_VIOLATION)) {
            return unique(batch, (PgException) why);
        }
        LOGGER.log(Level.WARNING, "The database refuses a batch of {0}: {1}", batch.size(), state);
        if (state.equals(CHECK_VIOLATION) && PARTITIONED.equals(((PgException) why).getTable())) {
            waiting.addFirst(batch.revert());
            // One that should be there was taken away; only an operator can tell what becomes of it.
            return partitions.end() < batch.after().size()
                    ? partitions.extend(batch.after().size())
                    : Future.failedFuture(why);
        }
        if (state.isEmpty() || state.startsWith(DATA_EXCEPTION) || state.startsWith(INTEGRITY_VIOLATION)) {
            return data(batch, why);
        }
        waiting.addFirst(batch.revert());
        return Future.failedFuture(why);
    }

    /** A row that one entry implies was refused: its caller fails, and only that one. */
    void rowRefused(Batch batch, int position, Throwable why) {
        batch.written().get(position).fail(why);
        waiting.addFirst(batch.revert());
    }

    private Future<?> unique(Batch batch, PgException why) {
        if (!"entry_key".equals(why.getTable())) {
            standing.failClosed("there are rows above the newest checkpoint", why);
            waiting.failAll(standing.refusal());
            return Future.failedFuture(why);
        }
        Set<String> keys = new HashSet<>();
        batch.recorded().forEach(recorded -> keys.addAll(recorded.entry().keys()));
        List<Pending<?>> again = batch.revert();
        return side.ask(session -> session.holders(keys))
                .onSuccess(this::remember)
                // Whoever has a key that is taken is told when the next batch is made.
                .onComplete(asked -> waiting.addFirst(again));
    }

    private void remember(Map<String, Long> holders) {
        holders.forEach(recent::remember);
    }

    /** Something in one of the drafts is not to the database's liking; halving finds it. */
    private Future<?> data(Batch batch, Throwable why) {
        if (batch.size() == 1) {
            batch.written().get(0).fail(why);
        } else {
            limit.halve(batch.size());
        }
        waiting.addFirst(batch.revert());
        return Future.succeededFuture();
    }
}
