package dev.writ.gateway.call;

import dev.writ.connect.Dialogue;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.approval.Clarifications;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Outcome;
import dev.writ.model.Principal;
import dev.writ.rules.Hint;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What every protocol face calls, and all that it may call: it translates what arrived into these questions, and the answers back.
 * Whoever asks is the caller of the request at hand.
 */
@ApplicationScoped
public class ToolCalls {

    private final Submissions submissions;
    private final Enforcement enforcement;
    private final CallStates states;
    private final Approvals approvals;
    private final Clarifications clarifications;
    private final Callers callers;
    private final DenialHints hints;
    private final Outlooks outlooks;
    private final Reports reports;
    private final Uses uses;
    private final Directory directory;
    private final InstantSource clock;

    ToolCalls(
            Submissions submissions,
            Enforcement enforcement,
            CallStates states,
            Approvals approvals,
            Clarifications clarifications,
            Callers callers,
            DenialHints hints,
            Outlooks outlooks,
            Reports reports,
            Uses uses,
            Directory directory,
            InstantSource clock) {
        this.submissions = submissions;
        this.enforcement = enforcement;
        this.states = states;
        this.approvals = approvals;
        this.clarifications = clarifications;
        this.callers = callers;
        this.hints = hints;
        this.outlooks = outlooks;
        this.reports = reports;
        this.uses = uses;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Checks, decides and records a call and, if it is allowed, carries it out.
     *
     * @param dialogue with the caller while it is carried out
     * @return where the call stands then, a denial included; fails with a {@link Problem} if it was not decided
     */
    public Uni<CallState> submit(Submission submission, Dialogue dialogue) {
        return submit(submission, dialogue, call -> {});
    }

    /**
     * Does that likewise.
     *
     * @param begins is told which call it will be, if it is none of before
     */
    public Uni<CallState> submit(Submission submission, Dialogue dialogue, Consumer<CallId> begins) {
        return submissions
                .check(submission, callers.principal(submission.onBehalfOf()))
                .invoke(attempt -> begins.accept(attempt.call().id()))
                .chain(attempt -> enforcement.enforce(attempt.with(dialogue)).chain(state -> uses.of(attempt, state)));
    }

    /**
     * The caller, for what lasts longer than a request does. Two that are equal see the same.
     *
     * @throws Problem if the caller may not act for that person
     */
    public Principal caller(Optional<String> onBehalfOf) {
        return callers.principal(onBehalfOf);
    }

    /** What {@link #tools(Optional)} would tell that caller now; empty if what they presented would not be taken any more. */
    public Optional<List<PinnedTool>> toolsOf(Principal caller) {
        List<PinnedTool> tools = outlooks.tools(caller).stream()
                .filter(tool ->
                        directory.mayCall(caller.client(), tool.definition().name()))
                .toList();
        return directory.isLiveAfter(caller.client(), clock.instant(), List.of())
                ? Optional.of(tools)
                : Optional.empty();
    }

    /**
     * The same for a call that goes on where an earlier one of the caller's stopped to ask something. The dialogue brings the answers. If it
     * would have to wait for people it is denied: they could not be shown what it brings.
     *
     * @param stopped the earlier call; that it is the caller's, and about the same, is for whoever asks to know
     * @param begins is told which call it will be, if it is none of before
     */
    public Uni<CallState> goOn(CallId stopped, Submission submission, Dialogue dialogue, Consumer<CallId> begins) {
        return submissions
                .check(submission, callers.principal(submission.onBehalfOf()))
                .invoke(attempt -> begins.accept(attempt.call().id()))
                .chain(attempt -> enforcement.enforce(attempt.with(dialogue).continuing(stopped)));
    }

    /**
     * Has people asked about a call that the caller carries out, and decides nothing for anybody to act on: that is for {@link #use}.
     *
     * @param submission in mode {@link Mode#ASK}; with a key that was sent before, it is the same call
     * @return where the call stands that waits, or that people have approved; empty if rules do not want to have them asked
     */
    public Uni<Optional<CallState>> ask(Submission submission) {
        requireAsks(submission);
        Principal principal = callers.principal(submission.onBehalfOf());
        Uni<Boolean> isNamed = submission
                .key()
                .map(key -> states.isNamed(principal.agent(), key))
                .orElseGet(() -> Uni.createFrom().item(false));
        return isNamed.chain(known -> known ? Uni.createFrom().item(true) : wouldWait(submission))
                .chain(waits -> waits
                        ? submissions
                                .check(submission, principal)
                                .chain(enforcement::enforce)
                                .map(Optional::of)
                        : Uni.createFrom().item(Optional.empty()));
    }

    private Uni<Boolean> wouldWait(Submission submission) {
        return foresee(submission.in(Mode.DECIDE)).map(foreseen -> foreseen.effect() == Effect.ESCALATE);
    }

    /**
     * Decides a call again that people have approved, for a caller who names it and carries it out. Never has anybody asked.
     *
     * @param submission in mode {@link Mode#ASK}, as the call was submitted; with its key it gets the same answer again
     * @param call that was approved
     */
    public Uni<Use> use(Submission submission, String call) {
        requireAsks(submission);
        return submissions
                .check(submission, callers.principal(submission.onBehalfOf()))
                .chain(attempt -> uses.of(attempt, call));
    }

    private static void requireAsks(Submission submission) {
        if (submission.mode() != Mode.ASK) {
            throw new IllegalArgumentException("only who carries it out waits for it");
        }
    }

    /**
     * For whom a call of the caller would be, as {@link CallState#subject()} says it then.
     *
     * @throws Problem if the caller may not act for that person
     */
    public String subject(Optional<String> onBehalfOf) {
        return callers.subject(onBehalfOf).orElse(Identity.NOBODY);
    }

    /**
     * Fails with a {@link Problem} unless the tool of that name is called {@code own} by whom carries it out. For callers who pass on a
     * request that says {@code own}: other spellings of it would be decided as the same tool, and may be another.
     */
    public void requireCalled(String tool, String own) {
        submissions.requireCalled(tool, own);
    }

    /**
     * The tools that the caller might be allowed to call with the right arguments, at once or by people, by name. Those that no rule
     * could let them call are left out, and so are those that a rule denies them whatever the arguments are.
     */
    public List<PinnedTool> tools(Optional<String> onBehalfOf) {
        return outlooks.tools(callers.principal(onBehalfOf)).stream()
                .filter(tool -> callers.mayCall(tool.definition().name()))
                .toList();
    }

    /**
     * What would be decided now on a call in mode {@code decide}. Nothing is recorded of it, so nobody may act on it: whoever answers a
     * question with it records the question.
     *
     * @return fails with a {@link Problem} if it could not be decided
     */
    public Uni<Foreseen> foresee(Submission submission) {
        if (submission.mode() != Mode.DECIDE) {
            throw new IllegalArgumentException("what is foreseen is not carried out");
        }
        return submissions
                .check(submission, callers.principal(submission.onBehalfOf()))
                .chain(enforcement::foresee);
    }

    /**
     * Where a call of the caller stands.
     *
     * @param wait for its end, if it has not ended; bounded by the configuration
     * @return fails with a {@link Problem} if the caller has no such call
     */
    public Uni<CallState> find(String id, Duration wait) {
        return states.find(RequestFields.call(id, ToolCalls::none), theirs(callers), wait);
    }

    /** Withdraws a call of the caller that waits for approval; fails with a {@link Problem} if none of that id does. */
    public Uni<CallState> withdraw(String id) {
        Principal principal = callers.principal(Optional.empty());
        CallId call = RequestFields.call(id, ToolCalls::none);
        return states.find(call, theirs(callers), Duration.ZERO)
                .chain(mine -> {
                    if (mine.approval().isEmpty()) {
                        throw new Problem(
                                ProblemType.CONFLICT,
                                "The call does not wait for approval, so there is nothing to withdraw. It is "
                                        + mine.status() + ".");
                    }
                    return approvals.withdraw(call, principal);
                })
                .chain(() -> states.read(call));
    }

    /**
     * Records what the caller says to the question of an approver about its call.
     *
     * @return where the call stands; fails with a {@link Problem} if no question is open
     */
    public Uni<CallState> answer(String id, @Nullable String answer) {
        Principal principal = callers.principal(Optional.empty());
        CallId call = RequestFields.call(id, ToolCalls::none);
        return states.find(call, theirs(callers), Duration.ZERO)
                .chain(mine -> {
                    if (mine.approval().isEmpty()) {
                        throw new Problem(
                                ProblemType.CONFLICT,
                                "The call does not wait for approval, so nobody asks about it. It is " + mine.status()
                                        + ".");
                    }
                    return clarifications.answer(call, principal, answer);
                })
                .chain(() -> states.read(call));
    }

    /**
     * Records what the caller says became of the call that it gave that key, which the gateway left to it. The word of an agent: to
     * rules the call may have been made, whatever is said.
     *
     * @param key as in the {@link Submission}
     * @return fails with a {@link Problem} if the caller has no such call, it was denied, or another outcome was reported
     */
    public Uni<Void> report(String key, Outcome outcome, Optional<String> reason) {
        Principal caller = callers.principal();
        return states.named(caller.agent(), key)
                .chain(call -> reports.record(
                        call, Actor.of(caller), theirs(callers), Report.By.AGENT, outcome, Optional.empty(), reason))
                .replaceWithVoid();
    }

    /** What would be allowed, if rules deny it and one of them may say so. Never fails. */
    public Uni<Optional<Hint>> hint(CallState state) {
        return hints.of(state);
    }

    /** The calls of the caller's agent, for itself and for the persons that the key lists. */
    static Predicate<Identity> theirs(Callers callers) {
        Principal principal = callers.principal();
        return identity -> identity.agent().equals(principal.agent())
                && (identity.pseudonym().equals(Identity.NOBODY) || callers.mayActFor(identity.pseudonym()));
    }

    private static Problem none() {
        return new Problem(ProblemType.NOT_FOUND, "There is no call of yours with this id.");
    }
}
