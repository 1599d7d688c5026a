package dev.writ.gateway.precedent;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What calls ended with, where that is no longer what they began with: what the newest question, answer or change of each says.
 *
 * @param newest by call
 * @param refused calls
 */
record Revisions(Map<String, Recorded> newest, Set<String> refused) {

    /** How many are read at most: one after the other, while others wait. */
    static final int MOST = 40;

    Revisions {
        newest = Map.copyOf(newest);
        refused = Set.copyOf(refused);
    }

    /** Of these entries, by index. */
    static Revisions of(List<Recorded> later) {
        Map<String, Recorded> newest = new LinkedHashMap<>();
        later.stream()
                .filter(Approval::isRevision)
                .forEach(recorded -> call(recorded).forEach(call -> newest.put(call, recorded)));
        return new Revisions(
                newest,
                later.stream()
                        .filter(recorded -> recorded.entry().kind().equals(ApprovalKinds.REFUSED))
                        .flatMap(Revisions::call)
                        .collect(Collectors.toSet()));
    }

    /** Those to read: refusals first, and the newest first. What is approved an agent can make large and many, and what is refused not. */
    List<Recorded> worthReading() {
        return newest.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Recorded> one) -> !refused.contains(one.getKey()))
                        .thenComparing(one -> one.getValue().index(), Comparator.reverseOrder()))
                .map(Map.Entry::getValue)
                .limit(MOST)
                .toList();
    }

    /** The calls of all but these. */
    Set<String> callsBut(List<Recorded> read) {
        Set<String> calls = new HashSet<>(newest.keySet());
        read.stream().flatMap(Revisions::call).forEach(calls::remove);
        return calls;
    }

    private static Stream<String> call(Recorded recorded) {
        return recorded.entry().column(Column.CALL).stream();
    }
}
