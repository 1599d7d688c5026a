package dev.writ.gateway.export;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what the log permitted, and how it ended. */
public final class PermitsOfTime {

    private static final int PAGE = 500;
    private static final Set<String> DECIDED = Set.of("DECIDED");
    private static final Set<String> ENDS = Set.of("EXECUTED", "ABANDONED");

    private final AuditReader reader;
    private final Predicate<String> tools;

    /**
     * Of some tools.
     *
     * @param tools which tools' calls are looked at
     */
    public PermitsOfTime(AuditReader reader, Predicate<String> tools) {
        this.reader = reader;
        this.tools = tools;
    }

    /** Every call decided in that time that was to run, with its outcome, whenever that came. */
    public Uni<List<PermittedCall>> decided(Instant from, Instant to) {
        Map<String, PermittedCall> permits = new LinkedHashMap<>();
        return each(DECIDED, 0, Optional.of(from), Optional.of(to), false, recorded -> PermittedCall.of(recorded)
                        .filter(permit -> tools.test(permit.tool()))
                        .ifPresent(permit -> permits.put(permit.call(), permit)))
                .chain(done -> permits.values().stream()
                        .mapToLong(PermittedCall::index)
                        .min()
                        .stream()
                        .boxed()
                        .findFirst()
                        .map(first -> each(ENDS, first, Optional.empty(), Optional.empty(), true, ended -> ended
                                .entry()
                                .column(dev.writ.audit.Column.CALL)
                                .ifPresent(call -> permits.computeIfPresent(
                                        call, (same, permit) -> permit.endedBy(ended)))))
                        .orElseGet(() -> Uni.createFrom().voidItem()))
                .map(done -> List.copyOf(permits.values()));
    }

    /** The calls of those ids that were to run, decided at any time. */
    public Uni<List<PermittedCall>> ofCalls(List<String> calls) {
        return Multi.createFrom()
                .iterable(calls.stream().filter(PermitsOfTime::isCall).distinct().toList())
                .onItem()
                .transformToUniAndConcatenate(this::ofCall)
                .collect()
                .asList()
                .map(found -> found.stream()
                        .flatMap(Optional::stream)
                        .filter(permit -> tools.test(permit.tool()))
                        .toList());
    }

    private static boolean isCall(String id) {
        try {
            return CallId.parse(id).toString().equals(id);
        } catch (IllegalArgumentException other) {
            return false;
        }
    }

    private Uni<Optional<PermittedCall>> ofCall(String call) {
        return reader.byKey("decided/" + call + "/1")
                .chain(second -> second.isPresent()
                        ? Uni.createFrom().item(second)
                        : reader.byKey("decided/" + call + "/0"))
                .chain(decided -> decided.flatMap(PermittedCall::of)
                        .map(permit -> reader.byKey("executed/" + call)
                                .map(ended -> Optional.of(ended.map(permit::endedBy).orElse(permit))))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private interface Each {
        void take(Recorded recorded);
    }

    private Uni<Void> each(
            Set<String> kinds, long from, Optional<Instant> since, Optional<Instant> until, boolean inputs, Each each) {
        EntryQuery query = new EntryQuery(Map.of(), kinds, from, Long.MAX_VALUE, since, until, false, PAGE, inputs);
        return reader.find(query).chain(page -> {
            List<Recorded> found = new ArrayList<>(page);
            found.forEach(each::take);
            return found.size() < PAGE
                    ? Uni.createFrom().voidItem()
                    : each(kinds, found.get(PAGE - 1).index() + 1, since, until, inputs, each);
        });
    }
}
