package dev.writ.gateway.retention;

import dev.writ.audit.Kept;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * What the database deletes because an entry says so. It reads the entry itself, does what it says and no more, and refuses while
 * a hold forbids it. Done again, each deletes what is left, which is nothing.
 */
interface Deletions {

    /**
     * Destroys the key of a subject and deletes the inputs under it.
     *
     * @param entry index of an {@code ERASURE}
     * @return how many rows went
     */
    Uni<Long> erase(long entry);

    /**
     * Deletes inputs whose time is over, but those under a hold.
     *
     * @param entry index of a {@code RESULTS_EXPIRED}
     */
    Uni<Long> expire(long entry);

    /** What is kept below an index if all of these kinds are pruned. */
    Uni<Kept> kept(long below, List<String> prunable);

    /**
     * Deletes entries and their inputs.
     *
     * @param entry index of a {@code PRUNE}
     */
    Uni<Long> prune(long entry);
}
