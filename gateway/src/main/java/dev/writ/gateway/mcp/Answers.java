package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;

/** What is sent back, as messages of JSON-RPC. */
final class Answers {

    private Answers() {}

    static JsonObject result(JsonValue id, JsonObject result) {
        return JsonObject.builder()
                .put("jsonrpc", "2.0")
                .put("id", id)
                .put("result", result)
                .build();
    }

    /** @param id of the request, if it could be read */
    static JsonObject error(Optional<JsonValue> id, McpException error) {
        JsonObject.Builder answer = JsonObject.builder().put("jsonrpc", "2.0");
        id.ifPresent(known -> answer.put("id", known));
        return answer.put("error", error.error()).build();
    }

    static JsonObject noSession() {
        return error(
                Optional.empty(),
                McpException.unfit(
                        McpException.INVALID_REQUEST, "There is no such session. Begin a new one with initialize."));
    }
}
