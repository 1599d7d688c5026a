package dev.writ.gateway.export;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
                .map(ended -> ended.map(permit::endedBy).orElse(permit));
    }

    /** The calls of those ids that were to run, decided at any time. */
    public Uni<List<PermittedCall>> ofCalls(List<String> calls) {
        return Multi.createFrom()
                .iterable(
                        calls.stream().filter(PermitsOfTime::isCall).distinct().toList())
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
                .chain(second ->
                        second.isPresent() ? Uni.createFrom().item(second) : reader.byKey("decided/" + call + "/0"))
                .chain(decided -> decided.flatMap(PermittedCall::of)
                        .map(permit -> reader.byKey("executed/" + call)
                                .map(ended ->
                                        Optional.of(ended.map(permit::endedBy).orElse(permit))))
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
