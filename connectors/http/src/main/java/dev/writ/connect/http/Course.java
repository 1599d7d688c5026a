package dev.writ.connect.http;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The requests of one call so far: one, or more of an operation that is declared idempotent. They follow one another, so this is used
 * by one thread at a time.
 */
final class Course {

    private final boolean idempotent;
    private final Instant deadline;
    private final InstantSource clock;
    private Optional<Attempted> last = Optional.empty();
    private Optional<OutcomeUnknown> unknown = Optional.empty();

    /** @param idempotent whether a request may be repeated */
    Course(boolean idempotent, Instant deadline, InstantSource clock) {
        this.idempotent = idempotent;
        this.deadline = deadline;
        this.clock = clock;
    }

    synchronized void ended(Attempted attempted) {
        last = Optional.of(attempted);
        if (attempted.result() instanceof OutcomeUnknown uncertain) {
            unknown = Optional.of(uncertain);
        }
    }

    /** Whether another request may be made after a pause of at most that length. */
    synchronized boolean isRepeatableAfter(Duration pause) {
        return idempotent && clock.instant().plus(pause).isBefore(deadline);
    }

    /**
     * What became of the call, if anything was attempted. An earlier request whose outcome nobody knows may have had its effect, so only
     * a success says more than that: the failure of a later one may be that one's alone.
     */
    synchronized Optional<ToolResult> result() {
        return last.map(Attempted::result)
                .map(latest -> latest.fold(
                        succeeded -> succeeded,
                        failed -> unknown.<ToolResult>map(earlier -> earlier).orElse(failed),
                        own -> own));
    }
}
