package dev.writ.audit.postgres;

import io.vertx.core.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Sees to it that there are partitions for entries to come. Belongs to the event loop. */
final class Partitions {

    private static final Logger LOGGER = System.getLogger(Partitions.class.getName());

    /** How many entries there is always room for; several seconds' worth at the highest rate. */
    static final long AHEAD = 1 << 18;

    private final Side side;
    private long end;
    private boolean isBusy;

    Partitions(Side side) {
        this.side = side;
    }

    /** Where the partition of that index ends; {@code audit.partition_end} in the database. */
    static long endOf(long index) {
        int bits = index < 1L << 20 ? 16 : index < 1L << 24 ? 20 : 24;
        return ((index >> bits) + 1) << bits;
    }

    /** Index up to which there are partitions. */
    long end() {
        return end;
    }

    /** Makes more if what is left gets short. */
    void ensure(long size) {
        if (!isBusy && end - size < AHEAD) {
            isBusy = true;
            extend(size)
                    .onComplete(made -> isBusy = false)
                    .onFailure(
                            failed -> LOGGER.log(Level.WARNING, "The log's next partition cannot be made yet", failed));
        }
    }

    /** Makes partitions ahead of that size. */
    Future<Void> extend(long size) {
        return side.ask(session -> session.extend(size + 2 * AHEAD)).map(reached -> {
            end = reached;
            return null;
        });
    }
}
