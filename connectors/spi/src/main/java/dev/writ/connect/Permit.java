package dev.writ.connect;

import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.Optional;

/**
 * The right to carry out one call once. Only the gateway's {@code Enforcement} makes one, after the entry that allows the call
 * is durable.
 *
 * @param index of the entry that allows it
 * @param argumentsDigest of the final arguments, as recorded
 * @param definition digest of the tool definition the decision was made for
 * @param idempotencyKey constant for the call; sent along where the tool is declared idempotent
 * @param deadline after it nothing may be sent, and an answer is overdue
 * @param token what the connector may show to the tool
 */
public record Permit(
        CallId call,
        long index,
        ToolName tool,
        JsonObject arguments,
        Digest argumentsDigest,
        Digest definition,
        String idempotencyKey,
        Instant deadline,
        PermitToken token) {

    /** A permit that nothing can be shown of. */
    public Permit(
            CallId call,
            long index,
            ToolName tool,
            JsonObject arguments,
            Digest argumentsDigest,
            Digest definition,
            String idempotencyKey,
            Instant deadline) {
        this(call, index, tool, arguments, argumentsDigest, definition, idempotencyKey, deadline, PermitToken.NONE);
    }

    public boolean isExpiredAt(Instant now) {
        return !now.isBefore(deadline);
    }

    /** Why this permit does not cover that tool now, if it does not. */
    public Optional<String> refusal(ToolDefinition pinned, Instant now) {
        if (isExpiredAt(now)) {
            return Optional.of("the permit has expired");
        }
        if (!tool.equals(pinned.name()) || !definition.equals(pinned.digest())) {
            return Optional.of("the permit is for another tool definition");
        }
        if (!argumentsDigest.equals(Digest.of(arguments))) {
            return Optional.of("the arguments are not the ones that were allowed");
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "Permit[" + call + ", " + index + ", " + tool + "]";
    }
}
