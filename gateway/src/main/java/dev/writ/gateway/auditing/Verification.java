package dev.writ.gateway.auditing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What this replica's verification of the whole log, in the background, has come to. */
public interface Verification {

    /** The newest pass that found everything intact; empty before the first has ended. */
    Optional<Pass> lastIntact();

    /** Whether it works, as far as is known. That it has found something does not show here: the log then takes no entries. */
    boolean isVerified();

    /**
     * One pass over the log.
     *
     * @param entries size of the log that was verified
     * @param at when it ended
     */
    record Pass(long entries, Instant at, Duration took) {}
}
