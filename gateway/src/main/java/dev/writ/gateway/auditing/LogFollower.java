package dev.writ.gateway.auditing;

import dev.writ.audit.Recorded;
import io.smallrye.mutiny.Uni;

/**
 * State in memory that follows the log.
 *
 * <p>Before the port opens, the tail is subscribed first and {@link #load} runs then, so an entry may be both loaded and
 * delivered: applying it twice changes nothing.
 */
public interface LogFollower {

    /** Reads what is in the database already. A failure stops the start. */
    Uni<Void> load();

    /** Applies one entry, in order of index, on the tail's thread. Returns at once and does not throw. */
    void onEntry(Recorded recorded);
}
