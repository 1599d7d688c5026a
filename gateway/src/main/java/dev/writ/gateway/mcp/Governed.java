package dev.writ.gateway.mcp;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.connect.UnansweredException;
import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.model.JsonObject;
import dev.writ.model.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Calls on the path that all calls pass, with the client at the other end of it. */
@ApplicationScoped
class Governed {

    /** Of one request of a client of 2025, which is asked by the gateway. */
    private static final int ROUNDS = 8;

    private final ToolCalls calls;
    private final Asks asks;
    private final OpenCalls open;
    private final Continuations continuations;

    Governed(ToolCalls calls, Asks asks, OpenCalls open, Continuations continuations) {
        this.calls = calls;
        this.asks = asks;
        this.open = open;
        this.continuations = continuations;
    }

    /** Fails with a {@code Problem} if it could not be decided. */
    Uni<CallState> submit(Visit visit, Submission submission) {
        Continuations.Brought brought = visit.asked().revision().isModern()
                ? continuations.brought(visit.asked(), visit.principal(), calls.subject(submission.onBehalfOf()))
                : Continuations.Brought.NOTHING;
        return submit(visit, brought.key().map(submission::with).orElse(submission), brought.extra(), 0);
    }

    private Uni<CallState> submit(Visit visit, Submission submission, JsonObject extra, int round) {
        Conversation conversation = new Conversation(visit, asks, extra);
        if (visit.asked().revision().isModern()) {
            visit.reply().onLeave(conversation::cancel);
        } else {
            open.add(visit.asked(), conversation::cancel);
        }
        return calls.submit(submission, conversation)
                .onTermination()
                .invoke(() -> open.remove(visit.asked()))
                .onFailure(AuditUnavailableException.class)
                .transform(ProblemMapper::told)
                .chain(state -> asked(state)
                        .filter(input -> !visit.asked().revision().isModern() && round < ROUNDS)
                        .map(input -> conversation
                                .answers(input)
                                .chain(answers -> visit.there(
                                        () -> submit(visit, continued(submission, state), answers, round + 1)))
                                .onFailure(UnansweredException.class)
                                .recoverWithItem(state))
                        .orElseGet(() -> Uni.createFrom().item(state)));
    }

    /** A call of its own, and the only one that this one goes on as. */
    private static Submission continued(Submission submission, CallState state) {
        return submission.with(Continuations.key(state.call().toString()));
    }

    /** What the tool asks for before it goes on, for a client that is answered with it. */
    Optional<JsonObject> input(Visit visit, CallState state) {
        return asked(state)
                .filter(input -> visit.asked().revision().isModern())
                .map(input -> continuations.sealed(
                        visit.asked(),
                        visit.principal(),
                        state.subject(),
                        state.call().toString(),
                        input));
    }

    private static Optional<JsonObject> asked(CallState state) {
        return state.result()
                .filter(value -> state.outcome() == Outcome.FAILED)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(Continuations::asksForInput);
    }
}
