package dev.writ.gateway.call;

import dev.writ.model.CallId;
import dev.writ.model.ToolName;
import java.time.Instant;

/**
 * A call that was allowed and has not ended.
 *
 * @param index of the entry that allows it
 * @param waited whether people had to approve it first, so that its agent may have gone away meanwhile
 * @param mode in which it was: a rehearsal ends as one
 */
record Allowed(
        CallId call, long index, Identity identity, ToolName tool, Instant deadline, boolean waited, Mode mode) {}
