package dev.writ.gateway.governor;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.identity.People;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what people approve again and again, in the log and nowhere else. */
@ApplicationScoped
class Precedents {

    /** Agents at tools that are looked at, those with most answers first. */
    private static final int MOST_PAIRS = 100;

    /** Calls of each of them, the newest. */
    private static final int MOST_CALLS = 500;

    private static final int AT_ONCE = 4;

    private final LogPages log;
    private final AuditReader reader;
    private final Reversible reversible;
    private final People people;
    private final GovernorConfig config;

    Precedents(LogPages log, AuditReader reader, Reversible reversible, People people, GovernorConfig config) {
        this.log = log;
        this.reader = reader;
        this.reversible = reversible;
        this.people = people;
        this.config = config;
    }

    private record Pair(String agent, String tool) {
        static Pair of(Entry answer) {
            return new Pair(
                    answer.column(Column.AGENT).orElse(""),
                    answer.column(Column.TOOL).orElse(""));
        }
    }

    /** Habits since then that are settled enough to become a rule. */
    Uni<List<Habit>> settled(Instant since) {
        return log.read(
                        Set.of(ApprovalKinds.GRANTED, ApprovalKinds.REFUSED),
                        Map.of(),
                        Optional.of(since),
                        Optional.empty())
                .chain(found -> Multi.createFrom()
                        .iterable(calls(found.newestFirst()))
                        .onItem()
                        .transformToUniAndConcatenate(this::habits)
                        .collect()
                        .asList())
                .map(all -> all.stream().flatMap(Collection::stream).toList());
    }

    private List<Set<String>> calls(List<Recorded> answers) {
        Map<Pair, Set<String>> calls = new LinkedHashMap<>();
        for (Recorded answer : answers) {
            Set<String> ofPair = calls.computeIfAbsent(Pair.of(answer.entry()), first -> new LinkedHashSet<>());
            if (ofPair.size() < MOST_CALLS) {
                answer.entry().column(Column.CALL).ifPresent(ofPair::add);
            }
        }
        return calls.entrySet().stream()
                .filter(pair -> pair.getValue().size() > 1
                        && reversible.tool(pair.getKey().tool()).isPresent())
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingInt((Set<String> ofPair) -> ofPair.size())
                        .reversed())
                .limit(MOST_PAIRS)
                .toList();
    }

    private Uni<List<Habit>> habits(Set<String> calls) {
        return Multi.createFrom()
                .iterable(calls)
                .onItem()
                .transformToUni(call -> reader.ofCall(call, Set.of()))
                .merge(AT_ONCE)
                .collect()
                .asList()
                .map(all -> settled(all.stream()
                        .flatMap(entries -> Precedent.of(entries, people).stream())
                        .sorted(Comparator.comparing(Precedent::call))
                        .toList()));
    }

    /** Where people said no once, or say that it was wrong, nothing is proposed of what that rule asks about. */
    private List<Habit> settled(List<Precedent> precedents) {
        Set<String> disputed = precedents.stream()
                .filter(call -> call.state() == Approval.State.REFUSED || call.isWrong())
                .map(Precedent::rule)
                .collect(Collectors.toSet());
        List<Precedent> approved = new ArrayList<>(precedents);
        approved.removeIf(call -> !call.isApproved() || disputed.contains(call.rule()));
        return Habit.of(approved).stream()
                .filter(habit -> habit.isSettled(config.repeats()))
                .sorted(Comparator.comparing(habit -> habit.key().id()))
                .toList();
    }
}
