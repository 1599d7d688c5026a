package dev.writ.gateway.call;

import dev.writ.connect.ToolResult.Traffic;
import dev.writ.gateway.origin.Provenance;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import java.util.Optional;

/**
 * What became of an allowed call: what an {@code EXECUTED} or {@code ABANDONED} entry says.
 *
 * @param outcome neither {@link Outcome#NONE} nor {@link Outcome#PENDING}
 * @param reason for the agent, unless it succeeded
 * @param result what the tool answered, if it did
 * @param extracts what later rules may know of the result
 * @param watched who can write the result's fields, if rules ask where values come from
 */
record Executed(
        Outcome outcome,
        Optional<String> reason,
        Optional<JsonValue> result,
        JsonObject extracts,
        Traffic traffic,
        Optional<Provenance> watched) {

    Executed {
        if (outcome == Outcome.NONE || outcome == Outcome.PENDING) {
            throw new IllegalArgumentException(outcome + " is no outcome of an execution");
        }
    }

    Executed watched(Provenance provenance) {
        return new Executed(outcome, reason, result, extracts, traffic, Optional.of(provenance));
    }

    /** The same of a rehearsal: what a sandbox answered is for whoever rehearses, and no rule ever rests on it. */
    Executed rehearsed() {
        return new Executed(outcome, reason, result, JsonObject.empty(), traffic, Optional.empty());
    }

    static Executed without(Outcome outcome, String reason) {
        return new Executed(
                outcome, Optional.of(reason), Optional.empty(), JsonObject.empty(), Traffic.NONE, Optional.empty());
    }
}
