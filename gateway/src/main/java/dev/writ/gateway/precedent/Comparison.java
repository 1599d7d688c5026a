package dev.writ.gateway.precedent;

import dev.writ.gateway.catalog.Visible;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One call beside those like it that have ended. Whoever farms approvals makes many that are small and alike before one that is not: so
 * what counts here is how far a number lies outside of what was approved, and by whom, never how often something was.
 */
public final class Comparison {

    private static final int MOST_CASES = 10;
    private static final int MOST_NUMBERS = 20;

    /** Of one requester and the same people who decided. */
    private static final int MOST_ALIKE = 3;

    /** Refusals, if there are so many. */
    private static final int LEAST_REFUSED = 3;

    private Comparison() {}

    /** One that ended, and how like this one it is. */
    record Case(Ended ended, Likeness likeness) {}

    /**
     * A number of this call beside the same number of calls that were approved.
     *
     * @param path of the argument, as people may be shown it
     * @param approved how many had one there
     * @param largest furthest from zero; absent if none had one
     * @param elsewhere the largest that was approved of another requester
     * @param isBeyond whether it is outside of what was approved, or nothing was
     * @param says the same in words
     */
    record Distance(
            String path,
            BigDecimal value,
            int approved,
            Optional<BigDecimal> smallest,
            Optional<BigDecimal> largest,
            Optional<BigDecimal> elsewhere,
            boolean isBeyond,
            String says) {}

    /**
     * What one approver said to calls of this tool.
     *
     * @param approvedOfRequester of what they approved, by the agent that asks now
     */
    public record ByApprover(String approver, Set<String> groups, int approved, int refused, int approvedOfRequester) {}

    /** The most similar, most similar first: not all of one requester and approver, and refusals among them. */
    static List<Case> cases(Traits here, List<Ended> past) {
        List<Case> all = past.stream()
                .map(ended -> new Case(ended, Likeness.of(here, ended.traits())))
                .sorted(Comparator.<Case>comparingDouble(one -> -one.likeness().score())
                        .thenComparing(one -> -one.ended().ending().index()))
                .toList();
        List<Case> refused = all.stream()
                .filter(one -> one.ended().isRefused())
                .limit(LEAST_REFUSED)
                .toList();
        List<Case> chosen = new ArrayList<>(refused);
        Map<Object, Integer> alike = new HashMap<>();
        for (Case one : all) {
            if (chosen.size() < MOST_CASES
                    && !refused.contains(one)
                    && alike.merge(
                                    List.of(
                                            one.ended().traits().agent(),
                                            one.ended().deciders()),
                                    1,
                                    Integer::sum)
                            <= MOST_ALIKE) {
                chosen.add(one);
            }
        }
        return all.stream().filter(chosen::contains).toList();
    }

    static List<Distance> numbers(Traits here, List<Ended> past) {
        List<Ended> approved = past.stream().filter(Ended::isApproved).toList();
        return here.numbers().entrySet().stream()
                .limit(MOST_NUMBERS)
                .map(entry -> number(entry.getKey(), entry.getValue(), here.agent(), approved))
                .toList();
    }

    private static Distance number(String path, BigDecimal value, String agent, List<Ended> approved) {
        List<BigDecimal> all = values(path, approved);
        List<BigDecimal> others = values(
                path,
                approved.stream()
                        .filter(ended -> !ended.traits().agent().equals(agent))
                        .toList());
        String shown = Visible.text(path).replaceAll("[\\n\\t]", " ");
        if (all.isEmpty()) {
            return new Distance(
                    shown,
                    value,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    "'" + shown + "' was never part of what was approved");
        }
        BigDecimal smallest = Collections.min(all);
        BigDecimal largest = Collections.max(all);
        return new Distance(
                shown,
                value,
                all.size(),
                Optional.of(smallest),
                Optional.of(largest),
                others.isEmpty() ? Optional.empty() : Optional.of(Collections.max(others)),
                value.compareTo(largest) > 0 || value.compareTo(smallest) < 0,
                "'" + shown + "' is " + says(value, smallest, largest));
    }

    private static String says(BigDecimal value, BigDecimal smallest, BigDecimal largest) {
        if (value.compareTo(largest) > 0) {
            return largest.signum() > 0
                    ? times(value, largest) + "x the largest approved"
                    : "larger than the largest approved";
        }
        return value.compareTo(smallest) < 0 ? "smaller than the smallest approved" : "within what was approved";
    }

    /** Rounded down: what is said is no more than what is. */
    private static String times(BigDecimal value, BigDecimal largest) {
        BigDecimal times = value.divide(largest, MathContext.DECIMAL64);
        return times.compareTo(BigDecimal.TEN) >= 0
                ? times.setScale(0, RoundingMode.DOWN).toPlainString()
                : times.setScale(1, RoundingMode.DOWN).toPlainString();
    }

    private static List<BigDecimal> values(String path, List<Ended> approved) {
        return approved.stream()
                .flatMap(ended -> Optional.ofNullable(ended.traits().numbers().get(path)).stream())
                .toList();
    }

    /** By name, which says nothing about who approved most. */
    static List<ByApprover> approvers(Traits here, List<Ended> past) {
        Map<String, List<Ended>> byName = new TreeMap<>();
        past.forEach(ended -> ended.deciders()
                .forEach(name ->
                        byName.computeIfAbsent(name, first -> new ArrayList<>()).add(ended)));
        return byName.entrySet().stream()
                .map(entry -> approver(entry.getKey(), entry.getValue(), here.agent()))
                .toList();
    }

    private static ByApprover approver(String name, List<Ended> decided, String agent) {
        Set<String> groups = new TreeSet<>();
        decided.forEach(ended -> groups.addAll(ended.groups()));
        List<Ended> approved = decided.stream().filter(Ended::isApproved).toList();
        return new ByApprover(name, groups, approved.size(), decided.size() - approved.size(), (int) approved.stream()
                .filter(ended -> ended.traits().agent().equals(agent))
                .count());
    }
}
