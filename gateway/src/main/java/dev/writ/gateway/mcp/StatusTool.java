package dev.writ.gateway.mcp;

import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;

/** The gateway's own tool, with which a model asks for the result of a call that had to wait. It decides nothing and records nothing. */
@ApplicationScoped
class StatusTool {

    static final String NAME = "writ_call_status";

    private static final JsonObject DEFINITION = (JsonObject) JsonValue.parse("""
            {
              "name": "writ_call_status",
              "title": "Status of a call",
              "description": "Tells where an earlier tool call stands that had to wait for approval, and gives its result once it has one. \
            Use it after an answer that begins with PENDING_APPROVAL, with the call id named there.",
              "inputSchema": {
                "type": "object",
                "properties": {
                  "callId": {"type": "string", "description": "The call id from the answer"},
                  "wait": {"type": "number", "minimum": 0, "description": "Seconds to wait for the end of the call; 0 if left out"}
                },
                "required": ["callId"],
                "additionalProperties": false
              },
              "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}
            }
            """);

    private final ToolCalls calls;
    private final Catalog catalog;
    private final McpConfig config;

    StatusTool(ToolCalls calls, Catalog catalog, McpConfig config) {
        this.calls = calls;
        this.catalog = catalog;
        this.config = config;
    }

    static JsonObject definition() {
        return DEFINITION;
    }

    Uni<JsonObject> call(Visit visit, JsonObject arguments) {
        String id = arguments.text("callId").orElse("");
        Duration wait = arguments.number("wait").map(this::bounded).orElse(Duration.ZERO);
        if (!wait.isZero()) {
            visit.reply().open();
        }
        return Uni.createFrom()
                .deferred(() -> calls.find(id, wait))
                .chain(state -> calls.hint(state).map(hint -> {
                    boolean isMcp = catalog.tool(state.tool())
                            .flatMap(tool -> tool.definition().published())
                            .isPresent();
                    return CallResults.of(state, isMcp, visit.asked().revision(), hint);
                }))
                .onFailure(Problem.class)
                .recoverWithItem(problem -> CallResults.of(problem));
    }

    private Duration bounded(BigDecimal seconds) {
        long longest = config.statusWait().toSeconds();
        return Duration.ofSeconds(
                seconds.max(BigDecimal.ZERO).min(BigDecimal.valueOf(longest)).longValue());
    }
}
