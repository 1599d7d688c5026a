package dev.writ.gateway.policy;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Publishes bundles and makes them decide. */
@ApplicationScoped
class Policies {

    /**
     * What became of publishing a bundle.
     *
     * @param isNew whether it was published now, and not earlier
     */
    record Publication(BundleName name, Digest digest, boolean isNew) {}

    private final ActivePolicy policy;
    private final CompiledBundles compiled;
    private final Catalog catalog;
    private final Journal journal;
    private final GovernedState governed;
    private final PolicyConfig config;
    private final Witnessing witnessing;

    Policies(
            ActivePolicy policy,
            CompiledBundles compiled,
            Catalog catalog,
            Journal journal,
            GovernedState governed,
            PolicyConfig config,
            Witnessing witnessing) {
        this.policy = policy;
        this.compiled = compiled;
        this.catalog = catalog;
        this.journal = journal;
        this.governed = governed;
        this.config = config;
        this.witnessing = witnessing;
    }

    /**
     * Publishes a bundle for good; it decides nothing yet.
     *
     * @return fails with a {@link Problem} if it cannot be used, or if its version is another bundle already
     */
    Uni<Publication> publish(Actor actor, Map<String, String> files) {
        PolicyBundle bundle = read(files);
        return policy.state()
                .bundle(bundle.digest())
                .map(earlier -> witnessing
                        .await(Witnessing.Operation.BUNDLES, earlier.index())
                        .replaceWith(new Publication(earlier.name(), earlier.digest(), false)))
                .orElseGet(() -> publish(actor, bundle, files));
    }

    private Uni<Publication> publish(Actor actor, PolicyBundle bundle, Map<String, String> files) {
        List<ToolDefinition> tools =
                catalog.tools().stream().map(PinnedTool::definition).toList();
        return compiled.compile(bundle, tools)
                .chain(result -> result.fold(
                        usable -> record(actor, bundle, files, tools),
                        unusable -> Uni.createFrom().failure(unusable(unusable.problems()))));
    }

    /** Compiles a bundle against the tools as they are now, and records nothing. */
    Uni<Compiled> compile(Map<String, String> files) {
        List<ToolDefinition> tools =
                catalog.tools().stream().map(PinnedTool::definition).toList();
        return compiled.compile(read(files), tools);
    }

    private static PolicyBundle read(Map<String, String> files) {
        try {
            return PolicyBundle.of(StoredBundle.bytes(files));
        } catch (InvalidBundleException invalid) {
            throw unusable(invalid.problems());
        }
    }

    /**
     * Makes a bundle decide, from the entry on whose index this gives.
     *
     * @return fails with a {@link Problem} if there is no such bundle, or if this person may not
     */
    Uni<Long> activate(Actor actor, Digest digest) {
        Published published = find(digest);
        if (published.by().equals(actor.name()) && !config.allowSelfActivation()) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "Whoever published a bundle does not activate it. Ask another reviewer to look at it.");
        }
        return compiled.compile(published)
                .chain(result -> result.fold(
                        usable -> activate(actor, published),
                        unusable -> Uni.createFrom().failure(unusable(unusable.problems()))));
    }

    /** @throws Problem if there is none */
    Published find(Digest digest) {
        return policy.state()
                .bundle(digest)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no bundle with this digest. GET /v1/policies lists them."));
    }

    private Uni<Publication> record(
            Actor actor, PolicyBundle bundle, Map<String, String> files, List<ToolDefinition> tools) {
        JsonObject checkedAgainst = BundleEntries.tools(tools);
        return journal.record(
                        actor,
                        BundleEntries.PUBLISHED,
                        BundleEntries.publishedKeys(bundle),
                        Set.of(),
                        Map.of(Column.BUNDLE, bundle.digest().value()),
                        BundleEntries.published(bundle, Digest.of(checkedAgainst)),
                        List.of(),
                        List.of(BundleRow.published(bundle.digest(), files, checkedAgainst)))
                .chain(receipt -> receipt.fold(
                        created -> Uni.createFrom().item(new Publication(BundleName.of(bundle), bundle.digest(), true)),
                        existing -> earlier(bundle, existing)));
    }

    private Uni<Publication> earlier(PolicyBundle bundle, Receipt.Existing<Entry> existing) {
        return governed.entry(existing.index())
                .map(found -> found.flatMap(BundleEntries::readPublished)
                        .filter(published -> published.digest().equals(bundle.digest()))
                        .map(published -> new Publication(published.name(), published.digest(), false))
                        .orElseThrow(() -> new Problem(
                                ProblemType.CONFLICT,
                                "This version was published with other content. Give the bundle a new version.")));
    }

    private Uni<Long> activate(Actor actor, Published published) {
        return policy.state()
                .active()
                .filter(active -> active.digest().equals(published.digest()))
                .map(active -> witnessing
                        .await(Witnessing.Operation.BUNDLES, active.index())
                        .replaceWith(active.index()))
                .orElseGet(() -> journal.record(
                                actor,
                                BundleEntries.ACTIVATED,
                                List.of(),
                                Set.of(Topics.POLICY),
                                Map.of(Column.BUNDLE, published.digest().value()),
                                BundleEntries.activated(published),
                                List.of(),
                                List.of())
                        .map(receipt ->
                                receipt.fold(created -> created.recorded().index(), Receipt.Existing::index)));
    }

    static Problem unusable(List<BundleProblem> problems) {
        return new Problem(
                        ProblemType.UNPROCESSABLE,
                        "The bundle cannot be used as it is; the active one stays. See 'problems'.")
                .with(
                        "problems",
                        new JsonArray(problems.stream()
                                .<JsonValue>map(problem -> JsonObject.builder()
                                        .put("file", problem.file())
                                        .put("line", problem.line())
                                        .put("column", problem.column())
                                        .put("message", problem.message())
                                        .build())
                                .toList()));
    }
}
