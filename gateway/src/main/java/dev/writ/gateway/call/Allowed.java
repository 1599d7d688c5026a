package dev.writ.gateway.call;

import dev.writ.model.CallId;
import dev.writ.model.ToolName;
import java.time.Instant;

/**
 * A call that was allowed and has not ended.
 *
 * @param index of the entry that allows it
 */
record Allowed(CallId call, long index, Identity identity, ToolName tool, Instant deadline) {}
