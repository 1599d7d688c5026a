package dev.writ.gateway.catalog;

import dev.writ.audit.RowChange;
import dev.writ.model.ToolDefinition;
import java.util.List;

/** Every definition that was ever pinned, by digest: what a decision was made for can be read for as long as its entry. */
final class ToolDefinitions {

    private ToolDefinitions() {}

    static RowChange pinned(List<ToolDefinition> tools) {
        return new RowChange(
                "INSERT INTO writ.tool_definition (digest, definition, entry_index, entry_hash)"
                        + " SELECT digest, definition, $1, $2"
                        + " FROM unnest($3::text[], $4::text[]) AS pinned (digest, definition)"
                        + " ON CONFLICT (digest) DO NOTHING",
                List.of(
                        tools.stream().map(tool -> tool.digest().value()).toArray(String[]::new),
                        tools.stream().map(tool -> tool.toJson().toJson()).toArray(String[]::new)));
    }
}
