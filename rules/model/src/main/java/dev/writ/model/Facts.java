package dev.writ.model;

import java.time.Instant;
import java.util.List;

/**
 * Everything that a decision may depend on besides its rules, and all of it recorded: the same facts give the same decision, always.
 *
 * @param history earlier calls, without this one
 * @param grants that people have given for this call; no rule sees them
 */
public record Facts(
        ToolCall call, Principal principal, ToolDefinition tool, History history, List<Grant> grants, Instant now) {

    public Facts {
        grants = List.copyOf(grants);
        if (!call.tool().equals(tool.name())) {
            throw new IllegalArgumentException("the call is of " + call.tool() + ", the definition of " + tool.name());
        }
    }
}
