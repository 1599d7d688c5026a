package dev.writ.gateway.catalog;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Registers and removes connectors. */
@ApplicationScoped
class Registrations {

    /** An entry's body that leaves room in a leaf for the envelope. */
    private static final int MOST_BODY_BYTES = 48 * 1024;

    private final Catalog catalog;
    private final Technology technology;
    private final FirstSight sight;
    private final Journal journal;
    private final MasterKey master;
    private final SecureRandom random = new SecureRandom();

    Registrations(Catalog catalog, Technology technology, FirstSight sight, Journal journal, MasterKey master) {
        this.catalog = catalog;
        this.technology = technology;
        this.sight = sight;
        this.journal = journal;
        this.master = master;
    }

    /**
     * Opens and checks a connector and pins its tools, those of an older one of the same name included.
     *
     * @param reviewed what {@link Plans} said; empty to pin whatever it is
     * @return fails with a {@link Problem} that lists the problems if it cannot be used
     */
    Uni<Preparation.Ready> register(
            Actor actor, ConnectorSettings settings, Secrets secrets, Optional<String> reviewed) {
        return register(
                actor,
                settings,
                secrets,
                new Approval(reviewed, JsonObject.empty(), List.of(), journal.size(), since -> {}));
    }

    /**
     * What else the entry says, and on what condition it is written.
     *
     * @param reviewed digest of the settings that somebody has looked at; nothing else is pinned
     * @param said more members of the entry
     * @param readAt size of the log when it was looked at what is approved
     * @param condition given what was written about the connector since, throws if it must not be written
     */
    record Approval(
            Optional<String> reviewed,
            JsonObject said,
            List<Input> inputs,
            long readAt,
            Consumer<List<Recorded>> condition) {}

    Uni<Preparation.Ready> register(Actor actor, ConnectorSettings settings, Secrets secrets, Approval approval) {
        return prepare(settings, secrets)
                .chain(ready ->
                        pin(actor, ready, SealedCredential.seal(settings.name(), secrets, master, random), approval));
    }

    /** Opens and checks a connector; whoever asks closes it. Fails with a {@link Problem} if it cannot be used. */
    Uni<Preparation.Ready> prepare(ConnectorSettings settings, Secrets secrets) {
        return discovered(settings, secrets)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                // What comes with its document was looked at, whoever wrote it.
                .map(complete ->
                        settings.document().isEmpty() ? sight.look(complete) : new FirstSight.Seen(complete, List.of()))
                .chain(seen -> technology
                        .open(seen.settings(), secrets)
                        .fold(
                                ready -> Uni.createFrom().item(waiting(ready, seen.held())),
                                refused -> Uni.createFrom().failure(unusable(both(refused.problems(), seen.held())))));
    }

    /** Who asks is told of what waits, and from when it is pinned so is the log. */
    private static Preparation.Ready waiting(Preparation.Ready ready, List<FirstSight.Waiting> held) {
        held.forEach(waiting -> ready.connector().watch().report(waiting.deviation()));
        return new Preparation.Ready(ready.connector(), both(ready.skipped(), held));
    }

    private static List<String> both(List<String> texts, List<FirstSight.Waiting> held) {
        return Stream.concat(texts.stream(), held.stream().map(FirstSight.Waiting::toString))
                .toList();
    }

    private Uni<ConnectorSettings> discovered(ConnectorSettings settings, Secrets secrets) {
        return technology
                .discover(settings, secrets)
                .onFailure(UnusableServiceException.class)
                .transform(failed -> unusable(List.of(String.valueOf(failed.getMessage()))));
    }

    /** Removes a connector; fails with a {@link Problem} if there is none of that name. */
    Uni<Void> remove(Actor actor, String name) {
        Standing standing = catalog.standing(name)
                .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "There is no connector of this name."));
        return journal.record(
                        actor,
                        ConnectorEntries.REMOVED,
                        List.of(),
                        ConnectorEntries.topics(name, tools(standing)),
                        Map.of(),
                        ConnectorEntries.removed(name),
                        List.of(),
                        List.of(ConnectorRow.removed(name)))
                .replaceWithVoid();
    }

    private Uni<Preparation.Ready> pin(
            Actor actor, Preparation.Ready ready, SealedCredential sealed, Approval approval) {
        OpenConnector connector = ready.connector();
        ConnectorSettings settings = connector.settings();
        if (approval.reviewed()
                .filter(digest -> !digest.equals(settings.digest().value()))
                .isPresent()) {
            connector.close();
            return Uni.createFrom()
                    .failure(new Problem(
                            ProblemType.CONFLICT,
                            "What would be pinned is not what was reviewed: the service offers something else by now, or the"
                                    + " registration is another. Nothing was pinned. Look at it again."));
        }
        JsonObject.Builder all = JsonObject.builder();
        ConnectorEntries.registered(connector, sealed.digest()).members().forEach(all::put);
        approval.said().members().forEach(all::put);
        JsonObject body = all.build();
        if (body.toBytes().length > MOST_BODY_BYTES) {
            connector.close();
            return Uni.createFrom()
                    .failure(unusable(List.of(
                            "its tools and extracts do not fit into one entry of the log;" + " register it in parts")));
        }
        catalog.expect(sealed.digest(), connector);
        Entry entry = new Entry(
                ConnectorEntries.REGISTERED,
                journal.now(),
                List.of(),
                ConnectorEntries.topics(settings.name(), touched(connector)),
                Map.of(),
                body,
                "writ",
                approval.inputs());
        List<RowChange> rows = List.of(
                ConnectorRow.registered(settings, sealed),
                ToolDefinitionRow.pinned(connector.connector().tools()));
        return journal.record(
                        actor, new Draft<>(Set.of(Topics.connector(settings.name())), approval.readAt(), since -> {
                            approval.condition().accept(since);
                            return new Settled<>(entry, rows, entry);
                        }))
                .onTermination()
                .invoke(() -> catalog.forget(sealed.digest()))
                .replaceWith(ready);
    }

    /** The tools it has, and those it had. */
    private Set<ToolName> touched(OpenConnector connector) {
        Set<ToolName> touched = new TreeSet<>(connector.digests().keySet());
        catalog.standing(connector.settings().name()).ifPresent(standing -> touched.addAll(tools(standing)));
        return touched;
    }

    private static Collection<ToolName> tools(Standing standing) {
        return standing instanceof Standing.Pinned pinned ? pinned.tools().keySet() : Set.of();
    }

    private static Problem unusable(List<String> problems) {
        return new Problem(ProblemType.UNPROCESSABLE, "The connector cannot be used as it is. See 'problems'.")
                .with("problems", JsonArray.ofTexts(problems));
    }
}
