package dev.writ.gateway.policy;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Publishes bundles. */
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
    private final Witnessing witnessing;

    Policies(
            ActivePolicy policy,
            CompiledBundles compiled,
            Catalog catalog,
            Journal journal,
            GovernedState governed,
            Witnessing witnessing) {
        this.policy = policy;
        this.compiled = compiled;
        this.catalog = catalog;
        this.journal = journal;
        this.governed = governed;
        this.witnessing = witnessing;
    }

    /**
     * Publishes a bundle for good; it decides nothing yet.
     *
     * @return fails with a {@link Problem} if it cannot be used, or if its version is another bundle already
     */
    Uni<Publication> publish(Approver by, Map<String, String> files) {
        PolicyBundle bundle = read(files);
        return policy.state()
                .bundle(bundle.digest())
                .map(earlier -> witnessing
                        .await(Witnessing.Operation.BUNDLES, earlier.index())
                        .replaceWith(new Publication(earlier.name(), earlier.digest(), false)))
                .orElseGet(() -> publish(by, bundle, files));
    }

    private Uni<Publication> publish(Approver by, PolicyBundle bundle, Map<String, String> files) {
        BundleChecks.requireScope(policy.state(), bundle);
        List<ToolDefinition> tools = tools();
        return compiled.compile(bundle, tools)
                .chain(result -> result.fold(
                        usable -> record(by, bundle, files, tools),
                        unusable -> Uni.createFrom().failure(BundleChecks.unusable(unusable.problems()))));
    }

    /** Compiles a bundle against the tools as they are now, and records nothing. */
    Uni<Compiled> compile(Map<String, String> files) {
        return compiled.compile(read(files), tools());
    }

    /** As they are now. */
    List<ToolDefinition> tools() {
        return catalog.tools().stream().map(PinnedTool::definition).toList();
    }

    /** The bundle in those files; throws a {@link Problem} that says what is wrong with them. */
    static PolicyBundle read(Map<String, String> files) {
        try {
            return PolicyBundle.ofTexts(files);
        } catch (InvalidBundleException invalid) {
            throw BundleChecks.unusable(invalid.problems());
        }
    }

    private Uni<Publication> record(
            Approver by, PolicyBundle bundle, Map<String, String> files, List<ToolDefinition> tools) {
        JsonObject checkedAgainst = BundleEntries.tools(tools);
        return journal.record(
                        Actor.of(by.principal()),
                        BundleEntries.PUBLISHED,
                        BundleEntries.publishedKeys(bundle),
                        Set.of(),
                        Map.of(Column.BUNDLE, bundle.digest().value()),
                        BundleEntries.published(bundle, Digest.of(checkedAgainst), by.person()),
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
}
