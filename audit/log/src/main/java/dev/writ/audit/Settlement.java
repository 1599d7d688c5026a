package dev.writ.audit;

import java.util.List;

/** Turns what happened in the log into the entry to append. */
@FunctionalInterface
public interface Settlement<T> {

    /**
     * Pure and fast (tens of microseconds): it may run several times, also under the log's lock and on another thread.
     *
     * @param since the entries with an index of at least {@code readAt} that touch one of the draft's topics, in order, with their
     *     inputs; those earlier in the same batch included
     */
    Settled<T> settle(List<Recorded> since);
}
