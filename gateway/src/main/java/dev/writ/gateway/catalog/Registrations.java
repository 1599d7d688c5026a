package dev.writ.gateway.catalog;

import dev.writ.audit.MasterKey;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
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

/** Registers and removes connectors. */
@ApplicationScoped
class Registrations {

    /** An entry's body that leaves room in a leaf for the envelope. */
    private static final int MOST_BODY_BYTES = 48 * 1024;

    private final Catalog catalog;
    private final Technology technology;
    private final Journal journal;
    private final MasterKey master;
    private final SecureRandom random = new SecureRandom();

    Registrations(Catalog catalog, Technology technology, Journal journal, MasterKey master) {
        this.catalog = catalog;
        this.technology = technology;
        this.journal = journal;
        this.master = master;
    }

    /**
     * Opens and checks a connector and pins its tools, those of an older one of the same name included.
     *
     * @return fails with a {@link Problem} that lists the problems if it cannot be used
     */
    Uni<Preparation.Ready> register(Actor actor, ConnectorSettings settings, Optional<HeaderCredential> credential) {
        return Uni.createFrom()
                .item(() -> technology.open(settings, credential))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(preparation -> preparation.fold(
                        ready -> pin(actor, ready, SealedCredential.seal(settings.name(), credential, master, random)),
                        refused -> Uni.createFrom().failure(unusable(refused.problems()))));
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

    private Uni<Preparation.Ready> pin(Actor actor, Preparation.Ready ready, SealedCredential sealed) {
        OpenConnector connector = ready.connector();
        ConnectorSettings settings = connector.settings();
        JsonObject body = ConnectorEntries.registered(connector, sealed.digest());
        if (body.toBytes().length > MOST_BODY_BYTES) {
            connector.close();
            return Uni.createFrom()
                    .failure(unusable(List.of(
                            "its tools and extracts do not fit into one entry of the log;" + " register it in parts")));
        }
        catalog.expect(sealed.digest(), connector);
        return journal.record(
                        actor,
                        ConnectorEntries.REGISTERED,
                        List.of(),
                        ConnectorEntries.topics(settings.name(), touched(connector)),
                        Map.of(),
                        body,
                        List.of(),
                        List.of(
                                ConnectorRow.registered(settings, sealed),
                                ToolDefinitionRow.pinned(connector.connector().tools())))
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
