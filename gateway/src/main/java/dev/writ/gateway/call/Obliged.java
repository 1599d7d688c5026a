package dev.writ.gateway.call;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import java.util.List;

/**
 * A decision, and the arguments as it lets them be sent. Whoever approves sees these; the tool gets these and no others.
 *
 * @param sent as submitted, if it denies
 */
record Obliged(Decision decision, JsonObject sent) {

    /** A decision whose obligations cannot be met is a denial. */
    static Obliged of(Attempt attempt, Decision decision) {
        JsonObject submitted = attempt.call().arguments();
        if (decision.effect() == Effect.DENY) {
            return new Obliged(decision, submitted);
        }
        return decision.obligations()
                .arguments(submitted)
                .fold(
                        sent -> fitting(attempt, decision, sent),
                        reason -> new Obliged(decision.unmeetable(reason), submitted));
    }

    /** What was submitted fits the tool's schema; what rules made of it must, too. */
    private static Obliged fitting(Attempt attempt, Decision decision, JsonObject sent) {
        JsonObject submitted = attempt.call().arguments();
        List<String> problems = sent.equals(submitted)
                ? List.of()
                : attempt.pinned().map(tool -> tool.argumentProblems(sent)).orElse(List.of());
        return problems.isEmpty()
                ? new Obliged(decision, sent)
                : new Obliged(
                        decision.unmeetable("as rules oblige, the arguments do not fit the tool: " + problems.get(0)),
                        submitted);
    }
}
