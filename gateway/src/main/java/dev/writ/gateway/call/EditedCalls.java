package dev.writ.gateway.call;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Edits;
import dev.writ.gateway.approval.Judged;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the rules of now about a call that an approver has changed. That is no decision of the call, and nothing runs on it: once it is
 * approved as it is now, it is decided the second time like any other.
 */
@ApplicationScoped
public class EditedCalls {

    /** What is different before and after, together, in bytes: approvers read it. */
    private static final int LARGEST_CHANGE = 64 * 1024;

    private final CallStates states;
    private final Edits edits;
    private final Enforcement enforcement;
    private final Decider decider;
    private final Catalog catalog;
    private final CallConfig config;
    private final Pseudonyms pseudonyms;
    private final Journal journal;

    EditedCalls(
            CallStates states,
            Edits edits,
            Enforcement enforcement,
            Decider decider,
            Catalog catalog,
            CallConfig config,
            Pseudonyms pseudonyms,
            Journal journal) {
        this.states = states;
        this.edits = edits;
        this.enforcement = enforcement;
        this.decider = decider;
        this.catalog = catalog;
        this.config = config;
        this.pseudonyms = pseudonyms;
        this.journal = journal;
    }

    /**
     * Changes the arguments of a call that waits, and approves it so.
     *
     * @param asked complete, made from what approvers see
     * @return fails with a {@link Problem} if that cannot be, or rules deny it so; then the call is as it was
     */
    public Uni<Approval> edit(CallId call, Edits.Wish wish, JsonObject asked) {
        long readAt = journal.size();
        return states.entries(call).chain(entries -> {
            Approval approval = Approval.of(entries)
                    .orElseThrow(() ->
                            new Problem(ProblemType.NOT_FOUND, "No call of this id waits for approval, or ever did."));
            edits.require(approval, wish);
            WaitingCall waiting = new WaitingCall(entries.get(0), approval);
            JsonObject shown = waiting.shown().orElseThrow(EditedCalls::erased);
            PinnedTool tool = catalog.tool(waiting.tool())
                    .orElseThrow(
                            () -> conflict("The tool is not there any more. Refuse the call; nothing was recorded."));
            Attempt attempt = attempt(waiting, wish, changed(waiting, shown, asked), tool);
            return enforcement
                    .gather(attempt)
                    .chain(gathered -> edit(approval, wish, readAt, attempt, shown, gathered))
                    .onFailure(OutdatedException.class)
                    .recoverWithUni(outdated -> enforcement
                            .gather(attempt, outdated.scopes())
                            .chain(gathered -> edit(approval, wish, readAt, attempt, shown, gathered)));
        });
    }

    /** Nothing uses an envelope here, so none is promised: whoever else would have to be asked is. */
    private Uni<Approval> edit(
            Approval approval, Edits.Wish wish, long readAt, Attempt attempt, JsonObject shown, Gathered with) {
        Gathered gathered = with.withoutEnvelopes();
        Set<String> topics = decider.topics(attempt, gathered);
        return edits.edit(
                approval,
                wish,
                Math.min(readAt, gathered.readAt()),
                topics,
                since -> judged(
                        attempt, shown, decider.decide(attempt, gathered, since), decider.active(attempt, since)));
    }

    /** What approvers do not see of the arguments, because rules put something else in its place, stays as it was submitted. */
    private static JsonObject changed(WaitingCall waiting, JsonObject shown, JsonObject asked) {
        List<Change> changes = Change.between(shown, asked);
        if (changes.isEmpty()) {
            throw conflict("Nothing is different in 'arguments'. Approve it as it is; nothing was recorded.");
        }
        requireSmall(changes);
        return Change.apply(changes, waiting.arguments().orElseThrow(EditedCalls::erased))
                .orElse(asked);
    }

    private static void requireSmall(List<Change> changes) {
        long bytes = changes.stream()
                .mapToLong(change -> change.toJson().toBytes().length)
                .sum();
        if (bytes > LARGEST_CHANGE) {
            throw new Problem(
                    ProblemType.TOO_LARGE,
                    "What is different has " + bytes + " bytes, before and after together, and may have "
                            + LARGEST_CHANGE
                            + ". Refuse the call, and say what should be changed; nothing was recorded.");
        }
    }

    private Attempt attempt(WaitingCall waiting, Edits.Wish wish, JsonObject arguments, PinnedTool tool) {
        List<String> problems = tool.argumentProblems(arguments);
        if (!problems.isEmpty()) {
            throw new Problem(
                            ProblemType.INVALID_ARGUMENTS,
                            "Correct the arguments: " + problems.get(0) + ". Nothing was recorded.")
                    .with("problems", JsonArray.ofTexts(problems));
        }
        return waiting.attempt(
                arguments,
                pseudonyms.mac("arguments", arguments.toJson()),
                tool.definition(),
                Optional.of(tool),
                wish.at(),
                wish.at().plus(config.deadline()),
                new Round.Edited(waiting.waiting().index(), waiting.submitted().orElseThrow(EditedCalls::erased)));
    }

    private static Judged judged(Attempt attempt, JsonObject shown, Decided decided, Active active) {
        JsonObject.Builder decision = JsonObject.builder()
                .put("effect", decided.decision().effect().text())
                .put("rule", decided.decision().rule())
                .put("reason", decided.decision().reason())
                .put("verdicts", VerdictJson.of(decided.decision().verdicts()))
                .put("bundles", JsonArray.ofTexts(decided.asked().all()))
                .put("definition", attempt.definition().digest().value())
                .put("argumentsMac", attempt.argumentsMac());
        if (!decided.facts().origins().isEmpty()) {
            decision.put("origins", CallEntries.origins(decided.facts().origins()));
        }
        return new Judged(
                decided.decision().effect() == Effect.DENY,
                Escalations.asks(attempt, decided, active),
                attempt.call().arguments(),
                decided.sent(),
                new JsonArray(Change.between(shown, decided.sent()).stream()
                        .<JsonValue>map(Change::toJson)
                        .toList()),
                decision.build());
    }

    private static Problem erased() {
        return conflict("What is to be approved was erased. Refuse it; nothing was recorded.");
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail);
    }
}
