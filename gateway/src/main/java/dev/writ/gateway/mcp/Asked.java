package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;

/**
 * A request that passed every check that is the same for all methods.
 *
 * @param capabilities of the client, as it declared them for this request or this session
 * @param headers for what else they say
 */
record Asked(
        Revision revision,
        JsonValue id,
        String method,
        JsonObject params,
        JsonObject capabilities,
        Optional<ClientSession> session,
        Headers headers) {

    static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";

    JsonObject meta() {
        return meta(params);
    }

    static JsonObject meta(JsonObject params) {
        return params.object("_meta").orElseGet(JsonObject::empty);
    }

    /** The name under which the client wants to hear of progress. */
    Optional<JsonValue> progressToken() {
        return meta().get("progressToken").filter(Message::isId);
    }

    /** Whether log messages may be sent to it: since 2026 only where the request asks for them. */
    boolean wantsLog() {
        return !revision.isModern() || meta().text(LOG_LEVEL).isPresent();
    }

    /** Whether a call of its may end after its request has. */
    boolean takesTasks() {
        return revision.isModern() && Capabilities.declaresTasks(capabilities);
    }

    String text(String name) {
        return params.text(name).orElseThrow(() -> McpException.invalid("'" + name + "' is missing; it is a string."));
    }

    /** What {@code _meta} says, or else the header. */
    Optional<String> said(String key, String header) {
        return meta().text(key).or(() -> headers.get(header));
    }

    @Override
    public String toString() {
        return "Asked[" + revision + ", " + method + "]";
    }
}
