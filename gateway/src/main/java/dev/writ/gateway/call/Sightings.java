package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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

    private static final Set<String> KINDS = kinds();

    private final SightingReader reader;
    private final Writings writings;
    private final ActivePolicy policy;
    private final OriginConfig config;
    private final long room;
    private final BoundedCache<Identity, Kept> kept;

    /** Guarded as {@link #kept} is. */
    private final Map<Identity, Pending> pending = new HashMap<>();

    Sightings(AuditReader reader, Writings writings, ActivePolicy policy, OriginConfig config) {
        this.reader = new SightingReader(reader, config.memory().asLongValue());
        this.writings = writings;
        this.policy = policy;
        this.config = config;
        this.room = config.memory().asLongValue();
        this.kept = new BoundedCache<>(
                config.identities(),
                config.totalMemory().asLongValue(),
                one -> one.seen().weight());
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
                kept.removeIf(identity -> identity.subjectKey().equals(erased));
                pending.keySet().removeIf(identity -> identity.subjectKey().equals(erased));
            });
            if (entry.kind().equals(Pruning.KIND) || entry.kind().equals(RESULTS_EXPIRED)) {
                kept.clear();
                pending.clear();
            }
            identity(entry).ifPresent(identity -> {
                kept.changeIfPresent(identity, before -> before.with(recorded, room));
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
        return policy.needsOrigins(attempt.call().tool())
                ? fill(identity).chain(() -> writings.fill(identity))
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> fill(Identity identity) {
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
        return reader.read(identity)
                .invoke(read -> keep(identity, reading, read))
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

    private void keep(Identity identity, Reading reading, SightingReader.Read read) {
        synchronized (kept) {
            if (end(identity, reading)) {
                SeenTexts seen = read.seen();
                long last = read.last();
                for (Recorded recorded : reading.meanwhile) {
                    seen = read.has(recorded) ? seen : fold(seen, recorded, room);
                    last = Math.max(last, recorded.index());
                }
                kept.put(identity, new Kept(seen, last));
            }
        }
    }

    /** Identities in memory. */
    int size() {
        synchronized (kept) {
            return kept.size();
        }
    }

    /** What is known of them takes so many bytes. */
    long weight() {
        synchronized (kept) {
            return kept.weight();
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
                now.seen().withWritesOf(writings.of(attempt.identity())),
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
