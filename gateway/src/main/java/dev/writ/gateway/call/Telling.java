package dev.writ.gateway.call;

import dev.writ.gateway.approval.Clarification;
import dev.writ.gateway.policy.OwnRule;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.rules.Hint;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a call stands, in sentences that a person or a model can act on: the same over every protocol. */
public final class Telling {

    private Telling() {}

    /**
     * Why there is no result, and what to do next. Says nothing of other callers.
     *
     * @param hint at what would be allowed, if it was denied
     * @throws IllegalArgumentException if it succeeded, or was only decided
     */
    public static String of(CallState state, Optional<Hint> hint) {
        if (state.isRehearsal()) {
            return rehearsal(state);
        }
        return switch (state.outcome()) {
            case FAILED -> "The tool failed: " + failure(state) + ".";
            case UNKNOWN ->
                "Nobody can tell whether the tool acted: " + failure(state)
                        + ". It is not tried again; look before you submit a new call.";
            case ABANDONED -> "It was allowed and never sent: " + failure(state) + ". Submit it with a new key.";
            case PENDING -> "It was allowed and has not ended yet. Ask again for call " + state.call() + ".";
            case NONE -> state.isWaiting() ? waiting(state) : denial(state, hint);
            case SUCCEEDED -> throw new IllegalArgumentException("there is nothing to explain");
        };
    }

    /** What came of a rehearsal, or would have come of the call. */
    public static String rehearsal(CallState state) {
        String sandbox = "A rehearsal: the sandbox answered, not the tool. ";
        return switch (state.outcome()) {
            case SUCCEEDED -> sandbox + "The same call would be allowed as things are now.";
            case FAILED -> sandbox + "It failed there: " + failure(state) + ".";
            case UNKNOWN -> "A rehearsal: nobody can tell whether the sandbox acted: " + failure(state) + ".";
            case ABANDONED -> "A rehearsal: it was allowed and never sent to the sandbox: " + failure(state) + ".";
            case PENDING -> "A rehearsal: the sandbox has not answered yet. Ask again for call " + state.call() + ".";
            case NONE -> state.effect() == Effect.ESCALATE ? asked(state) : wouldDeny(state);
        };
    }

    private static String asked(CallState state) {
        String whom = state.requirements().items().stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .map(asked ->
                        asked.number("approvals").map(BigDecimal::toPlainString).orElse("1") + " of group '"
                                + asked.text("group").orElse("") + "'")
                .distinct()
                .collect(Collectors.joining(", "));
        return "A rehearsal: the call would wait for approval by " + whom + ": " + state.reason()
                + ". Nobody was asked, and nothing was sent.";
    }

    private static String wouldDeny(CallState state) {
        return "A rehearsal: "
                + state.rule().map(rule -> "rule '" + rule + "' would deny: ").orElse("it would be denied: ")
                + state.reason() + ". Nothing was sent.";
    }

    private static String waiting(CallState state) {
        if (state.mode() == Mode.ASK) {
            return "It waits for approval as call " + state.call() + ": " + state.reason()
                    + ". Do not carry it out yet. Submit it again, unchanged, once people have approved it."
                    + question(state);
        }
        return "It waits for approval as call " + state.call() + ": " + state.reason()
                + ". Nothing was executed yet. Do not change the arguments; ask for this call again."
                + edited(state)
                + question(state);
    }

    /** What an approver changed, in words that begin with a blank; empty if nothing. */
    public static String edited(CallState state) {
        return state.edited()
                .map(edited -> " An approver changed its arguments, from what was submitted or last told: "
                        + edited.changes().toJson())
                .orElse("");
    }

    private static String question(CallState state) {
        return state.question()
                .flatMap(Clarification::question)
                .map(text -> " An approver asks: " + new JsonString(text).toJson() + " Answer that question of call "
                        + state.call() + ", so that they can decide.")
                .orElse("");
    }

    private static String denial(CallState state, Optional<Hint> hint) {
        return switch (state.status()) {
            case "decided" ->
                state.effect() == Effect.DENY
                        ? denied(state, hint)
                        : "It was decided for whoever asked to carry it out, and Writ does not. Only the answer to that"
                                + " question says whether they may.";
            case "used" -> "People have approved it, and a submission has used that. It can be used once.";
            case "approved" ->
                "People have approved it. Submit it again, unchanged, for the decision; do not carry it out before.";
            case "refused" -> "It was escalated and refused; 'approval' says why. Nothing was executed.";
            case "expired" ->
                "It was escalated, and nobody approved it in time. Nothing was executed; submit it again with a new key to ask"
                        + " again.";
            case "withdrawn" -> "It was escalated and withdrawn. Nothing was executed.";
            default -> denied(state, hint);
        };
    }

    private static String denied(CallState state, Optional<Hint> hint) {
        return state.rule().map(rule -> "Rule '" + rule + "' denies: ").orElse("Denied: ") + state.reason()
                + ". Nothing was executed"
                + (state.rule().filter(OwnRule::isPassing).isPresent()
                        ? "; submit it again with a new key."
                        : ", and the same call will be denied again.")
                + hint.map(near -> " As for the arguments, " + near + ".").orElse("");
    }

    private static String failure(CallState state) {
        String reason = state.failure().orElse("the reason was erased");
        // It stands behind a colon; an abbreviation stays one.
        boolean isWord = reason.length() > 1 && Character.isLowerCase(reason.charAt(1));
        return isWord ? reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1) : reason;
    }
}
