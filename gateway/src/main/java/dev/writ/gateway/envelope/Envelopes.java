package dev.writ.gateway.envelope;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.auditing.Witnessing;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The envelopes that calls may rest on, in memory: they follow the log, so that whoever decides a call waits for no database. There are no
 * rows; what has ended is read from the log when somebody asks.
 */
@ApplicationScoped
public class Envelopes implements LogFollower, Needed {

    private final GovernedState governed;
    private final AuditReader reader;
    private final Erasures erasures;
    private final Witnessing witnessing;
    private final InstantSource clock;

    /** By agent and id; the lists in it are never changed. */
    private volatile Map<String, Map<String, Envelope>> held = Map.of();

    /** What arrives while the log is read; later entries are about envelopes that are known then. */
    private final List<Recorded> early = new ArrayList<>();

    private boolean isLoaded;

    Envelopes(
            GovernedState governed, AuditReader reader, Erasures erasures, Witnessing witnessing, InstantSource clock) {
        this.governed = governed;
        this.reader = reader;
        this.erasures = erasures;
        this.witnessing = witnessing;
        this.clock = clock;
    }

    /** Those of that agent that may count. Memory only; what the log says since is for {@link Held} to be told. */
    public Held of(String agent) {
        return new Held(
                agent,
                all(agent).stream()
                        .filter(envelope -> envelope.terms().isPresent()
                                && !erasures.isErasedAfter(envelope.subjectKey(), List.of())
                                && envelope.consents().stream()
                                        .allMatch(consent ->
                                                witnessing.allows(Witnessing.Operation.APPROVALS, consent.index())))
                        .toList(),
                clock);
    }

    /** All of that agent, whether they may count or not: for whoever changes them. */
    Held heldBy(String agent) {
        return new Held(agent, all(agent), clock);
    }

    /** All of that agent that are in memory, the newest last. */
    List<Envelope> all(String agent) {
        return sorted(held.getOrDefault(agent, Map.of()).values().stream());
    }

    /** That one, if calls may rest on it or could until lately. */
    Optional<Envelope> known(String agent, String id) {
        return Optional.ofNullable(held.getOrDefault(agent, Map.of()).get(id));
    }

    /** How many calls have rested on it: from memory, or else by looking for the entry of the last use. */
    Uni<Integer> used(Envelope envelope) {
        return known(envelope.target().agent(), envelope.id())
                .map(known -> Uni.createFrom().item(known.used()))
                .orElseGet(() -> lastUse(envelope.id(), 0, envelope.uses()));
    }

    /** Uses are numbered without gaps. */
    private Uni<Integer> lastUse(String id, int there, int most) {
        if (there == most) {
            return Uni.createFrom().item(there);
        }
        int middle = there + (most - there + 1) / 2;
        return reader.byKey(EnvelopeEntries.useKey(id, middle))
                .chain(found -> found.isPresent() ? lastUse(id, middle, most) : lastUse(id, there, middle - 1));
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(EnvelopeEntries.KINDS)
                .map(entries -> {
                    Map<String, Envelope> byId = new TreeMap<>();
                    entries.stream()
                            .flatMap(recorded -> EnvelopeEntries.proposedBy(recorded).stream())
                            .forEach(envelope -> byId.put(envelope.id(), envelope));
                    entries.forEach(recorded -> recorded.entry()
                            .body()
                            .text("envelope")
                            .ifPresent(id -> byId.computeIfPresent(id, (same, before) -> before.after(recorded))));
                    Instant now = clock.instant();
                    return byId.values().stream()
                            .filter(envelope -> isKept(envelope, now))
                            .toList();
                })
                .chain(envelopes -> Multi.createFrom()
                        .iterable(envelopes)
                        .onItem()
                        .transformToUniAndConcatenate(envelope ->
                                lastUse(envelope.id(), 0, envelope.uses()).map(envelope::used))
                        .collect()
                        .asList())
                .invoke(this::loaded)
                .replaceWithVoid();
    }

    @Override
    public synchronized void onEntry(Recorded recorded) {
        if (isLoaded) {
            apply(recorded);
        } else {
            early.add(recorded);
        }
    }

    private synchronized void loaded(List<Envelope> envelopes) {
        Map<String, Map<String, Envelope>> all = new HashMap<>();
        envelopes.forEach(envelope -> all.computeIfAbsent(envelope.target().agent(), agent -> new TreeMap<>())
                .put(envelope.id(), envelope));
        held = all;
        isLoaded = true;
        early.forEach(this::apply);
        early.clear();
    }

    private void apply(Recorded recorded) {
        Optional<Envelope> proposed = EnvelopeEntries.proposedBy(recorded);
        Optional<String> agent = recorded.entry().column(Column.AGENT);
        if (agent.isEmpty() || (proposed.isEmpty() && !held.containsKey(agent.get()))) {
            return;
        }
        Map<String, Envelope> before = held.getOrDefault(agent.get(), Map.of());
        Map<String, Envelope> after = new TreeMap<>();
        Instant now = clock.instant();
        Stream.concat(
                        before.values().stream(),
                        proposed.stream().filter(envelope -> !before.containsKey(envelope.id())))
                .map(envelope -> envelope.after(recorded))
                .filter(envelope -> isKept(envelope, now))
                .forEach(envelope -> after.put(envelope.id(), envelope));
        if (!after.equals(before)) {
            Map<String, Map<String, Envelope>> all = new HashMap<>(held);
            if (after.isEmpty()) {
                all.remove(agent.get());
            } else {
                all.put(agent.get(), after);
            }
            held = all;
        }
    }

    private static boolean isKept(Envelope envelope, Instant now) {
        Envelope.State state = envelope.stateAt(now);
        return state != Envelope.State.REVOKED && state != Envelope.State.EXPIRED;
    }

    /** While calls may rest on one, what it is made of stays. */
    @Override
    public Uni<Optional<Need>> need() {
        Instant now = clock.instant();
        return Uni.createFrom()
                .item(() -> held.values().stream()
                        .flatMap(envelopes -> envelopes.values().stream())
                        .filter(envelope -> isKept(envelope, now))
                        .min(Comparator.comparing(Envelope::index))
                        .map(oldest -> new Need(oldest.index(), "an envelope that calls may rest on")));
    }

    private static List<Envelope> sorted(Stream<Envelope> envelopes) {
        return envelopes.sorted(Comparator.comparing(Envelope::index)).toList();
    }
}
