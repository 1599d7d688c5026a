package dev.writ.gateway.replay;

import dev.writ.gateway.call.RecordedDecision;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.replay.Flip.Direction;
import dev.writ.model.Decision;
import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import dev.writ.rules.PolicyEngine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** What a replay has found so far. Any number of threads add to it, in any order, and it comes out the same. */
final class Findings {

    /** Of each direction, and of decisions that are not reproduced. */
    static final int MOST_SAMPLES = 20;

    private static final int MOST_DIRECTIONS = 1_000;

    private final Map<Direction, Group> groups = new HashMap<>();
    private final TreeSet<Long> differing = new TreeSet<>();
    private long compared;
    private long flipped;
    private long byGateway;
    private long incomplete;
    private long reproduced;
    private long notReproduced;
    private long unchecked;

    /**
     * Compares one decision.
     *
     * @param then the bundles that decided
     * @param check whether they are asked again, too
     */
    void add(RecordedDecision decision, PolicyEngine candidate, Active then, boolean check) {
        if (decision.isByGateway()) {
            countByGateway();
        } else if (decision.facts().isEmpty() || !then.isReady() || lacksOrigins(decision, candidate)) {
            countIncomplete();
        } else {
            Facts facts = decision.facts().orElseThrow();
            Decision now = then.with(candidate).evaluate(facts);
            Flip flip = new Flip(
                    decision.index(),
                    decision.call().toString(),
                    decision.effect(),
                    now.effect(),
                    decision.deciding(),
                    now.deciding().stream().map(Verdict::rule).toList());
            count(flip, check ? Optional.of(decision.isReproducedBy(then.evaluate(facts))) : Optional.empty());
        }
    }

    /** Where arguments came from was not found out while no rule asked. */
    static boolean lacksOrigins(RecordedDecision decision, PolicyEngine candidate) {
        return decision.facts()
                .filter(facts -> facts.origins().isEmpty()
                        && !facts.call().arguments().members().isEmpty()
                        && candidate.needsOrigins(facts.call().tool()))
                .isPresent();
    }

    private synchronized void countByGateway() {
        byGateway++;
    }

    private synchronized void countIncomplete() {
        incomplete++;
    }

    private synchronized void count(Flip flip, Optional<Boolean> same) {
        compared++;
        if (flip.was() != flip.is()) {
            flipped++;
            groups.computeIfAbsent(flip.direction(), direction -> new Group()).add(flip);
        }
        if (same.isEmpty()) {
            unchecked++;
        } else if (same.get()) {
            reproduced++;
        } else {
            notReproduced++;
            differing.add(flip.index());
            if (differing.size() > MOST_SAMPLES) {
                differing.pollLast();
            }
        }
    }

    /** So far; the direction of most flips first. */
    synchronized Report report() {
        List<Report.Flips> flips = groups.entrySet().stream()
                .map(group -> group.getValue().shown(group.getKey()))
                .sorted(Comparator.comparingLong(Report.Flips::count)
                        .reversed()
                        .thenComparing(Report.Flips::was)
                        .thenComparing(Report.Flips::is)
                        .thenComparing(Report.Flips::wasBy)
                        .thenComparing(Report.Flips::isBy))
                .toList();
        return new Report(
                compared,
                flipped,
                flips.stream().limit(MOST_DIRECTIONS).toList(),
                flips.size() > MOST_DIRECTIONS,
                byGateway,
                incomplete,
                new Report.Reproduction(reproduced, notReproduced, unchecked, List.copyOf(differing)));
    }

    /** The flips of one direction: all are counted, and the oldest are kept. */
    private static final class Group {
        private final PriorityQueue<Flip> oldest =
                new PriorityQueue<>(Comparator.comparingLong(Flip::index).reversed());
        private long count;

        void add(Flip flip) {
            count++;
            oldest.add(flip);
            if (oldest.size() > MOST_SAMPLES) {
                oldest.remove();
            }
        }

        Report.Flips shown(Direction direction) {
            List<Flip> samples = new ArrayList<>(oldest);
            samples.sort(Comparator.comparingLong(Flip::index));
            return new Report.Flips(
                    direction.was().text(),
                    direction.is().text(),
                    direction.wasBy(),
                    direction.isBy(),
                    count,
                    samples.stream()
                            .map(flip -> new Report.Sample(flip.index(), flip.call(), "/v1/audit/calls/" + flip.call()))
                            .toList());
        }
    }
}
