package dev.writ.gateway.catalog;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.GovernedRow;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Optional;

/** A definition that was pinned once, as the database has it: what a decision was made for can be read for ever. */
@Entity
@Table(name = "tool_definition")
class ToolDefinitionRow extends GovernedRow {

    @Id
    String digest = "";

    String definition = "";

    /** The definition, if it is the one that its digest says. */
    Optional<ToolDefinition> verified() {
        try {
            return read(JsonValue.parse(definition))
                    .filter(read -> read.digest().value().equals(digest));
        } catch (JsonException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<ToolDefinition> read(JsonValue json) {
        if (!(json instanceof JsonObject object)) {
            return Optional.empty();
        }
        return object.text("name")
                .map(name -> new ToolDefinition(
                        ToolName.parse(name),
                        object.text("connector").orElse(""),
                        object.text("description").orElse(""),
                        object.object("inputSchema").orElse(JsonObject.empty()),
                        object.isTrue("idempotent"),
                        object.object("effects").map(ToolEffects::fromJson).orElse(ToolEffects.UNSAID),
                        object.object("published")));
    }

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
