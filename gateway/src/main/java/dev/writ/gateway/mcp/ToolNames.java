package dev.writ.gateway.mcp;

import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.Offer;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.ToolName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tools there are, by what they are called over MCP. */
@ApplicationScoped
class ToolNames {

    private final Catalog catalog;

    ToolNames(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Every tool that can be listed: what somebody else carries out cannot. */
    Map<String, PinnedTool> all() {
        Map<String, PinnedTool> tools = new TreeMap<>();
        catalog.toolNames().all().forEach((thing, name) -> listed(thing).ifPresent(tool -> tools.put(name, tool)));
        return tools;
    }

    Optional<PinnedTool> find(String name) {
        return catalog.toolNames().find(name).flatMap(this::listed);
    }

    private Optional<PinnedTool> listed(ToolName thing) {
        return catalog.tool(thing).filter(tool -> tool.offer() == Offer.TOOL && !tool.isExternal());
    }
}
