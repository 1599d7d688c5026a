package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.origin.OriginConfig;
import dev.writ.gateway.origin.SeenTexts;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
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

    private final SeenCache<String> kept;

    Writings(AuditReader reader, OriginConfig config) {
        this.kept = new SeenCache<>(
                config, new OfPerson(new SightingReader(reader, config.memory().asLongValue())));
    }

    /** What stands in the log of one person, by pseudonym. */
    record OfPerson(SightingReader reader) implements SeenCache.Source<String> {

        @Override
        public Optional<String> whose(Entry entry) {
            return entry.kind().equals(CallEntries.DECIDED)
                    ? entry.column(Column.SUBJECT).filter(subject -> !subject.equals(Identity.NOBODY))
                    : Optional.empty();
        }

        @Override
        public String subjectKey(String person) {
            return new Identity("", person).subjectKey();
        }

        @Override
        public Uni<SightingReader.Read> read(String person) {
            return reader.written(person, this);
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
    Uni<Void> fill(Identity identity) {
        return identity.isOfNobody() ? Uni.createFrom().voidItem() : kept.fill(identity.pseudonym());
    }

    /** Of all agents for the person of this identity. Memory only. */
    SeenTexts of(Identity identity) {
        return identity.isOfNobody() ? SeenTexts.NONE : kept.of(identity.pseudonym(), List.of());
    }

    /** What is in memory takes so many bytes. */
    long weight() {
        return kept.weight();
    }

    private static SeenTexts fold(SeenTexts seen, Recorded recorded, long room) {
        Entry entry = recorded.entry();
        if (CallEntries.effect(entry) != Effect.ALLOW) {
            return seen;
        }
        List<Origin> origins = CallEntries.origins(entry);
        if (origins.stream().noneMatch(Writings::isForeign)) {
            return seen;
        }
        return CallEntries.input(entry, CallEntries.FACTS)
                .flatMap(facts -> facts.object("arguments"))
                .map(arguments ->
                        seen.plusWrittenElsewhere(recorded.index(), entry.at(), foreign(arguments, origins), room))
                .orElseGet(() -> seen.withoutWrites(entry.at()));
    }

    private static boolean isForeign(Origin origin) {
        return origin.tainted() || FOREIGN.contains(origin.source());
    }

    /** All but those of which every origin is good; of an argument that the tool's schema does not name, none is known. */
    private static JsonObject foreign(JsonObject arguments, List<Origin> origins) {
        Map<String, Boolean> isForeign =
                origins.stream().collect(Collectors.toMap(Origin::argument, Writings::isForeign, Boolean::logicalOr));
        JsonObject.Builder some = JsonObject.builder();
        arguments.members().forEach((name, value) -> {
            if (isForeign.getOrDefault(name, true)) {
                some.put(name, value);
            }
        });
        return some.build();
    }
}
