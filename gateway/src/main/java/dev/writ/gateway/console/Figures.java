package dev.writ.gateway.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the overview shows of the last 24 hours. Counts only: they say nothing of a single call, and looking at them is not recorded. */
@ApplicationScoped
class Figures {

    private static final int TOP = 5;

    private final DayTally tally;
    private final MeterRegistry meters;

    Figures(DayTally tally, MeterRegistry meters) {
        this.tally = tally;
        this.meters = meters;
    }

    /** Decisions of one hour, or of one agent. */
    record Counted(String name, DayTally.Counted decisions) {
        public long allowed() {
            return decisions.allowed();
        }

        public long denied() {
            return decisions.denied();
        }

        public long escalated() {
            return decisions.escalated();
        }

        public long all() {
            return decisions.all();
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

        public DayTally.Counted total() {
            return hours.stream().map(Counted::decisions).reduce(DayTally.Counted.NONE, DayTally.Counted::plus);
        }
    }

    Uni<Shown> read() {
        return tally.day().map(day -> new Shown(hours(day), rules(day), agents(day), latencies(), day.size()));
    }

    private static List<Counted> hours(DayTally.Day day) {
        return day.hours().entrySet().stream()
                .map(hour -> new Counted(hour.getKey().toString().substring(11, 16), hour.getValue()))
                .toList();
    }

    private static List<Rule> rules(DayTally.Day day) {
        return day.denials().entrySet().stream()
                .map(rule -> new Rule(rule.getKey(), rule.getValue()))
                .sorted(Comparator.comparingLong(Rule::denied).reversed().thenComparing(Rule::name))
                .limit(TOP)
                .toList();
    }

    /** Those that were stopped most. */
    private static List<Counted> agents(DayTally.Day day) {
        return day.agents().entrySet().stream()
                .map(agent -> new Counted(agent.getKey(), agent.getValue()))
                .sorted(Comparator.comparingLong((Counted agent) -> agent.denied() + agent.escalated())
                        .thenComparingLong(Counted::all)
                        .reversed()
                        .thenComparing(Counted::name))
                .limit(TOP)
                .toList();
    }

    private List<Latency> latencies() {
        Stream<Latency> stations = meters.find("writ.station").timers().stream()
                .map(timer -> latency(
                        Optional.ofNullable(timer.getId().getTag("station")).orElse(""), timer));
        Stream<Latency> log = meters.find("writ.audit.append").timers().stream().map(timer -> latency("log", timer));
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
