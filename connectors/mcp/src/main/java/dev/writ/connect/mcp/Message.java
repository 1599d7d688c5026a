package dev.writ.connect.mcp;

import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;

/** A message of JSON-RPC 2.0, as a server sent it. */
sealed interface Message {

    /** The server asks for something. */
    record Request(JsonValue id, String method, JsonObject params) implements Message {}

    /** The server tells something. */
    record Notification(String method, JsonObject params) implements Message {}

    /** The server did what it was asked for. */
    record Result(JsonValue id, JsonObject result) implements Message {}

    /**
     * The server did not.
     *
     * @param id absent if the server could not read it
     * @param error member for member
     */
    record Failure(Optional<JsonValue> id, JsonObject error) implements Message {

        int code() {
            return error.number("code").map(BigDecimal::intValue).orElse(0);
        }
    }

    /** Absent if it is no message of JSON-RPC. */
    static Optional<Message> of(JsonValue value) {
        if (!(value instanceof JsonObject json)) {
            return Optional.empty();
        }
        Optional<JsonValue> id = json.get("id").filter(present -> present != JsonNull.NULL);
        Optional<String> method = json.text("method");
        JsonObject params = json.object("params").orElse(JsonObject.empty());
        if (method.isPresent()) {
            return Optional.of(id.<Message>map(present -> new Request(present, method.get(), params))
                    .orElseGet(() -> new Notification(method.get(), params)));
        }
        Optional<JsonObject> error = json.object("error");
        if (error.isPresent()) {
            return Optional.of(new Failure(id, error.get()));
        }
        return json.object("result").flatMap(result -> id.map(present -> new Result(present, result)));
    }

    /** A request of ours. */
    static JsonObject request(JsonValue id, String method, JsonObject params) {
        return envelope()
                .put("id", id)
                .put("method", method)
                .put("params", params)
                .build();
    }

    /** A notification of ours. */
    static JsonObject notification(String method, JsonObject params) {
        return envelope().put("method", method).put("params", params).build();
    }

    /** An answer of ours. */
    static JsonObject result(JsonValue id, JsonValue result) {
        return envelope().put("id", id).put("result", result).build();
    }

    /** A refusal of ours. */
    static JsonObject failure(JsonValue id, int code, String message) {
        JsonObject error =
                JsonObject.builder().put("code", code).put("message", message).build();
        return envelope().put("id", id).put("error", error).build();
    }

    private static JsonObject.Builder envelope() {
        return JsonObject.builder().put("jsonrpc", "2.0");
    }
}
