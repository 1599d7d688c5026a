package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What identities that called lately have seen and written, in memory, fed by the log's tail. What is not here is read from the log
 * when its identity calls. Without a rule that asks for origins nothing is kept.
 */
@ApplicationScoped
class Sightings implements LogFollower {

    private static final Set<String> KINDS = kinds();

    private final Writings writings;
    private final ActivePolicy policy;
    private final OriginConfig config;
    private final SeenCache<Identity> kept;

    Sightings(AuditReader reader, Writings writings, ActivePolicy policy, OriginConfig config) {
        this.writings = writings;
        this.policy = policy;
        this.config = config;
        this.kept = new SeenCache<>(
                config,
                new OfIdentity(new SightingReader(reader, config.memory().asLongValue())));
    }

    private static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>(Said.KINDS);
        kinds.add(CallEntries.DECIDED);
        kinds.add(CallEntries.EXECUTED);
        kinds.add(CallEntries.REPORTED);
        return Collections.unmodifiableSet(kinds);
    }

    /** What stands in the log of one identity. */
    record OfIdentity(SightingReader reader) implements SeenCache.Source<Identity> {

        @Override
        public Optional<Identity> whose(Entry entry) {
            return KINDS.contains(entry.kind())
                    ? entry.column(Column.AGENT)
                            .flatMap(agent -> entry.column(Column.SUBJECT).map(subject -> new Identity(agent, subject)))
                    : Optional.empty();
        }

        @Override
        public String subjectKey(Identity identity) {
            return identity.subjectKey();
        }

        @Override
        public Uni<SightingReader.Read> read(Identity identity) {
            return reader.read(identity);
        }

        @Override
        public SeenTexts with(SeenTexts seen, Recorded recorded, long room) {
            return fold(seen, recorded, room);
        }
    }

    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        kept.onEntry(recorded);
    }

    /** Makes sure that what a decision may need is in memory. */
    Uni<Void> fill(Attempt attempt) {
        Identity identity = attempt.identity();
        return policy.needsOrigins(attempt.call().tool())
                ? kept.fill(identity).chain(() -> writings.fill(identity))
                : Uni.createFrom().voidItem();
    }

    /** Identities in memory. */
    int size() {
        return kept.size();
    }

    /** What is known of them, and of what the agents of persons wrote, takes so many bytes. */
    long weight() {
        return kept.weight() + writings.weight();
    }

    /**
     * Where the arguments of a call come from. Memory only.
     *
     * @param since entries that touch the identity's topic, some of which may have arrived here already
     */
    List<Origin> origins(Attempt attempt, List<Recorded> since) {
        SeenTexts seen = kept.of(attempt.identity(), since).withWritesOf(writings.of(attempt.identity()));
        JsonObject arguments = attempt.call().arguments();
        JsonObject schema = attempt.definition().inputSchema();
        Optional<String> session = attempt.call().session();
        Instant horizon = attempt.at().minus(config.horizon());
        return attempt.submitted()
                .map(submitted -> Origins.ofEdited(arguments, submitted, schema, seen, session, horizon))
                .orElseGet(() -> Origins.of(arguments, schema, seen, session, horizon));
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
