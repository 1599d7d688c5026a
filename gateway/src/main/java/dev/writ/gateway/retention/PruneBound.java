package dev.writ.gateway.retention;

import dev.writ.audit.Pruning;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Up to where the log may be pruned: whole partitions of entries, none of which is young or still needed. */
@ApplicationScoped
class PruneBound {

    private static final Duration SHORTEST = Duration.ofDays(35);

    private final Timeline timeline;
    private final List<Needed> needed;
    private final RetentionConfig config;
    private final Journal journal;

    PruneBound(Timeline timeline, @All List<Needed> needed, RetentionConfig config, Journal journal) {
        this.timeline = timeline;
        this.needed = needed;
        this.config = config;
        this.journal = journal;
        config.audit().retention().filter(kept -> kept.compareTo(SHORTEST) < 0).ifPresent(tooShort -> {
            throw new IllegalArgumentException("writ.audit.retention is 35 days or more, or is not set");
        });
    }

    /**
     * The largest index that may be pruned below, at most the one that was asked for.
     *
     * @return fails with a {@link Problem} if nothing may be
     */
    Uni<Long> below(long asked) {
        return below(asked, oldest());
    }

    /**
     * Looks again at what is to be pruned.
     *
     * @return a time before which everything that goes was written; fails with a {@link Problem} if it is needed after all
     */
    Uni<Instant> before(long below) {
        Instant oldest = oldest();
        return below(below, oldest).replaceWith(oldest);
    }

    /** Of what is kept. */
    private Instant oldest() {
        Duration kept = config.audit()
                .retention()
                .orElseThrow(
                        () -> conflict("Entries are kept for ever: writ.audit.retention is not set. Set it on every"
                                + " replica before you prune."));
        return journal.now().minus(kept);
    }

    private Uni<Long> below(long asked, Instant oldest) {
        return timeline.firstSince(oldest, 0, asked).chain(old -> {
            if (asked > old) {
                throw conflict(
                        "Entries from index " + old + " on are younger than writ.audit.retention, or there are none."
                                + " Ask for no more than that.");
            }
            return unneeded(asked).map(free -> aligned(asked));
        });
    }

    private Uni<Void> unneeded(long asked) {
        return Multi.createFrom()
                .iterable(needed)
                .onItem()
                .transformToUniAndConcatenate(Needed::need)
                .invoke(need -> need.filter(oldest -> oldest.from() < asked).ifPresent(oldest -> {
                    throw conflict("Entry " + oldest.from() + " is needed still, by " + oldest.why()
                            + ". Ask for no more than that index, or wait.");
                }))
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private static long aligned(long asked) {
        long below = Pruning.boundary(asked);
        if (below == 0) {
            throw conflict("The log is pruned in partitions of " + Pruning.SMALLEST
                    + " entries at least, and there is no whole one below index " + asked + ".");
        }
        return below;
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail + " Nothing was recorded.");
    }
}
