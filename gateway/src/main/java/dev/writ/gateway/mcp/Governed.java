package dev.writ.gateway.mcp;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.connect.UnansweredException;
import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls on the path that all calls pass, with the client at the other end of it. */
@ApplicationScoped
class Governed {

    /** Of one request of a client of 2025, which is asked by the gateway. */
    private static final int ROUNDS = 8;

    private final ToolCalls calls;
    private final Asks asks;
    private final OpenCalls open;
    private final Continuations continuations;
    private final EventIds events;

    Governed(ToolCalls calls, Asks asks, OpenCalls open, Continuations continuations, EventIds events) {
        this.calls = calls;
        this.asks = asks;
        this.open = open;
        this.continuations = continuations;
        this.events = events;
    }

    /** Fails with a {@code Problem} if it could not be decided. */
    Uni<CallState> submit(Visit visit, Submission submission) {
        Continuations.Brought brought = visit.asked().revision().isModern()
                ? continuations.brought(visit.asked(), visit.principal(), calls.subject(submission.onBehalfOf()))
                : Continuations.Brought.NOTHING;
        return submit(visit, submission, brought, 0);
    }

    private Uni<CallState> submit(Visit visit, Submission submission, Continuations.Brought brought, int round) {
        Conversation conversation = new Conversation(visit, asks, brought.extra());
        if (visit.asked().revision().isModern()) {
            visit.reply().onLeave(conversation::cancel);
        } else {
            open.add(visit.asked(), conversation::cancel);
        }
        Consumer<CallId> begins = call -> events.prime(visit, call);
        // What goes on is a call of its own, and the only one that goes on there.
        return brought.stopped()
                .map(stopped -> calls.goOn(stopped, submission.with(Continuations.key(stopped)), conversation, begins))
                .orElseGet(() -> calls.submit(submission, conversation, begins))
                .onTermination()
                .invoke(() -> open.remove(visit.asked()))
                .onFailure(AuditUnavailableException.class)
                .transform(ProblemMapper::told)
                .chain(state -> asked(state)
                        .filter(input -> !visit.asked().revision().isModern() && round < ROUNDS)
                        .map(input -> conversation
                                .answers(input)
                                .chain(answers -> visit.there(() -> submit(
                                        visit,
                                        submission,
                                        new Continuations.Brought(Optional.of(state.call()), answers),
                                        round + 1)))
                                .onFailure(UnansweredException.class)
                                .recoverWithItem(state))
                        .orElseGet(() -> Uni.createFrom().item(state)));
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
