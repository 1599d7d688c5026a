package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The names that tools have already, as their services call them, so that a definition can be compared with them. */
@ApplicationScoped
class KnownNames {

    private final Catalog catalog;

    KnownNames(Catalog catalog) {
        this.catalog = catalog;
    }

    /** All of them but that one. */
    Set<String> besides(String connector, String own) {
        Set<String> names = new TreeSet<>();
        catalog.tools().stream()
                .filter(tool -> !tool.definition().connector().equals(connector)
                        || !tool.named().own().equals(own))
                .map(tool -> tool.named().own())
                .forEach(names::add);
        return names;
    }

    /** What to look at twice in that definition. */
    List<String> warnings(ToolDefinition tool) {
        return warnings(tool, Set.of());
    }

    /** @param siblings names that its service gives to its own tools, pinned or not */
    List<String> warnings(ToolDefinition tool, Set<String> siblings) {
        JsonObject said = tool.published()
                .orElseGet(() -> JsonObject.builder()
                        .put(
                                "name",
                                tool.name().value().substring(tool.connector().length() + 1))
                        .put("description", tool.description())
                        .put("inputSchema", tool.inputSchema())
                        .build());
        return warnings(said, tool.connector(), said.text("name").orElse(""), siblings);
    }

    /** @param own as its service calls it */
    List<String> warnings(JsonObject said, String connector, String own, Set<String> siblings) {
        Set<String> others = besides(connector, own);
        siblings.stream().filter(sibling -> !sibling.equals(own)).forEach(others::add);
        return DefinitionWarnings.of(said, others);
    }
}
