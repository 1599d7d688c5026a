package dev.writ.gateway.governor;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import java.util.Optional;

/** What the input schema of a tool says of its own arguments, where it says so in the plainest way; of others nothing is known. */
final class Schema {

    private Schema() {}

    /** Every call has it. Of what is inside of something else nothing is known. */
    static boolean isRequired(ToolDefinition tool, String path) {
        return tool.inputSchema()
                .array("required")
                .map(JsonArray::texts)
                .filter(required -> required.contains(path))
                .isPresent();
    }

    /** The schema lists the texts that it can be, so it is nobody's. */
    static boolean isListed(ToolDefinition tool, String path) {
        Optional<JsonObject> property =
                tool.inputSchema().object("properties").flatMap(properties -> properties.object(path));
        return property.filter(schema ->
                        schema.array("enum").isPresent() || schema.get("const").isPresent())
                .isPresent();
    }
}
