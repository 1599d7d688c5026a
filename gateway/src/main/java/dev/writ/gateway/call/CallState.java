package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * Where a call stands, told from its entries alone, so that whoever asks, whenever and of whichever replica, is told the same.
 *
 * @param reason of the decision
 * @param outcome {@link Outcome#NONE} if it was not to run
 * @param failure why it did not succeed, if it ran
 */
record CallState(
        CallId call,
        long index,
        Mode mode,
        Effect effect,
        Optional<String> rule,
        String reason,
        Optional<String> bundle,
        JsonArray verdicts,
        Outcome outcome,
        Optional<String> failure,
        Optional<JsonValue> result) {

    /** As its decision left it. */
    static CallState decided(Recorded decided) {
        Entry entry = decided.entry();
        return new CallState(
                CallEntries.call(entry),
                decided.index(),
                CallEntries.mode(entry),
                CallEntries.effect(entry),
                entry.column(Column.RULE),
                entry.body().text("reason").orElse(""),
                entry.column(Column.BUNDLE),
                entry.body().array("verdicts").orElse(new JsonArray(List.of())),
                CallEntries.allowed(decided).isPresent() ? Outcome.PENDING : Outcome.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** As its end left it. */
    static CallState ended(Recorded decided, Recorded ended) {
        CallState before = decided(decided);
        Entry entry = ended.entry();
        return new CallState(
                before.call,
                before.index,
                before.mode,
                before.effect,
                before.rule,
                before.reason,
                before.bundle,
                before.verdicts,
                CallEntries.outcome(entry),
                CallEntries.input(entry, CallEntries.RESULT).flatMap(result -> result.text("reason")),
                CallEntries.input(entry, CallEntries.RESULT).flatMap(result -> result.get("value")));
    }

    /** The requirements of an escalation, each with its rule. */
    JsonArray requirements() {
        return new JsonArray(verdicts.items().stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .flatMap(verdict -> verdict.get("requirement").stream())
                .toList());
    }
}
