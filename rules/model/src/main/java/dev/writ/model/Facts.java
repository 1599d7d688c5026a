package dev.writ.model;

import java.time.Instant;

/** Everything that a rule may see, and all of it recorded: the same facts give the same decision, always. */
public record Facts(ToolCall call, Principal principal, ToolDefinition tool, History history, Instant now) {

    public Facts {
        if (!call.tool().equals(tool.name())) {
            throw new IllegalArgumentException("the call is of " + call.tool() + ", the definition of " + tool.name());
        }
    }
}
