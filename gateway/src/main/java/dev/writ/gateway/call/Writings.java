package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.origin.OriginConfig;
import dev.writ.gateway.origin.SeenTexts;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What all agents of a person wrote, by person: what one agent hides in a place that is trusted is not trusted where another reads it.
 *
 * <p>Only arguments count that nobody good had named when they were written, as the decision recorded it; so calls of tools of whose
 * arguments no rule asks count for nothing. A write counts from when this replica has read it in the log.
 */
@ApplicationScoped
class Writings implements LogFollower {

    /** What may bring something in from outside. */
    private static final Set<Source> FOREIGN = Set.of(Source.UNTRUSTED, Source.NOWHERE);

    private static final Set<String> KINDS = Set.of(CallEntries.DECIDED);

    /** Entries that are read for one person; what is older counts as forgotten. */
    private static final int MOST_ENTRIES = 4_000;

    private final AuditReader reader;
    private final long room;
    private final Map<String, Kept> kept;

    /** Entries that arrived while a person's were read. Guarded as {@link #kept} is. */
    private final Map<String, Reading> pending = new HashMap<>();

    Writings(AuditReader reader, OriginConfig config) {
        this.reader = reader;
        this.room = config.memory().asLongValue();
        this.kept = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                return size() > config.identities();
            }
        };
    }

    private record Kept(SeenTexts seen, long last) {

        static final Kept NOTHING = new Kept(SeenTexts.NONE, -1);

        Kept with(Recorded recorded, long room) {
            return recorded.index() <= last ? this : new Kept(fold(seen, recorded, room), recorded.index());
        }
    }

    /** One reading of the log, equal to no other. */
    private static final class Reading {
        private final List<Recorded> meanwhile = new ArrayList<>();
        private Uni<Void> done = Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        Entry entry = recorded.entry();
        synchronized (kept) {
            Erasures.erasedBy(entry).ifPresent(erased -> {
                kept.keySet().removeIf(person -> subjectKey(person).equals(erased));
                pending.keySet().removeIf(person -> subjectKey(person).equals(erased));
            });
            if (entry.kind().equals(Pruning.KIND)) {
                kept.clear();
                pending.clear();
            }
            person(entry).ifPresent(person -> {
                kept.computeIfPresent(person, (same, before) -> before.with(recorded, room));
                Optional.ofNullable(pending.get(person)).ifPresent(reading -> reading.meanwhile.add(recorded));
            });
        }
    }

    /** Makes sure that what a decision may need is in memory. */
    Uni<Void> fill(Identity identity) {
        String person = identity.pseudonym();
        synchronized (kept) {
            if (identity.isOfNobody() || kept.get(person) != null) {
                return Uni.createFrom().voidItem();
            }
            Reading already = pending.get(person);
            if (already != null) {
                return already.done;
            }
            Reading reading = new Reading();
            reading.done = read(person, reading).memoize().indefinitely();
            pending.put(person, reading);
            return reading.done;
        }
    }

    private Uni<Void> read(String person, Reading reading) {
        EntryQuery newest = new EntryQuery(
                Map.of(Column.SUBJECT, person),
                KINDS,
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                true,
                MOST_ENTRIES,
                true);
        return reader.find(newest)
                .invoke(found -> keep(person, reading, found))
                .onFailure()
                .invoke(() -> end(person, reading))
                .replaceWithVoid();
    }

    /** Whether it was still wanted. */
    private boolean end(String person, Reading reading) {
        synchronized (kept) {
            return pending.remove(person, reading);
        }
    }

    private void keep(String person, Reading reading, List<Recorded> newestFirst) {
        Kept read = Kept.NOTHING;
        if (newestFirst.size() == MOST_ENTRIES) {
            Instant before = newestFirst.get(MOST_ENTRIES - 1).entry().at();
            read = new Kept(SeenTexts.NONE.withoutWrites(before), -1);
        }
        for (int i = newestFirst.size() - 1; i >= 0; i--) {
            read = read.with(newestFirst.get(i), room);
        }
        synchronized (kept) {
            if (end(person, reading)) {
                for (Recorded recorded : reading.meanwhile) {
                    read = read.with(recorded, room);
                }
                kept.put(person, read);
            }
        }
    }

    /** Of all agents for the person of this identity. Memory only. */
    SeenTexts of(Identity identity) {
        if (identity.isOfNobody()) {
            return SeenTexts.NONE;
        }
        synchronized (kept) {
            Kept here = kept.get(identity.pseudonym());
            return here != null ? here.seen() : SeenTexts.UNKNOWN;
        }
    }

    private static Optional<String> person(Entry entry) {
        return KINDS.contains(entry.kind())
                ? entry.column(Column.SUBJECT).filter(subject -> !subject.equals(Identity.NOBODY))
                : Optional.empty();
    }

    private static String subjectKey(String person) {
        return new Identity("", person).subjectKey();
    }

    private static SeenTexts fold(SeenTexts seen, Recorded recorded, long room) {
        Entry entry = recorded.entry();
        if (CallEntries.effect(entry) != Effect.ALLOW) {
            return seen;
        }
        Set<String> foreign = CallEntries.origins(entry).stream()
                .filter(origin -> FOREIGN.contains(origin.source()))
                .map(Origin::argument)
                .collect(Collectors.toSet());
        if (foreign.isEmpty()) {
            return seen;
        }
        return CallEntries.input(entry, CallEntries.FACTS)
                .flatMap(facts -> facts.object("arguments"))
                .map(arguments ->
                        seen.plusWrittenElsewhere(recorded.index(), entry.at(), only(foreign, arguments), room))
                .orElseGet(() -> seen.withoutWrites(entry.at()));
    }

    private static JsonObject only(Set<String> foreign, JsonObject arguments) {
        JsonObject.Builder some = JsonObject.builder();
        arguments.members().forEach((name, value) -> {
            if (foreign.contains(name)) {
                some.put(name, value);
            }
        });
        return some.build();
    }
}
