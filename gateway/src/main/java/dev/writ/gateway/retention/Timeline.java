package dev.writ.gateway.retention;

import dev.writ.audit.AuditReader;
import dev.writ.audit.PrunedException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Finds the place of a time in the log, in as many steps as its size has bits. Times ascend but for the clocks' differences. */
@ApplicationScoped
class Timeline {

    private final AuditReader reader;

    Timeline(AuditReader reader) {
        this.reader = reader;
    }

    /** Every entry below the index that this answers is older than that time, as far as clocks agree. */
    Uni<Long> firstSince(Instant time) {
        return reader.checkpoint().chain(head -> search(0, head.size(), time));
    }

    /** When that entry was written; now if there is none yet. */
    Uni<Instant> timeAt(long index, Instant now) {
        return reader.at(index)
                .map(found -> found.map(recorded -> recorded.entry().at()).orElse(now));
    }

    private Uni<Long> search(long low, long high, Instant time) {
        if (low >= high) {
            return Uni.createFrom().item(low);
        }
        long middle = low + (high - low) / 2;
        return isBefore(middle, time)
                .chain(older -> older ? search(middle + 1, high, time) : search(low, middle, time));
    }

    private Uni<Boolean> isBefore(long index, Instant time) {
        return reader.at(index)
                .map(found -> found.filter(recorded -> !recorded.entry().at().isBefore(time))
                        .isEmpty())
                // What was pruned is older than anything that is asked for.
                .onFailure(PrunedException.class)
                .recoverWithItem(true);
    }
}
