package dev.writ.gateway.export;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.PrunedException;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what the log permitted, and how it ended. */
public final class PermitsOfTime {

    private static final int PAGE = 500;
    private static final Set<String> DECIDED = Set.of("DECIDED");
    private static final int AT_ONCE = 4;

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

    /** Every call decided in that time that was to run, by index, with its outcome, whenever that came. */
    public Uni<List<PermittedCall>> decided(Instant from, Instant to) {
        List<PermittedCall> permits = new ArrayList<>();
        return each(
                        from,
                        to,
                        0,
                        recorded -> PermittedCall.of(recorded)
                                .filter(permit -> tools.test(permit.tool()))
                                .ifPresent(permits::add))
                .chain(done -> Multi.createFrom()
                        .iterable(permits)
                        .onItem()
                        .transformToUni(this::ended)
                        .merge(AT_ONCE)
                        .collect()
                        .asList())
                .map(ended -> ended.stream()
                        .sorted(Comparator.comparing(PermittedCall::index))
                        .toList());
    }

    private Uni<PermittedCall> ended(PermittedCall permit) {
        return reader.byKey("executed/" + permit.call())
                .map(ended -> ended.map(permit::endedBy).orElse(permit))
                .onFailure(PrunedException.class)
                .recoverWithItem(permit::pruned);
    }

    /**
     * What the log says of some calls.
     *
     * @param permits those that were to run
     * @param pruned ids of those whose decision was deleted when its time was over
     */
    public record Told(List<PermittedCall> permits, Set<String> pruned) {

        public Told {
            permits = List.copyOf(permits);
            pruned = Set.copyOf(pruned);
        }
    }

    /** The calls of those ids, decided at any time. */
    public Uni<Told> ofCalls(List<String> calls) {
        Set<String> pruned = new HashSet<>();
        return Multi.createFrom()
                .iterable(
                        calls.stream().filter(PermitsOfTime::isCall).distinct().toList())
                .onItem()
                .transformToUniAndConcatenate(
                        call -> ofCall(call).onFailure(PrunedException.class).recoverWithItem(() -> {
                            pruned.add(call);
                            return Optional.empty();
                        }))
                .collect()
                .asList()
                .map(found -> new Told(
                        found.stream()
                                .flatMap(Optional::stream)
                                .filter(permit -> tools.test(permit.tool()))
                                .toList(),
                        pruned));
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
                .chain(second ->
                        second.isPresent() ? Uni.createFrom().item(second) : reader.byKey("decided/" + call + "/0"))
                .chain(decided -> decided.flatMap(PermittedCall::of)
                        .map(permit -> ended(permit).map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private interface Each {
        void take(Recorded recorded);
    }

    private Uni<Void> each(Instant since, Instant until, long from, Each each) {
        EntryQuery query = new EntryQuery(
                Map.of(), DECIDED, from, Long.MAX_VALUE, Optional.of(since), Optional.of(until), false, PAGE, false);
        return reader.find(query).chain(found -> {
            found.forEach(each::take);
            return found.size() < PAGE
                    ? Uni.createFrom().voidItem()
                    : each(since, until, found.get(PAGE - 1).index() + 1, each);
        });
    }
}
