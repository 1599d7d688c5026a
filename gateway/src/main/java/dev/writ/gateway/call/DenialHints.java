package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.policy.OwnRule;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.Hint;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent is told besides the reason of a denial. Worked out after the decision is recorded, from the call and the bundles
 * alone, so that nothing of others can get into it; the log need not keep what can be worked out again.
 */
@ApplicationScoped
class DenialHints {

    private static final int WAITING = 100;

    private final ActivePolicy policy;
    private final Catalog catalog;
    private final CallConfig config;
    private final Aside aside = new Aside("denial-hints", WAITING);

    DenialHints(ActivePolicy policy, Catalog catalog, CallConfig config) {
        this.policy = policy;
        this.catalog = catalog;
        this.config = config;
    }

    /** Empty unless rules deny it and one of them may say what would be allowed. Never fails. */
    Uni<Optional<Hint>> of(CallState state) {
        if (state.effect() != Effect.DENY
                || state.rule().filter(OwnRule::isOwn).isPresent()
                || config.hintTime().isZero()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return facts(state.decided().entry())
                .map(facts -> aside.compute(config.hintTime(), () -> hint(state, facts))
                        .map(found -> found.flatMap(hint -> hint)))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Optional<Hint> hint(CallState state, Facts facts) {
        return policy.compiled(RecordedFacts.bundles(state.decided().entry())).hint(facts);
    }

    /** Without anything that happened before. */
    private Optional<Facts> facts(Entry decided) {
        return catalog.tool(CallEntries.tool(decided))
                .map(PinnedTool::definition)
                .filter(tool -> RecordedFacts.definition(decided)
                        .filter(tool.digest()::equals)
                        .isPresent())
                .flatMap(tool -> facts(decided, tool));
    }

    private static Optional<Facts> facts(Entry decided, ToolDefinition tool) {
        return RecordedFacts.of(decided, tool, History.UNKNOWN, Map.of(), List.of());
    }

    @PreDestroy
    void stop() {
        aside.stop();
    }
}
