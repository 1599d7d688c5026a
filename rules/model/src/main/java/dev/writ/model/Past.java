package dev.writ.model;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An earlier call of the same identity, as later rules may see it.
 *
 * @param index of its decision in the log
 * @param at when it was decided
 * @param extracts what the operator declared of its result; empty until it succeeded
 * @param labels what the result may carry; set when the call was allowed, so that a call in flight has them already
 */
public record Past(
        long index,
        CallId call,
        ToolName tool,
        JsonObject arguments,
        Instant at,
        Effect verdict,
        Outcome outcome,
        JsonObject extracts,
        Set<String> labels,
        Optional<String> session) {

    private static final long BARE = 256;

    public Past {
        labels = Set.copyOf(labels);
    }

    public Past ended(Outcome newOutcome, JsonObject newExtracts) {
        return new Past(index, call, tool, arguments, at, verdict, newOutcome, newExtracts, labels, session);
    }

    /** Without arguments and extracts, for a history that has no room for them. */
    public Past bare() {
        return new Past(
                index, call, tool, JsonObject.empty(), at, verdict, outcome, JsonObject.empty(), labels, session);
    }

    /** Bytes that it takes in memory, about; the same wherever it is computed. */
    public long weight() {
        return BARE + arguments.weight() + extracts.weight();
    }

    @Override
    public String toString() {
        return "Past[" + index + ", " + tool + ", " + verdict + ", " + outcome + "]";
    }
}
