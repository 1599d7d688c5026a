package dev.writ.gateway.mcp;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.Telling;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Governed calls that are no calls of tools to a client: prompts, resources, completions. Their results have no place for a failure, so that
 * each is an error of JSON-RPC, with the decision as its data.
 */
@ApplicationScoped
class PlainCalls {

    private final Governed governed;
    private final Ladder ladder;
    private final ToolCalls calls;

    PlainCalls(Governed governed, Ladder ladder, ToolCalls calls) {
        this.governed = governed;
        this.ladder = ladder;
        this.calls = calls;
    }

    Uni<JsonObject> call(Visit visit, Submission submission) {
        return Uni.createFrom()
                .deferred(() -> governed.submit(visit, submission))
                .chain(state -> ladder.held(visit, state))
                .chain(state -> governed.input(visit, state)
                        .map(input -> Uni.createFrom().item(input))
                        .orElseGet(() -> result(visit.asked().revision(), state)))
                .onFailure(Problem.class)
                .transform(problem -> refused(problem));
    }

    private Uni<JsonObject> result(Revision revision, CallState state) {
        Optional<JsonObject> value =
                state.result().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
        if (state.outcome() == Outcome.SUCCEEDED) {
            return Uni.createFrom()
                    .item(value.orElseThrow(() -> McpException.invalid("What was answered is not kept any more.")));
        }
        Optional<McpException> theirs =
                value.filter(answered -> state.outcome() == Outcome.FAILED).flatMap(error -> upstream(revision, error));
        if (theirs.isPresent()) {
            return Uni.createFrom().failure(theirs.get());
        }
        return calls.hint(state).map(hint -> {
            throw McpException.of(
                    McpException.INVALID_PARAMS,
                    200,
                    state.isOpen() ? CallResults.pending(state) : Telling.of(state, hint),
                    CallResults.decision(state, hint));
        });
    }

    /** What a tool of 2026 cannot do without: not for the model to read, but for the client's program to mend. */
    static Optional<McpException> missing(Revision revision, CallState state) {
        return state.result()
                .filter(value -> revision.isModern() && state.outcome() == Outcome.FAILED)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(error -> error.number("code")
                        .filter(code -> code.intValue() == McpException.MISSING_CAPABILITY)
                        .isPresent())
                .flatMap(error -> upstream(revision, error));
    }

    /** The server's own error; of one that is not there each revision has another code. */
    private static Optional<McpException> upstream(Revision revision, JsonObject error) {
        return error.number("code").map(BigDecimal::intValue).map(code -> {
            boolean isNotFound = code == McpException.RESOURCE_NOT_FOUND_2025
                    || (code == McpException.INVALID_PARAMS
                            && error.object("data")
                                    .flatMap(data -> data.get("uri"))
                                    .isPresent());
            int told = !isNotFound
                    ? code
                    : revision.isModern() ? McpException.INVALID_PARAMS : McpException.RESOURCE_NOT_FOUND_2025;
            int status = revision.isModern() && code == McpException.MISSING_CAPABILITY ? 400 : 200;
            return McpException.of(
                    told,
                    status,
                    error.text("message").orElse("The server refused it."),
                    error.object("data").orElseGet(JsonObject::empty));
        });
    }

    /** What could not be decided. */
    static McpException refused(Problem problem) {
        JsonValue document = problem.document("");
        return McpException.of(
                McpException.INVALID_PARAMS,
                200,
                problem.detail(),
                JsonObject.builder().put(CallResults.PROBLEM, document).build());
    }
}
