package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Clarification;
import dev.writ.gateway.approval.Edited;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where a call stands, told from its entries alone, so that whoever asks, whenever and of whichever replica, is told the same.
 *
 * @param decided its newest decision
 * @param approval present if it had to wait for people
 * @param end present if it ran, or was to run, and that is over
 * @param report what somebody says became of it, if the gateway did not carry it out
 */
public record CallState(
        Recorded decided, Optional<Approval> approval, Optional<Recorded> end, Optional<Recorded> report) {

    /** @param entries of one call, in the order of the log; others than those about its state are passed over */
    static CallState of(List<Recorded> entries) {
        return new CallState(
                newest(entries, CallEntries::isDecision)
                        .orElseThrow(() -> new IllegalArgumentException("a call begins with its decision")),
                Approval.of(entries),
                newest(entries, CallEntries::isEnd),
                newest(entries, entry -> isReport(entry, Report.By.REPORTER))
                        .or(() -> newest(entries, entry -> isReport(entry, Report.By.AGENT))));
    }

    private static Optional<Recorded> newest(List<Recorded> entries, Predicate<Entry> kind) {
        return entries.stream().filter(recorded -> kind.test(recorded.entry())).reduce((earlier, later) -> later);
    }

    private static boolean isReport(Entry entry, Report.By by) {
        return Report.By.of(entry).filter(by::equals).isPresent();
    }

    /** With its end. */
    CallState ended(Recorded ending) {
        return new CallState(decided, approval, Optional.of(ending), report);
    }

    public CallId call() {
        return CallEntries.call(decided.entry());
    }

    /** For whom it is, as a pseudonym; another text if for nobody. */
    public String subject() {
        return Identity.named(decided.entry()).map(Identity::pseudonym).orElse(Identity.NOBODY);
    }

    public ToolName tool() {
        return CallEntries.tool(decided.entry());
    }

    /** Of its newest decision. */
    public long index() {
        return decided.index();
    }

    public Mode mode() {
        return CallEntries.mode(decided.entry());
    }

    /** Whether it was only rehearsed: what its outcome says is what a sandbox did. */
    public boolean isRehearsal() {
        return mode() == Mode.REHEARSE;
    }

    public Effect effect() {
        return CallEntries.effect(decided.entry());
    }

    public Optional<String> rule() {
        return decided.entry().column(Column.RULE);
    }

    public String reason() {
        return decided.entry().body().text("reason").orElse("");
    }

    /** When it was decided. */
    public Instant at() {
        return decided.entry().at();
    }

    /** As its newest decision was made about; empty once they were erased. */
    public Optional<JsonObject> arguments() {
        return CallEntries.input(decided.entry(), CallEntries.FACTS).flatMap(facts -> facts.object("arguments"));
    }

    public Optional<String> bundle() {
        return decided.entry().column(Column.BUNDLE);
    }

    /** {@link Outcome#NONE} if it is not to run, or not yet. */
    public Outcome outcome() {
        return end.map(ending -> CallEntries.outcome(ending.entry()))
                .orElse(CallEntries.allowed(decided).isPresent() ? Outcome.PENDING : Outcome.NONE);
    }

    /** Why it did not succeed, if it ran. */
    public Optional<String> failure() {
        return end.flatMap(ending -> CallEntries.input(ending.entry(), CallEntries.RESULT))
                .flatMap(result -> result.text("reason"));
    }

    public Optional<JsonValue> result() {
        return end.flatMap(ending -> CallEntries.input(ending.entry(), CallEntries.RESULT))
                .flatMap(result -> result.get("value"));
    }

    /** Whether what the tool answered was recorded and is deleted: it was erased, or its time is over. */
    public boolean isResultGone() {
        return end.isPresent()
                && CallEntries.input(end.get().entry(), CallEntries.RESULT).isEmpty();
    }

    /** Whether it waits for people, or for the gateway to go on once they have approved it. */
    public boolean isWaiting() {
        return effect() == Effect.ESCALATE
                && approval.filter(waits -> waits.state() == Approval.State.OPEN
                                || (waits.state() == Approval.State.APPROVED && mode() == Mode.EXECUTE))
                        .isPresent();
    }

    /** What an approver has asked the agent about it, and the agent has yet to answer. */
    public Optional<Clarification> question() {
        return approval.flatMap(Approval::question);
    }

    /** How an approver changed its arguments; empty if they are as they were submitted. */
    public Optional<Edited> edited() {
        return approval.flatMap(Approval::edited);
    }

    /** Whether people have approved it, and whoever carries it out has yet to come for the decision. */
    public boolean isUsable() {
        return mode() == Mode.ASK
                && effect() == Effect.ESCALATE
                && approval.filter(approved -> approved.state() == Approval.State.APPROVED)
                        .isPresent();
    }

    /** Whether one submission has been told that it may carry it out. No other may, and who only asks where it stands may not. */
    public boolean isUsed() {
        return mode() == Mode.ASK
                && effect() == Effect.ALLOW
                && CallEntries.waited(decided.entry()).isPresent();
    }

    /** The effect as whoever only asks where it stands is told it: an allow is for the submission that uses it, and for no other. */
    public Effect toldEffect() {
        return isUsed() ? Effect.ESCALATE : effect();
    }

    /** Whether anything may still come of it. */
    public boolean isOpen() {
        return outcome() == Outcome.PENDING || isWaiting();
    }

    /**
     * In a word: {@code decided}, {@code denied}, {@code escalated}, {@code approved}, {@code used}, {@code refused},
     * {@code expired}, {@code withdrawn}, {@code pending}, {@code succeeded}, {@code failed}, {@code unknown} or {@code abandoned};
     * of a rehearsal {@code pending} and then {@code rehearsed}, whatever came of it.
     */
    public String status() {
        if (isUsed()) {
            return "used";
        }
        if (mode() == Mode.DECIDE || (mode() == Mode.ASK && effect() != Effect.ESCALATE)) {
            return "decided";
        }
        if (isRehearsal() && !isOpen()) {
            return "rehearsed";
        }
        if (outcome() != Outcome.NONE) {
            return outcome().text();
        }
        if (effect() != Effect.ESCALATE) {
            return "denied";
        }
        return isWaiting()
                ? "escalated"
                : approval.map(Approval::state).map(Approval.State::text).orElse("denied");
    }

    /** What the rules that allow or escalate oblige to; none if it is denied. */
    public JsonArray obligations() {
        return new JsonArray(decided.entry().body().array("verdicts").map(JsonArray::items).orElse(List.of()).stream()
                .filter(verdict -> effect() != Effect.DENY)
                .filter(JsonObject.class::isInstance)
                .flatMap(verdict -> ((JsonObject) verdict).array("obligations").stream())
                .flatMap(obligations -> obligations.items().stream())
                .distinct()
                .toList());
    }

    /** The requirements of an escalation. */
    public JsonArray requirements() {
        return new JsonArray(decided.entry().body().array("verdicts").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(verdict -> verdict.text("effect")
                        .filter(Effect.ESCALATE.text()::equals)
                        .isPresent())
                .flatMap(verdict -> verdict.get("requirement").stream())
                .toList());
    }
}
