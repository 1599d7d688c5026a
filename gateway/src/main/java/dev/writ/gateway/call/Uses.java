package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.connect.Dialogue;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolCall;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Takes up approved calls that others carry out. No task does: an allow that nobody is there to act on would grow old. So the second
 * decision is made when whoever acts on it comes again, and it is theirs alone.
 */
@ApplicationScoped
class Uses {

    private final CallStates states;
    private final Enforcement enforcement;
    private final Witnessing witnessing;

    Uses(CallStates states, Enforcement enforcement, Witnessing witnessing) {
        this.states = states;
        this.enforcement = enforcement;
        this.witnessing = witnessing;
    }

    /**
     * Decides the call again that a submission came to, if people have approved it; otherwise changes nothing.
     *
     * @param attempt as it was submitted this time
     * @param state where the call stands that it is, or came to
     * @return fails with a {@link Problem} if another submission has used the approval
     */
    Uni<CallState> of(Attempt attempt, CallState state) {
        requireTheirs(attempt, state);
        if (!state.isUsable() || !mayGoOn(state.approval().orElseThrow())) {
            return Uni.createFrom().item(state);
        }
        return isNamed(attempt)
                .chain(isNamed -> states.entries(state.call())
                        .chain(entries -> enforcement.decideAgain(again(
                                attempt,
                                isNamed,
                                entries.get(0),
                                state.approval().orElseThrow()))))
                .onFailure(NotYetException.class)
                .transform(notYet -> new Problem(
                        ProblemType.NOT_READY,
                        "People have approved it, and this replica cannot decide it yet: " + notYet.getMessage()
                                + ". Nothing was used; submit it again."));
    }

    /**
     * Decides that call again, if people have approved it and it is what the attempt asks for; otherwise changes nothing.
     *
     * @param id of the call, as whoever attempts it says
     */
    Uni<Use> of(Attempt attempt, String id) {
        CallId call;
        try {
            call = CallId.parse(id);
        } catch (IllegalArgumentException none) {
            return notMade(Use.Why.UNKNOWN);
        }
        return states.entries(call)
                .chain(entries -> entries.isEmpty() ? notMade(Use.Why.UNKNOWN) : of(attempt, entries));
    }

    private Uni<Use> of(Attempt attempt, List<Recorded> entries) {
        CallState state = CallState.of(entries);
        Recorded first = entries.get(0);
        boolean isOfCaller = first.entry()
                .column(Column.AGENT)
                .filter(attempt.identity().agent()::equals)
                .isPresent();
        if (!isOfCaller || state.mode() != Mode.ASK || state.approval().isEmpty()) {
            return notMade(Use.Why.UNKNOWN);
        }
        if (!attempt.isLike(first.entry())
                || !first.entry().column(Column.SESSION).equals(attempt.call().session())) {
            return notMade(Use.Why.OTHER);
        }
        Approval approval = state.approval().get();
        if (approval.state() == Approval.State.OPEN) {
            return notMade(Use.Why.WAITS);
        }
        if (!state.isUsable()) {
            return isRepeated(attempt, state) ? Uni.createFrom().item(new Use.Made(state)) : notMade(Use.Why.OVER);
        }
        if (!attempt.at().isBefore(approval.escalation().expiresAt())) {
            return notMade(Use.Why.OVER);
        }
        if (!mayGoOn(approval)) {
            return notMade(Use.Why.NOT_YET);
        }
        return isNamed(attempt)
                .chain(isNamed -> enforcement.decideAgain(again(attempt, isNamed, first, approval)))
                .<Use>map(Use.Made::new)
                .onFailure(NotYetException.class)
                .recoverWithItem(new Use.NotMade(Use.Why.NOT_YET))
                .onFailure(failure -> failure instanceof Problem problem && problem.type() == ProblemType.CONFLICT)
                .recoverWithItem(new Use.NotMade(Use.Why.OVER));
    }

    private static Uni<Use> notMade(Use.Why why) {
        return Uni.createFrom().item(new Use.NotMade(why));
    }

    /** Whether it was decided the second time for this very submission. */
    private static boolean isRepeated(Attempt attempt, CallState state) {
        Entry decided = state.decided().entry();
        return CallEntries.waited(decided).isPresent()
                && attempt.call()
                        .key()
                        .map(CallEntries::digest)
                        .filter(key -> CallEntries.usedWith(decided)
                                .filter(key::equals)
                                .isPresent())
                        .isPresent();
    }

    /** The same key is the same call and gets the same answer; whoever else came to it gets none to act on. */
    static void requireTheirs(Attempt attempt, CallState state) {
        if (!state.isUsed()) {
            return;
        }
        Optional<String> key = attempt.call().key().map(CallEntries::digest).or(() -> usedWith(attempt));
        if (key.isEmpty() || !key.equals(CallEntries.usedWith(state.decided().entry()))) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "What people approved as call " + state.call()
                            + " has been used by another submission, and it can be used once. Submit with a new key to have them"
                            + " asked again.");
        }
    }

    private static Optional<String> usedWith(Attempt attempt) {
        return attempt.round() instanceof Round.Approved approved ? approved.usedWith() : Optional.empty();
    }

    private boolean mayGoOn(Approval approval) {
        return approval.grants().stream()
                .allMatch(grant -> witnessing.allows(Witnessing.Operation.APPROVALS, grant.index()));
    }

    /** Whether its key names a call already, which can only be this one. */
    private Uni<Boolean> isNamed(Attempt attempt) {
        return attempt.call()
                .key()
                .map(key -> states.isNamed(attempt.identity().agent(), key))
                .orElseGet(() -> Uni.createFrom().item(true));
    }

    /** The call that people saw, by whoever asks for it now. */
    private static Attempt again(Attempt attempt, boolean isNamed, Recorded waiting, Approval approval) {
        Entry entry = waiting.entry();
        Optional<JsonObject> facts = CallEntries.input(entry, CallEntries.FACTS);
        ToolCall now = attempt.call();
        return new Attempt(
                new ToolCall(
                        CallEntries.call(entry),
                        now.key().filter(key -> !isNamed),
                        now.tool(),
                        now.arguments(),
                        entry.column(Column.SESSION),
                        now.purpose()),
                attempt.principal(),
                attempt.identity(),
                attempt.definition(),
                // Without its arguments nobody can tell any more what was approved.
                attempt.pinned().filter(tool -> facts.isPresent()),
                attempt.mode(),
                attempt.argumentsMac(),
                attempt.at(),
                attempt.deadline(),
                new Round.Approved(
                        waiting.index(),
                        approval.grants(),
                        facts.flatMap(CallEntries::sent).orElse(JsonObject.empty()),
                        Optional.empty(),
                        now.key().map(CallEntries::digest)),
                Dialogue.NONE);
    }
}
