package dev.writ.gateway.mcp;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;

/** What a client sends: one message of JSON-RPC 2.0. Batches are gone from MCP since 2025-06-18. */
sealed interface Message {

    /**
     * What is to be answered.
     *
     * @param id a string or an integer, sent back as it came
     */
    record Request(JsonValue id, String method, JsonObject params) implements Message {}

    /** What is not answered. */
    record Notification(String method, JsonObject params) implements Message {}

    /**
     * An answer to what the gateway asked.
     *
     * @param body with {@code result} or {@code error}
     */
    record Response(JsonValue id, JsonObject body) implements Message {}

    /**
     * Reads one.
     *
     * @throws McpException -32600 if it is none
     */
    static Message of(JsonValue value) {
        if (!(value instanceof JsonObject message)) {
            throw malformed("Send one JSON-RPC message, as an object.");
        }
        if (message.text("jsonrpc").filter("2.0"::equals).isEmpty()) {
            throw malformed("'jsonrpc' is \"2.0\".");
        }
        JsonObject params = message.get("params")
                .map(given -> {
                    if (given instanceof JsonObject object) {
                        return object;
                    }
                    throw malformed("'params' is an object.");
                })
                .orElseGet(JsonObject::empty);
        if (message.get("method").isPresent()) {
            String method = message.text("method").orElseThrow(() -> malformed("'method' is a string."));
            return message.get("id")
                    .<Message>map(id -> new Request(requireId(id), method, params))
                    .orElseGet(() -> new Notification(method, params));
        }
        if (message.get("result").isPresent() == message.get("error").isPresent()) {
            throw malformed("A message has a 'method', or one of 'result' and 'error'.");
        }
        return new Response(
                requireId(message.get("id").orElseThrow(() -> malformed("An answer has the 'id' of what it answers."))),
                message);
    }

    private static JsonValue requireId(JsonValue id) {
        if (isId(id)) {
            return id;
        }
        throw malformed("'id' is a string or an integer.");
    }

    /** Whether it can name a request, or the progress of one. */
    static boolean isId(JsonValue id) {
        return id instanceof JsonString
                || (id instanceof JsonNumber number
                        && number.value().stripTrailingZeros().scale() <= 0);
    }

    private static McpException malformed(String message) {
        return McpException.unfit(McpException.INVALID_REQUEST, message);
    }
}
