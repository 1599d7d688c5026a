package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Input;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.identity.Said;
import dev.writ.gateway.origin.OriginConfig;
import dev.writ.gateway.origin.Origins;
import dev.writ.gateway.origin.Provenance;
import dev.writ.gateway.origin.SeenTexts;
import dev.writ.gateway.origin.Sighting;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Origin;
import dev.writ.model.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What identities that called lately have seen and written, in memory, fed by the log's tail. What is not here is read from the log
 * when its identity calls. Without a rule that asks for origins nothing is kept.
 */
@ApplicationScoped
class Sightings implements LogFollower {

    /** What tools answered is gone then, here as in the log. */
    private static final String RESULTS_EXPIRED = "RESULTS_EXPIRED";

    /** Entries that are read for one identity; what is older counts as forgotten. */
    private static final int MOST_ENTRIES = 4_000;

    private static final Set<String> KINDS = kinds();

    private final AuditReader reader;
    private final ActivePolicy policy;
    private final OriginConfig config;
    private final long room;
    private final Map<Identity, Kept> kept;

    /** Guarded as {@link #kept} is. */
    private final Map<Identity, Pending> pending = new HashMap<>();

    Sightings(AuditReader reader, ActivePolicy policy, OriginConfig config) {
        this.reader = reader;
        this.policy = policy;
        this.config = config;
        this.room = config.memory().asLongValue();
        this.kept = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Identity, Kept> eldest) {
                return size() > config.identities();
            }
        };
    }

    private static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>(Said.KINDS);
        kinds.add(CallEntries.DECIDED);
        kinds.add(CallEntries.EXECUTED);
        kinds.add(CallEntries.REPORTED);
        return Collections.unmodifiableSet(kinds);
    }

    /**
     * What is known of one identity.
     *
     * @param last index of the newest entry in it; -1 if there is none
     */
    private record Kept(SeenTexts seen, long last) {

        Kept with(Recorded recorded, long room) {
            return recorded.index() <= last ? this : new Kept(fold(seen, recorded, room), recorded.index());
        }
    }

    /** One reading of the log, equal to no other: what it finds counts only while nobody has ended it. */
    private static final class Reading {

        /** Entries that arrived since it began. */
        private final List<Recorded> meanwhile = new ArrayList<>();
    }

    /** @param done for all who wait for it */
    private record Pending(Reading reading, Uni<Void> done) {}

    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        Entry entry = recorded.entry();
        synchronized (kept) {
            // What is being read now may not be kept either.
            Erasures.erasedBy(entry).ifPresent(erased -> {
                kept.keySet().removeIf(identity -> identity.subjectKey().equals(erased));
                pending.keySet().removeIf(identity -> identity.subjectKey().equals(erased));
            });
            if (entry.kind().equals(Pruning.KIND) || entry.kind().equals(RESULTS_EXPIRED)) {
                kept.clear();
                pending.clear();
            }
            identity(entry).ifPresent(identity -> {
                kept.computeIfPresent(identity, (same, before) -> before.with(recorded, room));
                Pending reading = pending.get(identity);
                if (reading != null) {
                    reading.reading().meanwhile.add(recorded);
                }
            });
        }
    }

    /** Makes sure that what a decision may need is in memory. */
    Uni<Void> fill(Attempt attempt) {
        Identity identity = attempt.identity();
        if (!policy.needsOrigins(attempt.call().tool())) {
            return Uni.createFrom().voidItem();
        }
        synchronized (kept) {
            if (kept.get(identity) != null) {
                return Uni.createFrom().voidItem();
            }
            Pending already = pending.get(identity);
            if (already != null) {
                return already.done();
            }
            Reading reading = new Reading();
            Uni<Void> done = read(identity, reading).memoize().indefinitely();
            pending.put(identity, new Pending(reading, done));
            return done;
        }
    }

    private Uni<Void> read(Identity identity, Reading reading) {
        Map<Column, String> columns = Map.of(Column.AGENT, identity.agent(), Column.SUBJECT, identity.pseudonym());
        EntryQuery newest = new EntryQuery(
                columns, KINDS, 0, Long.MAX_VALUE, Optional.empty(), Optional.empty(), true, MOST_ENTRIES, true);
        return reader.find(newest)
                .invoke(found -> keep(identity, reading, found))
                .onFailure()
                .invoke(() -> end(identity, reading))
                .replaceWithVoid();
    }

    /** Whether it was still wanted. */
    private boolean end(Identity identity, Reading reading) {
        synchronized (kept) {
            Pending here = pending.get(identity);
            return here != null && here.reading().equals(reading) && pending.remove(identity, here);
        }
    }

    private void keep(Identity identity, Reading reading, List<Recorded> newestFirst) {
        SeenTexts seen = SeenTexts.NONE;
        if (newestFirst.size() == MOST_ENTRIES) {
            Instant before = newestFirst.get(MOST_ENTRIES - 1).entry().at();
            seen = seen.withGap(before).withoutWrites(before);
        }
        for (int i = newestFirst.size() - 1; i >= 0; i--) {
            seen = fold(seen, newestFirst.get(i), room);
        }
        Kept read =
                new Kept(seen, newestFirst.isEmpty() ? -1 : newestFirst.get(0).index());
        synchronized (kept) {
            if (end(identity, reading)) {
                for (Recorded recorded : reading.meanwhile) {
                    read = read.with(recorded, room);
                }
                kept.put(identity, read);
            }
        }
    }

    /**
     * Where the arguments of a call come from. Memory only.
     *
     * @param since entries that touch the identity's topic, some of which may have arrived here already
     */
    List<Origin> origins(Attempt attempt, List<Recorded> since) {
        boolean isKnown;
        Kept now;
        synchronized (kept) {
            Kept here = kept.get(attempt.identity());
            isKnown = here != null;
            now = here != null ? here : new Kept(SeenTexts.UNKNOWN, -1);
        }
        for (Recorded recorded : since) {
            if (isKnown
                    && identity(recorded.entry())
                            .filter(attempt.identity()::equals)
                            .isPresent()) {
                now = now.with(recorded, room);
            }
        }
        return Origins.of(
                attempt.call().arguments(),
                attempt.definition().inputSchema(),
                now.seen(),
                attempt.call().session(),
                attempt.at().minus(config.horizon()));
    }

    private static Optional<Identity> identity(Entry entry) {
        return KINDS.contains(entry.kind())
                ? entry.column(Column.AGENT)
                        .flatMap(agent -> entry.column(Column.SUBJECT).map(subject -> new Identity(agent, subject)))
                : Optional.empty();
    }

    /** With one more entry of the identity. */
    static SeenTexts fold(SeenTexts seen, Recorded recorded, long room) {
        Entry entry = recorded.entry();
        if (entry.kind().equals(CallEntries.DECIDED)) {
            return CallEntries.effect(entry) == Effect.ALLOW ? written(seen, recorded, room) : seen;
        } else if (entry.kind().equals(CallEntries.EXECUTED)) {
            return read(seen, recorded, room);
        } else if (entry.kind().equals(CallEntries.REPORTED)) {
            // What an agent says it read might be what it would like to have read.
            return Report.By.of(entry).filter(Report.By.REPORTER::equals).isPresent()
                    ? read(seen, recorded, room)
                    : seen;
        }
        return Said.in(entry)
                .flatMap(said -> said.text()
                        .map(text ->
                                seen.plus(Sighting.said(recorded.index(), entry.at(), said.session(), text), room)))
                .orElse(seen);
    }

    private static SeenTexts written(SeenTexts seen, Recorded recorded, long room) {
        Entry entry = recorded.entry();
        SeenTexts after = CallEntries.input(entry, CallEntries.FACTS)
                .flatMap(facts -> facts.object("arguments"))
                .map(arguments -> seen.plusWritten(recorded.index(), entry.at(), arguments, room))
                .orElseGet(() -> seen.withoutWrites(entry.at()));
        // What the agent carries out itself answers to the agent alone.
        return CallEntries.mode(entry) == Mode.EXECUTE ? after : after.withGap(entry.at());
    }

    /** Only what every replica is told counts, so that all of them know the same. */
    private static SeenTexts read(SeenTexts seen, Recorded recorded, long room) {
        Entry entry = recorded.entry();
        Optional<JsonObject> answer = entry.inputs().stream()
                .filter(input -> input.name().equals(CallEntries.RESULT) && input.followed())
                .map(Input::value)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .findFirst();
        if (answer.isEmpty()) {
            return seen.withGap(entry.at());
        }
        Provenance provenance =
                entry.body().object("provenance").map(Provenance::fromJson).orElse(Provenance.NONE);
        Optional<JsonValue> value = answer.get().get("value");
        boolean succeeded = CallEntries.outcome(entry) == Outcome.SUCCEEDED;
        return succeeded && value.isPresent()
                ? seen.plusResult(recorded.index(), entry.at(), provenance, value.get(), room)
                : seen.plusResult(recorded.index(), entry.at(), Provenance.NONE, answer.get(), room);
    }
}
