package dev.writ.gateway.retention;

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

/** Up to where the log may be pruned: whole tiles of entries, none of which is young or still needed. */
@ApplicationScoped
class PruneBound {

    /** c2sp.org/tlog-tiles: the minimum index is a multiple of the width of a tile of the second level. */
    static final long ALIGNMENT = 1 << 16;

    /** By so much the clocks of replicas may differ. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

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
        Duration kept = config.audit()
                .retention()
                .orElseThrow(
                        () -> conflict("Entries are kept for ever: writ.audit.retention is not set. Set it on every"
                                + " replica before you prune."));
        return timeline.firstSince(journal.now().minus(kept)).chain(old -> {
            if (asked > old) {
                throw conflict(
                        "Entries from index " + old + " on are younger than writ.audit.retention, or there are none."
                                + " Ask for no more than that.");
            }
            return unneeded(asked).map(free -> aligned(asked));
        });
    }

    /**
     * Looks again at what is to be pruned.
     *
     * @return a time before which everything that goes was written; fails with a {@link Problem} if it is needed after all
     */
    Uni<Instant> before(long below) {
        return below(below).chain(free -> timeline.timeAt(below, journal.now())).map(at -> at.plus(CLOCKS));
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
        long below = asked - asked % ALIGNMENT;
        if (below == 0) {
            throw conflict("The log is pruned in steps of " + ALIGNMENT
                    + " entries, and there is no whole step below index " + asked + ".");
        }
        return below;
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail + " Nothing was recorded.");
    }
}
