package dev.writ.gateway.call;

import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.Principal;
import dev.writ.model.ToolCall;
import java.time.Instant;

/**
 * A submission that passed every check that needs no rule.
 *
 * @param at the {@code now} of its decision, however often that is computed
 */
record Attempt(
        ToolCall call,
        Principal principal,
        Identity identity,
        PinnedTool tool,
        Mode mode,
        String argumentsMac,
        Instant at,
        Instant deadline) {}
