package dev.writ.gateway.authzen;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Mode;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has people asked about what was denied and can be approved. A request is about one decision in the log, and about exactly what was decided
 * there; it opens a call of its own, which waits like any other.
 *
 * @see <a href="https://openid.github.io/authzen/">AuthZEN Access Request and Approval Profile (draft 1)</a>
 */
@ApplicationScoped
class AccessRequests {

    private static final String ERROR = "urn:openid:authzen:access-request:error:";

    /** What the one who asks says to those who are asked. */
    private static final String JUSTIFICATION = "business_justification";

    private final ToolCalls calls;
    private final Translation translation;
    private final Callers callers;
    private final AuthzenConfig config;
    private final InstantSource clock;

    AccessRequests(
            ToolCalls calls, Translation translation, Callers callers, AuthzenConfig config, InstantSource clock) {
        this.calls = calls;
        this.translation = translation;
        this.callers = callers;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Has people asked.
     *
     * @param key sent again with the same request, it is the same task
     * @return fails with a {@link Problem} if nobody is asked
     */
    Uni<Task> submit(JsonObject request, Optional<String> key) {
        requireOffered(request);
        String denied = Question.object(request, "denial")
                .filter(denial -> denial.text("expires_at").isPresent())
                .flatMap(denial -> denial.text("evaluation_id"))
                .orElseThrow(() ->
                        unbound("Send 'denial' with 'evaluation_id' and 'expires_at' as the denial stated them."));
        Question said = Question.of(request);
        return call(denied)
                .onFailure(AccessRequests::isNotFound)
                .transform(none -> unbound("No evaluation of this caller has that 'evaluation_id'."))
                .chain(state -> {
                    Submission asked = bound(said, state);
                    requireRequestable(state, said);
                    return ask(key.map(asked::with).orElse(asked));
                });
    }

    /** What people have said so far; fails with a {@link Problem} if the caller has no such task. */
    Uni<Task> find(String id) {
        return call(id).onFailure(AccessRequests::isNotFound)
                .transform(none -> unknown())
                .map(state -> Task.of(state).orElseThrow(AccessRequests::unknown));
    }

    /** Has people no longer asked; fails with a {@link Problem} if it is final. */
    Uni<Task> cancel(String id) {
        return find(id).chain(task -> {
            if (!task.isPending()) {
                throw isFinal();
            }
            return calls.withdraw(id)
                    .onFailure(failure -> isOf(failure, ProblemType.CONFLICT))
                    .transform(answered -> isFinal())
                    .map(state -> Task.of(state).orElseThrow(AccessRequests::unknown));
        });
    }

    /** What is no id of a call at all is one that nobody has. */
    private Uni<CallState> call(String id) {
        return Uni.createFrom().deferred(() -> calls.find(id, Duration.ZERO));
    }

    private Uni<Task> ask(Submission asked) {
        return calls.ask(asked)
                .onFailure(failure -> isOf(failure, ProblemType.CONFLICT))
                .transform(conflict -> new Problem(
                                ProblemType.CONFLICT,
                                "This Idempotency-Key was used for something else. Send a new one.")
                        .as(ERROR + "duplicate_request", "The Idempotency-Key was used for another request"))
                .map(state -> state.flatMap(Task::of)
                        .orElseThrow(() ->
                                notRequestable("It does not wait for approval any more. Ask the question again.")));
    }

    /** What is not offered is refused rather than passed over: whoever asks relies on it. */
    private void requireOffered(JsonObject request) {
        if (request.get("items").isPresent()) {
            throw Question.malformed(
                    "Several things at once are not offered. Send a request for each, with its denial.");
        }
        if (request.get("callback").isPresent()) {
            throw Question.malformed(
                    "Callbacks are not offered. Leave 'callback' out, and look at the task's 'status_endpoint'.");
        }
        Optional<JsonObject> actor =
                Question.object(request, "client").flatMap(client -> Question.object(client, "actor"));
        boolean isCaller = actor.map(named -> named.text("id")
                                .filter(callers.principal().agent()::equals)
                                .isPresent()
                        && named.get("act").isEmpty()
                        && named.get("issuer").isEmpty())
                .orElse(true);
        if (!isCaller) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The key does not show that it acts for 'client.actor'. Leave it out, or name the key's own principal.");
        }
    }

    /** The same as what was decided then, or it is refused: people approve what rules have seen, and nothing beside it. */
    private Submission bound(Question said, CallState state) {
        Supplier<Problem> other = () -> unbound(
                "That evaluation was of something else, or what it was of has changed or was erased since. Ask the question again.");
        JsonObject recorded = state.arguments().orElseThrow(other);
        Question question = said.asIn(recorded);
        Submission asked = translation.of(question);
        if (!asked.tool().equals(state.tool().value())
                || !asked.arguments().toJson().equals(Question.tidy(recorded).toJson())
                || !calls.subject(asked.onBehalfOf()).equals(state.subject())) {
            throw other.get();
        }
        return asked.in(Mode.ASK)
                .about(said.context()
                        .filter(context -> recorded.object(Question.CONTEXT)
                                .flatMap(then -> then.get(JUSTIFICATION))
                                .isEmpty())
                        .flatMap(context -> context.text(JUSTIFICATION)));
    }

    private void requireRequestable(CallState state, Question said) {
        if (state.mode() != Mode.DECIDE
                || state.effect() != Effect.ESCALATE
                || !Obliged.of(state.obligations(), said.context()).isMet()) {
            throw notRequestable("That denial had no 'access_request': nobody can approve it.");
        }
        if (!clock.instant().isBefore(Answers.requestableUntil(state, config.requestableFor()))) {
            throw new Problem(ProblemType.GONE, "That denial is too old to ask about. Ask the question again.")
                    .as(ERROR + "expired_denial", "The denial is too old");
        }
    }

    private static boolean isNotFound(Throwable failure) {
        return isOf(failure, ProblemType.NOT_FOUND);
    }

    private static boolean isOf(Throwable failure, ProblemType type) {
        return failure instanceof Problem problem && problem.type() == type;
    }

    private static Problem unbound(String detail) {
        return Question.malformed(detail).as(ERROR + "invalid_denial_binding", "The denial is of something else");
    }

    private static Problem notRequestable(String detail) {
        return Question.malformed(detail).as(ERROR + "not_requestable", "Nobody can approve it");
    }

    private static Problem unknown() {
        return new Problem(ProblemType.NOT_FOUND, "This caller has no such task.")
                .as(ERROR + "unknown_task", "There is no such task");
    }

    private static Problem isFinal() {
        return new Problem(ProblemType.CONFLICT, "It is final, and cannot be cancelled.")
                .as(ERROR + "invalid_task_state", "The task is final");
    }
}
