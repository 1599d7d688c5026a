package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.policy.Candidates;
import dev.writ.model.Facts;
import dev.writ.rules.Explanation;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out why rules decided as they did: the bundles of then are asked again, with the facts of then, part by part. */
@ApplicationScoped
class Whys {

    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final int WAITING = 20;

    private static final String ERASED =
            "What it was decided from is not all there any more: something was erased or pruned. So the rules cannot be asked again.";
    private static final String NO_BUNDLE =
            "A bundle that decided cannot be had here any more, so the rules cannot be asked again.";
    private static final String BUSY = "The rules could not be asked again in time. Ask once more, one call at a time.";
    private static final String OWN =
            "Writ itself decided, by no rule of a bundle. This is what the rules say of the call.";
    private static final String OTHERWISE =
            "Asked again, the rules come to another decision than the one that is recorded.";

    private final AuditReader reader;
    private final RecordedDecisions decisions;
    private final Candidates candidates;
    private final Aside aside = new Aside("explanations", WAITING);

    Whys(AuditReader reader, RecordedDecisions decisions, Candidates candidates) {
        this.reader = reader;
        this.decisions = decisions;
        this.candidates = candidates;
    }

    /** Never empty: where nothing can be said it says so. */
    Uni<Why> of(Recorded decided) {
        Entry entry = decided.entry();
        return candidates
                .recorded(RecordedFacts.bundles(entry))
                .chain(bundles -> bundles.isReady()
                        ? decisions
                                .at(decided.index(), bundles.scopes(CallEntries.tool(entry)))
                                .chain(found -> found.map(decision -> why(entry, bundles, decision))
                                        .orElseGet(() -> Uni.createFrom().item(Why.unknown(ERASED))))
                        : Uni.createFrom().item(Why.unknown(NO_BUNDLE)));
    }

    private Uni<Why> why(Entry entry, Active bundles, RecordedDecision decision) {
        return decision.facts()
                .map(facts -> aside.compute(LONGEST, () -> why(entry, bundles, decision, facts))
                        .chain(why -> why.map(this::withCalls)
                                .orElseGet(() -> Uni.createFrom().item(Why.unknown(BUSY)))))
                .orElseGet(() -> Uni.createFrom().item(Why.unknown(ERASED)));
    }

    private static Why why(Entry entry, Active bundles, RecordedDecision decision, Facts facts) {
        Explanation explanation = bundles.explainer().explain(facts);
        return Why.of(note(entry, decision, explanation), explanation);
    }

    private static Optional<String> note(Entry entry, RecordedDecision decision, Explanation explanation) {
        if (decision.isByGateway()) {
            return Optional.of(OWN);
        }
        String engine = entry.body().text("engine").orElse("");
        return decision.isReproducedBy(explanation.decision())
                ? Optional.empty()
                : Optional.of(
                        engine.equals(PolicyEngine.VERSION)
                                ? OTHERWISE
                                : OTHERWISE + " They meant something else in '" + engine + "'.");
    }

    private Uni<Why> withCalls(Why why) {
        return Multi.createFrom()
                .iterable(why.matched())
                .onItem()
                .transformToUniAndConcatenate(index -> reader.at(index)
                        .map(found -> found.flatMap(recorded -> recorded.entry().column(Column.CALL))
                                .map(call -> List.of(Map.entry(index, call)))
                                .orElse(List.of())))
                .onItem()
                .<Map.Entry<Long, String>>disjoint()
                .collect()
                .asMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(why::with);
    }

    @PreDestroy
    void stop() {
        aside.stop();
    }
}
