package dev.writ.gateway.mcp;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Telling;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Calls that end later than their requests, as the extension {@code io.modelcontextprotocol/tasks} has them. A task is a call: its id is
 * the call's, sealed for the principal, and its state is read from the log.
 */
@ApplicationScoped
class Tasks {

    private static final String WITHDRAWN = "withdrawn";

    private final ToolCalls calls;
    private final Catalog catalog;
    private final Seal seal;
    private final McpConfig config;

    Tasks(ToolCalls calls, Catalog catalog, Seal seal, McpConfig config) {
        this.calls = calls;
        this.catalog = catalog;
        this.seal = seal;
        this.config = config;
    }

    /** What a call is answered that has not ended. */
    JsonObject created(CallState state, String principal) {
        String id = seal.seal(
                Seal.Use.TASK,
                JsonObject.builder()
                        .put("call", state.call().toString())
                        .put("principal", principal)
                        .build());
        return described(id, state).put("resultType", "task").build();
    }

    Uni<JsonObject> get(Visit visit) {
        String call = call(visit);
        return calls.find(call, Duration.ZERO)
                .chain(state -> calls.hint(state).map(hint -> {
                    JsonObject.Builder task = described(visit.asked().text("taskId"), state);
                    if (!state.isOpen() && !state.status().equals(WITHDRAWN)) {
                        boolean isMcp = catalog.tool(state.tool())
                                .flatMap(tool -> tool.definition().published())
                                .isPresent();
                        task.put(
                                "result",
                                complete(CallResults.of(
                                        state, isMcp, visit.asked().revision(), hint)));
                    }
                    return task.build();
                }))
                .onFailure(Problem.class)
                .transform(gone -> unknown());
    }

    /** It waits for people, and for nothing that the client could say. */
    Uni<JsonObject> update(Visit visit) {
        return find(visit).replaceWith(JsonObject.empty());
    }

    /** Withdraws a call that waits. What runs already goes on, and what has ended stays as it is. */
    Uni<JsonObject> cancel(Visit visit) {
        return find(visit)
                .chain(state -> state.isWaiting()
                        ? visit.there(() -> calls.withdraw(state.call().toString()))
                                .onFailure(failure ->
                                        failure instanceof Problem problem && problem.type() == ProblemType.CONFLICT)
                                .recoverWithItem(state)
                        : Uni.createFrom().item(state))
                .replaceWith(JsonObject.empty());
    }

    private Uni<CallState> find(Visit visit) {
        return calls.find(call(visit), Duration.ZERO).onFailure(Problem.class).transform(gone -> unknown());
    }

    /** The call that its id stands for. */
    private String call(Visit visit) {
        if (!visit.asked().takesTasks()) {
            throw McpException.unfit(
                    McpException.MISSING_CAPABILITY,
                    "Declare the extension " + Capabilities.TASKS + " in this request.",
                    required());
        }
        return seal.open(Seal.Use.TASK, visit.asked().text("taskId"))
                .filter(task ->
                        task.text("principal").filter(visit.principal()::equals).isPresent())
                .flatMap(task -> task.text("call"))
                .orElseThrow(Tasks::unknown);
    }

    private static JsonObject required() {
        JsonObject tasks =
                JsonObject.builder().put(Capabilities.TASKS, JsonObject.empty()).build();
        JsonObject extensions = JsonObject.builder().put("extensions", tasks).build();
        return JsonObject.builder().put("requiredCapabilities", extensions).build();
    }

    private static McpException unknown() {
        return McpException.invalid("There is no task of yours with this id.");
    }

    private JsonObject.Builder described(String id, CallState state) {
        Instant created = state.decided().entry().at();
        JsonObject.Builder task = JsonObject.builder()
                .put("taskId", id)
                .put("status", status(state))
                .put("createdAt", created.toString())
                .put("lastUpdatedAt", updated(state).toString())
                .put("ttlMs", JsonNumber.of(lifetime(state, created).toMillis()))
                .put("pollIntervalMs", JsonNumber.of(config.pollInterval().toMillis()));
        return state.isOpen()
                ? task.put("statusMessage", Telling.of(state, Optional.empty()) + AnswerTool.hint(state))
                : task;
    }

    private static String status(CallState state) {
        if (state.isOpen()) {
            return "working";
        }
        return state.status().equals(WITHDRAWN) ? "cancelled" : "completed";
    }

    private static Instant updated(CallState state) {
        return state.end()
                .map(ended -> ended.entry().at())
                .or(() ->
                        state.approval().flatMap(approval -> approval.ending()).map(ending -> ending.at()))
                .orElse(state.decided().entry().at());
    }

    /** As long as people may take, and as long again for the client to fetch the result. */
    private Duration lifetime(CallState state, Instant created) {
        return state.approval()
                .map(approval -> Duration.between(created, approval.escalation().expiresAt())
                        .multipliedBy(2))
                .orElse(config.sessionLifetime());
    }

    private static JsonObject complete(JsonObject result) {
        Map<String, JsonValue> members = new LinkedHashMap<>(result.members());
        members.putIfAbsent("resultType", new JsonString("complete"));
        return new JsonObject(members);
    }
}
