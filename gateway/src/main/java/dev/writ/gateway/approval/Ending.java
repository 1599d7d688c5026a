package dev.writ.gateway.approval;

import java.time.Instant;
import java.util.Optional;

/**
 * How an approval ended.
 *
 * @param by the principal; {@code writ} if its time ran out
 * @param reason what they said; absent if they said nothing or it was erased
 * @param index of the entry
 */
public record Ending(Approval.State state, String by, Optional<String> reason, Instant at, long index) {

    @Override
    public String toString() {
        return "Ending[" + state + ", " + index + "]";
    }
}
