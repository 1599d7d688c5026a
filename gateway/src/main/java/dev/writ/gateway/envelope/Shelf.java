package dev.writ.gateway.envelope;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads envelopes, and the calls that rest on them, back from the log. */
@ApplicationScoped
class Shelf {

    private static final int SCANNED_AT_ONCE = 200;
    private static final int MOST_SCANS = 10;

    private static final Set<String> ENDS = Set.of("EXECUTED", "ABANDONED", "REPORTED");

    private final AuditReader reader;
    private final Envelopes envelopes;
    private final Erasures erasures;

    Shelf(AuditReader reader, Envelopes envelopes, Erasures erasures) {
        this.reader = reader;
        this.envelopes = envelopes;
        this.erasures = erasures;
    }

    /**
     * Some of them, the newest first, without their terms.
     *
     * @param before index to go on below; empty if there are no more
     */
    record Found(List<Envelope> envelopes, Optional<Long> before) {
        Found {
            envelopes = List.copyOf(envelopes);
        }
    }

    /**
     * A call that rests on an envelope.
     *
     * @param number which use it is
     * @param decided index of its decision
     * @param outcome absent while it is running
     */
    record Use(int number, CallId call, long decided, Instant at, Optional<String> outcome) {}

    /** That envelope with its terms; empty if there never was one. */
    Uni<Optional<Envelope>> find(String id) {
        return reader.byKey(EnvelopeEntries.key(id))
                .chain(found -> found.flatMap(EnvelopeEntries::proposedBy)
                        .map(proposed -> reader.ofCall(proposed.call(), EnvelopeEntries.KINDS)
                                .map(proposed::after)
                                .chain(this::counted)
                                .map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    /** Those of that agent that calls may rest on, or could until lately, the oldest first. Memory only. */
    List<Envelope> open(String agent) {
        return envelopes.all(agent).stream().map(this::unlessErased).toList();
    }

    private Uni<Envelope> counted(Envelope envelope) {
        return envelopes.used(envelope).map(used -> unlessErased(envelope.used(used)));
    }

    private Envelope unlessErased(Envelope envelope) {
        return erasures.isErasedAfter(envelope.subjectKey(), List.of()) ? envelope.erased() : envelope;
    }

    /** @param most that are answered; fewer may be although there are more */
    Uni<Found> list(Optional<String> agent, Predicate<Envelope> wanted, long before, int most) {
        return scan(agent, wanted, before, most, 0, new ArrayList<>());
    }

    private Uni<Found> scan(
            Optional<String> agent,
            Predicate<Envelope> wanted,
            long before,
            int most,
            int scans,
            List<Envelope> found) {
        Map<Column, String> columns =
                agent.map(name -> Map.of(Column.AGENT, name)).orElse(Map.of());
        EntryQuery query = new EntryQuery(
                columns,
                Set.of(EnvelopeEntries.PROPOSED),
                0,
                before,
                Optional.empty(),
                Optional.empty(),
                true,
                SCANNED_AT_ONCE,
                false);
        return reader.find(query)
                .chain(page -> now(page).chain(these -> {
                    for (Envelope envelope : these) {
                        if (found.size() == most) {
                            return Uni.createFrom()
                                    .item(new Found(
                                            found,
                                            Optional.of(found.get(most - 1).index())));
                        }
                        if (wanted.test(envelope)) {
                            found.add(envelope);
                        }
                    }
                    if (page.size() < SCANNED_AT_ONCE) {
                        return Uni.createFrom().item(new Found(found, Optional.empty()));
                    }
                    long last = page.get(page.size() - 1).index();
                    return scans + 1 == MOST_SCANS
                            ? Uni.createFrom().item(new Found(found, Optional.of(last)))
                            : scan(agent, wanted, last, most, scans + 1, found);
                }));
    }

    /** As they are now; of those that have ended it is not counted how many calls rested on them. */
    private Uni<List<Envelope>> now(List<Recorded> proposed) {
        Set<String> calls = proposed.stream()
                .map(recorded -> recorded.entry().column(Column.CALL).orElseThrow())
                .collect(Collectors.toSet());
        return calls.isEmpty()
                ? Uni.createFrom().item(List.of())
                : reader.ofCalls(calls, EnvelopeEntries.KINDS)
                        .map(entries -> proposed.stream()
                                .flatMap(recorded -> EnvelopeEntries.proposedBy(recorded).stream())
                                .map(envelope -> envelope.after(entries))
                                .map(envelope -> envelopes
                                        .known(envelope.target().agent(), envelope.id())
                                        .map(known -> envelope.used(known.used()))
                                        .orElse(envelope))
                                .map(this::unlessErased)
                                .toList());
    }

    /**
     * The calls that rest on it, the first ones first.
     *
     * @param after number of the use to go on from
     */
    Uni<List<Use>> uses(Envelope envelope, int after, int most) {
        int last = (int) Math.min(envelope.used(), (long) after + most);
        return Multi.createFrom()
                .range(after + 1, Math.max(after, last) + 1)
                .onItem()
                .transformToUniAndConcatenate(number -> reader.byKey(EnvelopeEntries.useKey(envelope.id(), number))
                        .map(found -> found.map(recorded -> Map.entry(number, recorded)).stream()
                                .toList()))
                .onItem()
                .<Map.Entry<Integer, Recorded>>disjoint()
                .collect()
                .asList()
                .chain(this::withOutcomes);
    }

    private Uni<List<Use>> withOutcomes(List<Map.Entry<Integer, Recorded>> uses) {
        Set<String> calls = uses.stream()
                .map(use -> use.getValue().entry().column(Column.CALL).orElseThrow())
                .collect(Collectors.toSet());
        return calls.isEmpty()
                ? Uni.createFrom().item(List.of())
                : reader.ofCalls(calls, ENDS).map(ends -> {
                    Map<String, String> outcomes = new HashMap<>();
                    ends.forEach(end -> outcomes.put(
                            end.entry().column(Column.CALL).orElseThrow(),
                            end.entry().body().text("outcome").orElse("unknown")));
                    return uses.stream()
                            .map(use -> use(use.getKey(), use.getValue(), outcomes))
                            .toList();
                });
    }

    private static Use use(int number, Recorded decided, Map<String, String> outcomes) {
        String call = decided.entry().column(Column.CALL).orElseThrow();
        return new Use(
                number,
                CallId.parse(call),
                decided.index(),
                decided.entry().at(),
                Optional.ofNullable(outcomes.get(call)));
    }
}
