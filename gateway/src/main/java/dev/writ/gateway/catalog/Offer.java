package dev.writ.gateway.catalog;

import dev.writ.model.ToolDefinition;

/** What a pinned tool is to a client of MCP. What is no tool there is one inside, so that it passes the same path. */
public enum Offer {
    TOOL,
    PROMPT,
    /** Reading and subscribing resources. */
    RESOURCE,
    COMPLETION;

    /** Of a tool of an MCP server, which tells by its name. */
    static Offer of(ToolDefinition tool) {
        String own = tool.name().value().substring(tool.connector().length() + 1);
        if (!own.startsWith("mcp.")) {
            return TOOL;
        }
        if (own.startsWith("mcp.prompt.")) {
            return PROMPT;
        }
        return own.startsWith("mcp.complete") ? COMPLETION : RESOURCE;
    }
}
