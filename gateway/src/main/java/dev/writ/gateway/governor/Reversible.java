package dev.writ.gateway.governor;

import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The tools for which a rule may be proposed at all: whose calls an operator says can be undone. Nothing said is not said. */
@ApplicationScoped
class Reversible {

    private final Catalog catalog;

    Reversible(Catalog catalog) {
        this.catalog = catalog;
    }

    Optional<ToolDefinition> tool(String name) {
        return catalog.tool(ToolName.parse(name))
                .map(PinnedTool::definition)
                .filter(tool -> tool.effects().isReversible());
    }
}
