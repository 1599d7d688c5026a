package dev.writ.gateway.console;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Grouping;
import dev.writ.audit.Tally;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the overview shows of the last 24 hours. Counts only: they say nothing of a single call, and looking at them is not recorded. */
@ApplicationScoped
class Figures {

    private static final int HOURS = 24;
    private static final int MOST_GROUPS = 1_000;
    private static final int TOP = 5;

    private final AuditReader reader;
    private final MeterRegistry meters;

    Figures(AuditReader reader, MeterRegistry meters) {
        this.reader = reader;
        this.meters = meters;
    }

    /** Decisions of one hour, or of one agent. */
    record Counted(String name, long allowed, long denied, long escalated) {
        static final Counted NONE = new Counted("", 0, 0, 0);

        public long all() {
            return allowed + denied + escalated;
        }

        private Counted with(String verdict, long more) {
            return switch (verdict) {
                case "allow" -> new Counted(name, allowed + more, denied, escalated);
                case "deny" -> new Counted(name, allowed, denied + more, escalated);
                default -> new Counted(name, allowed, denied, escalated + more);
            };
        }

        private Counted named(String other) {
            return new Counted(other, allowed, denied, escalated);
        }
    }

    /** A rule, and how often it denied. */
    record Rule(String name, long denied) {}

    /** How long a part of a call's way takes at this replica, in milliseconds. */
    record Latency(String station, long calls, String median, String slowest) {}

    /**
     * All of it.
     *
     * @param hours the oldest first; their names are the hour's beginning, as in {@code 13:00}
     * @param size entries of the log
     */
    record Shown(List<Counted> hours, List<Rule> rules, List<Counted> agents, List<Latency> latencies, long size) {
        public boolean isEmpty() {
            return total().all() == 0;
        }

        public Counted total() {
            return hours.stream()
                    .reduce(
                            Counted.NONE,
                            (one, other) -> new Counted(
                                    "",
                                    one.allowed() + other.allowed(),
                                    one.denied() + other.denied(),
                                    one.escalated() + other.escalated()));
        }
    }

    Uni<Shown> read(Instant now) {
        Instant from = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(HOURS - 1));
        EntryQuery all = query(from, Map.of());
        EntryQuery denied = query(from, Map.of(Column.VERDICT, "deny"));
        return reader.checkpoint()
                .chain(head -> reader.count(all, List.of(Grouping.HOUR, Grouping.VERDICT), MOST_GROUPS)
                        .chain(hours -> reader.count(denied, List.of(Grouping.RULE), TOP)
                                .chain(rules -> reader.count(
                                                all, List.of(Grouping.AGENT, Grouping.VERDICT), MOST_GROUPS)
                                        .map(agents -> new Shown(
                                                hours(from, hours),
                                                rules.stream()
                                                        .map(Figures::rule)
                                                        .toList(),
                                                agents(agents),
                                                latencies(),
                                                head.size())))));
    }

    private static EntryQuery query(Instant from, Map<Column, String> columns) {
        return new EntryQuery(
                columns, Set.of("DECIDED"), 0, Long.MAX_VALUE, Optional.of(from), Optional.empty(), false, 1, false);
    }

    private static List<Counted> hours(Instant from, List<Tally> tallies) {
        Map<Instant, Counted> byHour = new TreeMap<>();
        for (int hour = 0; hour < HOURS; hour++) {
            Instant at = from.plus(Duration.ofHours(hour));
            byHour.put(at, Counted.NONE.named(at.toString().substring(11, 16)));
        }
        tallies.forEach(tally -> byHour.computeIfPresent(
                Instant.parse(of(tally, Grouping.HOUR)),
                (hour, counted) -> counted.with(of(tally, Grouping.VERDICT), tally.entries())));
        return new ArrayList<>(byHour.values());
    }

    private static Rule rule(Tally tally) {
        return new Rule(of(tally, Grouping.RULE), tally.entries());
    }

    /** Those that were stopped most. */
    private static List<Counted> agents(List<Tally> tallies) {
        Map<String, Counted> byName = new TreeMap<>();
        tallies.forEach(tally -> byName.merge(
                of(tally, Grouping.AGENT),
                Counted.NONE.named(of(tally, Grouping.AGENT)).with(of(tally, Grouping.VERDICT), tally.entries()),
                (one, other) -> new Counted(
                        one.name(),
                        one.allowed() + other.allowed(),
                        one.denied() + other.denied(),
                        one.escalated() + other.escalated())));
        return byName.values().stream()
                .sorted(Comparator.comparingLong((Counted agent) -> agent.denied() + agent.escalated())
                        .thenComparingLong(Counted::all)
                        .reversed())
                .limit(TOP)
                .toList();
    }

    private static String of(Tally tally, Grouping grouping) {
        return tally.group().getOrDefault(grouping, "");
    }

    private List<Latency> latencies() {
        Stream<Latency> stations = meters.find("writ.station").timers().stream()
                .map(timer -> latency(
                        Optional.ofNullable(timer.getId().getTag("station")).orElse(""), timer));
        Stream<Latency> log = meters.find("writ.audit.append").timers().stream().map(timer -> latency("append", timer));
        return Stream.concat(stations, log)
                .filter(latency -> latency.calls() > 0)
                .sorted(Comparator.comparing(Latency::station))
                .toList();
    }

    private static Latency latency(String name, Timer timer) {
        ValueAtPercentile[] percentiles = timer.takeSnapshot().percentileValues();
        return new Latency(
                name,
                timer.count(),
                milliseconds(percentiles.length > 0 ? percentiles[0].value(TimeUnit.MILLISECONDS) : 0),
                milliseconds(percentiles.length > 1 ? percentiles[1].value(TimeUnit.MILLISECONDS) : 0));
    }

    private static String milliseconds(double time) {
        return Double.isNaN(time) ? "-" : String.format(Locale.ROOT, time < 10 ? "%.1f" : "%.0f", time);
    }
}
