package dev.writ.gateway.retention;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells which legal holds protect what is recorded. */
@ApplicationScoped
public class Holds {

    private final FourEyes operations;

    Holds(FourEyes operations) {
        this.operations = operations;
    }

    /**
     * A hold that protects now.
     *
     * @param id of its operation
     * @param subject whose records: {@code person/} and a pseudonym, or {@code agent/} and a name; empty for everybody's
     * @param index of the entry that proposed it
     * @param isConfirmed whether somebody else has agreed to it; it protects before that, too
     */
    public record Hold(
            String id,
            Optional<String> subject,
            Optional<String> reason,
            String by,
            Instant at,
            long index,
            boolean isConfirmed) {}

    /** All that protect now, the newest first. */
    public List<Hold> standing() {
        return operations.state().all().stream()
                .filter(Proposed::isHolding)
                .map(operation -> new Hold(
                        operation.id(),
                        operation.act().subjectKey(),
                        operation.reason(),
                        operation.proposed().by(),
                        operation.proposed().at(),
                        operation.proposed().index(),
                        operation.isConfirmed()))
                .toList();
    }
}
