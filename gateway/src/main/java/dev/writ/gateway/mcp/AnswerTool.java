package dev.writ.gateway.mcp;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The gateway's own tool, with which a model answers what an approver asks about a call that waits. It decides nothing. */
@ApplicationScoped
class AnswerTool {

    static final String NAME = "writ_call_answer";

    private static final JsonObject DEFINITION = (JsonObject) JsonValue.parse("""
            {
              "name": "writ_call_answer",
              "title": "Answer a question about a call",
              "description": "Answers the question of an approver about an earlier tool call that waits for approval. Use it after an answer \
            that says that an approver asks something, with the call id named there. People read the answer before they decide.",
              "inputSchema": {
                "type": "object",
                "properties": {
                  "callId": {"type": "string", "description": "The call id from the answer"},
                  "answer": {"type": "string", "minLength": 1, "maxLength": 4000, "description": "What to tell the approver"}
                },
                "required": ["callId", "answer"],
                "additionalProperties": false
              },
              "annotations": {"readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": false}
            }
            """);

    private final ToolCalls calls;

    AnswerTool(ToolCalls calls) {
        this.calls = calls;
    }

    static JsonObject definition() {
        return DEFINITION;
    }

    /** How to answer what an approver asks; empty if nobody does. */
    static String hint(CallState state) {
        return state.question()
                .map(asked -> " Answer with " + NAME + " {\"callId\": \"" + state.call() + "\", \"answer\": \"...\"}.")
                .orElse("");
    }

    Uni<JsonObject> call(JsonObject arguments) {
        return Uni.createFrom()
                .deferred(() -> calls.answer(
                        arguments.text("callId").orElse(""),
                        arguments.text("answer").orElse("")))
                .map(state -> CallResults.text(
                        "The approvers are told. " + CallResults.pending(state),
                        false,
                        CallResults.decision(state, Optional.empty())))
                .onFailure(Problem.class)
                .recoverWithItem(problem -> CallResults.of(problem));
    }
}
