package dev.writ.model;

import java.util.Optional;

/**
 * The call that an agent intends.
 *
 * @param key the client's own name for this call, unique per principal: sent again, it is the same call
 * @param arguments complete, as they were submitted; checked against the tool's pinned schema before any rule sees them
 * @param session a session that Writ minted
 * @param purpose what the agent says the call is for
 */
public record ToolCall(
        CallId id,
        Optional<String> key,
        ToolName tool,
        JsonObject arguments,
        Optional<String> session,
        Optional<String> purpose) {

    public Digest argumentsDigest() {
        return Digest.of(arguments);
    }

    @Override
    public String toString() {
        return "ToolCall[" + id + ", " + tool + "]";
    }
}
