package dev.writ.gateway.retention;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.PrunedException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the place of a time in the log. */
@ApplicationScoped
class Timeline {

    private final AuditReader reader;

    Timeline(AuditReader reader) {
        this.reader = reader;
    }

    /**
     * The smallest index, of those from one on and below another, whose entry is not older than that time. If all are older, or
     * are gone, the one at which the search ends.
     */
    Uni<Long> firstSince(Instant time, long from, long to) {
        return reader.checkpoint()
                .chain(head -> search(from, Math.max(from, Math.min(to, head.size())), time))
                .chain(near -> firstOf(time, from, near));
    }

    /** Bisecting finds an end in as many steps as there are bits; but clocks may have been wrong, so what is before it is asked. */
    private Uni<Long> firstOf(Instant time, long from, long near) {
        EntryQuery query =
                new EntryQuery(Map.of(), Set.of(), from, near, Optional.of(time), Optional.empty(), false, 1, false);
        return reader.find(query)
                .map(found -> found.isEmpty() ? near : found.get(0).index());
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
