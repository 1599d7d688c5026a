package dev.writ.gateway.auditing;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** A feature that still needs entries that could be pruned. */
public interface Needed {

    /** The oldest entry that is needed; empty if none is. */
    Uni<Optional<Need>> need();

    /**
     * What is needed.
     *
     * @param from index of the oldest entry that is needed
     * @param why as the end of the sentence "they are needed by ..."
     */
    record Need(long from, String why) {}
}
