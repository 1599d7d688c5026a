package dev.writ.gateway.mcp;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Clarification;
import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Telling;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.rules.Hint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of a call, as a result of {@code tools/call}: what went wrong is there for the model to read and act on. */
final class CallResults {

    /** Where {@code _meta} tells what was decided. */
    static final String DECISION = "dev.writ/decision";

    static final String PROBLEM = "dev.writ/problem";

    private CallResults() {}

    /**
     * @param isMcp whether the tool's server speaks MCP, so that what it answered is such a result
     * @param hint at what would be allowed, if it was denied
     */
    static JsonObject of(CallState state, boolean isMcp, Revision revision, Optional<Hint> hint) {
        if (state.outcome() == Outcome.SUCCEEDED) {
            return state.result()
                    .map(value -> succeeded(value, isMcp, revision))
                    // What a tool answers is passed on as it is; what only a sandbox did says so.
                    .map(result -> state.isRehearsal() ? with(result, decision(state, hint)) : result)
                    .map(result -> state.edited().isPresent() ? edited(result, state, hint) : result)
                    .orElseGet(
                            () -> text("What the tool answered is not kept any more.", false, decision(state, hint)));
        }
        if (state.isOpen()) {
            return text(pending(state), true, decision(state, hint));
        }
        Optional<JsonObject> answered = state.result()
                .filter(value -> isMcp && state.outcome() == Outcome.FAILED)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(value -> value.isTrue("isError"));
        return answered.map(value -> with(value, decision(state, hint)))
                .orElseGet(() -> text(
                        Telling.of(state, hint)
                                + state.result()
                                        .filter(value -> state.outcome() == Outcome.FAILED)
                                        .map(CallResults::failed)
                                        .orElse(""),
                        true,
                        decision(state, hint)));
    }

    /** To be found by a model among other texts. */
    static String pending(CallState state) {
        return (state.isWaiting() ? "PENDING_APPROVAL " : "PENDING ") + state.call() + ": "
                + Telling.of(state, Optional.empty()) + " Use " + StatusTool.NAME + " with {\"callId\": \""
                + state.call()
                + "\", \"wait\": 30}."
                + AnswerTool.hint(state);
    }

    /** What was not decided, because it could not be. */
    static JsonObject of(Problem problem) {
        JsonObject document = problem.document("");
        return text(
                problem.detail(),
                true,
                JsonObject.builder().put(PROBLEM, document).build());
    }

    /** A result that is a text. */
    static JsonObject text(String text, boolean isError, JsonObject meta) {
        JsonObject.Builder result = JsonObject.builder().put("content", texts(text));
        if (isError) {
            result.put("isError", true);
        }
        if (!meta.members().isEmpty()) {
            result.put("_meta", meta);
        }
        return result.build();
    }

    private static JsonObject succeeded(JsonValue value, boolean isMcp, Revision revision) {
        if (isMcp && value instanceof JsonObject result) {
            return result;
        }
        JsonObject.Builder result = JsonObject.builder()
                .put("content", texts(value instanceof JsonString text ? text.value() : value.toJson()));
        // Before 2026 it is an object.
        if (value instanceof JsonObject || revision.isModern()) {
            result.put("structuredContent", value);
        }
        return result.build();
    }

    /** What a tool asks for is for whoever was there when it asked, and its state is for nobody but the tool. */
    private static String failed(JsonValue value) {
        return value instanceof JsonObject result && Continuations.asksForInput(result)
                ? " It has to be asked for in a new call, which the client waits for."
                : " It answered: " + value.toJson();
    }

    private static JsonArray texts(String text) {
        return new JsonArray(List.of(
                JsonObject.builder().put("type", "text").put("text", text).build()));
    }

    /** The model must not take for its own what an approver has changed. */
    private static JsonObject edited(JsonObject result, CallState state, Optional<Hint> hint) {
        List<JsonValue> content =
                new ArrayList<>(result.array("content").map(JsonArray::items).orElse(List.of()));
        content.addAll(texts("This is the result of a call that was changed." + Telling.edited(state))
                .items());
        Map<String, JsonValue> members = new LinkedHashMap<>(result.members());
        members.put("content", new JsonArray(content));
        return with(new JsonObject(members), decision(state, hint));
    }

    private static JsonObject with(JsonObject result, JsonObject more) {
        Map<String, JsonValue> meta = new LinkedHashMap<>(Asked.meta(result).members());
        meta.putAll(more.members());
        Map<String, JsonValue> members = new LinkedHashMap<>(result.members());
        members.put("_meta", new JsonObject(meta));
        return new JsonObject(members);
    }

    /** The same as data, under its key. */
    static JsonObject decision(CallState state, Optional<Hint> hint) {
        JsonObject.Builder decision = JsonObject.builder()
                .put("callId", state.call().toString())
                .put("mode", Optional.of(state.mode().text()).filter(mode -> state.isRehearsal()))
                .put("status", state.status())
                .put("effect", state.toldEffect().text())
                .put("rule", state.rule())
                .put("reason", state.reason())
                .put("index", JsonNumber.of(state.index()))
                .put("hint", hint.map(Hint::toString));
        state.approval().ifPresent(approval -> decision.put("approval", approval(approval)));
        return JsonObject.builder().put(DECISION, decision.build()).build();
    }

    private static JsonObject approval(Approval approval) {
        JsonObject.Builder told = JsonObject.builder();
        approval.edited().ifPresent(edited -> told.put("changes", edited.changes()));
        return told.put("state", approval.state().text())
                .put("expiresAt", approval.escalation().expiresAt().toString())
                .put("question", approval.question().flatMap(Clarification::question))
                .build();
    }
}
