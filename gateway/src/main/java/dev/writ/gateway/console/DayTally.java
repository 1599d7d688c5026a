package dev.writ.gateway.console;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Grouping;
import dev.writ.audit.Tally;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * What was decided in the last 24 hours, counted by hour. Entries do not change, so each is counted once, by its index, in parts: the
 * newest part when somebody looks, or after a minute. In memory, for each replica; counted anew after a start.
 */
@ApplicationScoped
class DayTally {

    static final int HOURS = 24;

    /** As many as take a few ten milliseconds. */
    private static final int MOST = 50_000;

    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final List<Grouping> BY = List.of(Grouping.HOUR, Grouping.VERDICT, Grouping.RULE, Grouping.AGENT);
    private static final Logger LOG = Logger.getLogger(DayTally.class);

    private final AuditReader reader;
    private final InstantSource clock;
    private final int most;

    /** What was counted so far. Guarded by this, as all that follows. */
    private final TreeMap<Instant, Hour> hours = new TreeMap<>();

    /** Entries from here, inclusive, were counted. */
    private long from = -1;

    /** To here, exclusive. */
    private long to;

    private Optional<Uni<Day>> counting = Optional.empty();

    @Inject
    DayTally(AuditReader reader, InstantSource clock) {
        this(reader, clock, MOST);
    }

    /** @param most entries to count at a time */
    DayTally(AuditReader reader, InstantSource clock, int most) {
        this.reader = reader;
        this.clock = clock;
        this.most = most;
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        count();
        vertx.setPeriodic(EVERY.toMillis(), timer -> count());
    }

    private void count() {
        day().subscribe()
                .with(counted -> {}, failure -> LOG.warnf("decisions were not counted cause=%s", failure.toString()));
    }

    /** Decisions by verdict. */
    record Counted(long allowed, long denied, long escalated) {
        static final Counted NONE = new Counted(0, 0, 0);

        public long all() {
            return allowed + denied + escalated;
        }

        Counted plus(Counted other) {
            return new Counted(allowed + other.allowed, denied + other.denied, escalated + other.escalated);
        }

        private static Counted of(String verdict, long decisions) {
            return switch (verdict) {
                case "allow" -> new Counted(decisions, 0, 0);
                case "deny" -> new Counted(0, decisions, 0);
                default -> new Counted(0, 0, decisions);
            };
        }
    }

    /**
     * The last 24 hours, as far as they have begun.
     *
     * @param hours by their beginning, all of them, the oldest first
     * @param denials how often each rule denied
     * @param size entries of the log that was counted
     */
    record Day(Map<Instant, Counted> hours, Map<String, Counted> agents, Map<String, Long> denials, long size) {}

    private static final class Hour {
        Counted all = Counted.NONE;
        final Map<String, Counted> agents = new HashMap<>();
        final Map<String, Long> denials = new HashMap<>();

        void add(Tally tally) {
            String verdict = of(tally, Grouping.VERDICT);
            Counted more = Counted.of(verdict, tally.entries());
            all = all.plus(more);
            agents.merge(of(tally, Grouping.AGENT), more, Counted::plus);
            if (verdict.equals("deny")) {
                denials.merge(of(tally, Grouping.RULE), tally.entries(), Long::sum);
            }
        }
    }

    /** With everything that is in the log by now. Whoever asks while it is counted is told the same. */
    synchronized Uni<Day> day() {
        if (counting.isEmpty()) {
            counting = Optional.of(reader.checkpoint()
                    .chain(head -> newer(head.size()).chain(() -> older(head.size())))
                    .map(counted -> day(counted))
                    .onTermination()
                    .invoke(this::counted)
                    .memoize()
                    .indefinitely());
        }
        return counting.get();
    }

    private synchronized void counted() {
        counting = Optional.empty();
    }

    /** Counts what was added to the log. */
    private Uni<Void> newer(long size) {
        long start = begin(size);
        if (start >= size) {
            return Uni.createFrom().voidItem();
        }
        long end = Math.min(size, start + most);
        return part(start, end).chain(tallies -> {
            counted(tallies, () -> to = end);
            return newer(size);
        });
    }

    private synchronized long begin(long size) {
        if (from < 0) {
            from = size;
            to = size;
        }
        return to;
    }

    /** Counts what was there before the first time, back to what is too old; answers the size of the log. */
    private Uni<Long> older(long size) {
        long end = oldest();
        if (end == 0) {
            return Uni.createFrom().item(size);
        }
        long start = Math.max(0, end - most);
        return part(start, end).chain(tallies -> {
            boolean isEnough = tallies.stream().anyMatch(tally -> hour(tally).isBefore(begin()));
            counted(tallies, () -> from = isEnough ? 0 : start);
            return older(size);
        });
    }

    private synchronized long oldest() {
        return from;
    }

    private Uni<List<Tally>> part(long start, long end) {
        return reader.count(
                new EntryQuery(
                        Map.of(), Set.of("DECIDED"), start, end, Optional.empty(), Optional.empty(), false, 1, false),
                BY,
                most);
    }

    private synchronized void counted(List<Tally> tallies, Runnable moved) {
        tallies.stream()
                .filter(tally -> !hour(tally).isBefore(begin()))
                .forEach(tally ->
                        hours.computeIfAbsent(hour(tally), first -> new Hour()).add(tally));
        moved.run();
    }

    private synchronized Day day(long size) {
        hours.headMap(begin()).clear();
        Map<Instant, Counted> byHour = new TreeMap<>();
        for (int hour = 0; hour < HOURS; hour++) {
            byHour.put(begin().plus(hour, ChronoUnit.HOURS), Counted.NONE);
        }
        Map<String, Counted> agents = new HashMap<>();
        Map<String, Long> denials = new HashMap<>();
        new ArrayList<>(hours.entrySet()).forEach(hour -> {
            byHour.put(hour.getKey(), hour.getValue().all);
            hour.getValue().agents.forEach((agent, counted) -> agents.merge(agent, counted, Counted::plus));
            hour.getValue().denials.forEach((rule, denied) -> denials.merge(rule, denied, Long::sum));
        });
        return new Day(byHour, agents, denials, size);
    }

    private Instant begin() {
        return clock.instant().truncatedTo(ChronoUnit.HOURS).minus(HOURS - 1, ChronoUnit.HOURS);
    }

    private static Instant hour(Tally tally) {
        return Instant.parse(of(tally, Grouping.HOUR));
    }

    private static String of(Tally tally, Grouping grouping) {
        return tally.group().getOrDefault(grouping, "");
    }
}
