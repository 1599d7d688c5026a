package dev.writ.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A tool while its operation is read: its arguments so far. */
final class ToolDraft {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private final HttpConnectorSettings settings;
    private final ToolName name;
    private final Map<String, JsonValue> properties = new LinkedHashMap<>();
    private final Set<String> required = new TreeSet<>();

    ToolDraft(HttpConnectorSettings settings, ToolName name) {
        this.settings = settings;
        this.name = name;
    }

    /**
     * The name of the tool.
     *
     * @param own what the document calls it
     * @param where the member that says so
     */
    static ToolName name(HttpConnectorSettings settings, String own, String where) throws UnusableOperationException {
        if (!own.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new UnusableOperationException(
                    "it has no '" + where + "' of letters, digits, '.', '_' and '-'; give it one");
        }
        String name = ToolName.text(settings.name(), own);
        if (name.length() > 128) {
            throw new UnusableOperationException("its '" + where + "' is too long for a tool's name; shorten it");
        }
        return ToolName.parse(name);
    }

    /** False if there is an argument of that name. */
    boolean add(String argument, JsonValue schema) {
        return properties.putIfAbsent(argument, schema) == null;
    }

    boolean has(String argument) {
        return properties.containsKey(argument);
    }

    void require(String argument) {
        required.add(argument);
    }

    /** A schema that says what its owner says of it. */
    static JsonObject described(JsonObject schema, JsonNode owner) {
        String description = owner.path("description").asText();
        if (description.isEmpty()) {
            return schema;
        }
        Map<String, JsonValue> members = new LinkedHashMap<>(schema.members());
        members.put("description", new JsonString(description));
        return new JsonObject(members);
    }

    /**
     * The tool.
     *
     * @param id what the operator calls it
     * @param otherwise its description if the document has none
     */
    ToolDefinition definition(String id, JsonNode operation, String otherwise) {
        String summary = operation.path("summary").asText().strip();
        String description = operation.path("description").asText().strip();
        String both = (summary + "\n\n" + description).strip();
        return new ToolDefinition(
                name,
                settings.name(),
                both.isEmpty() ? otherwise : both,
                inputSchema(),
                settings.idempotentOperations().contains(id),
                settings.effects().getOrDefault(name, ToolEffects.UNSAID),
                Optional.empty());
    }

    private JsonObject inputSchema() {
        return JsonObject.builder()
                .put("$schema", DIALECT)
                .put("type", "object")
                .put("properties", new JsonObject(properties))
                .put("required", JsonArray.ofTexts(required))
                .put("additionalProperties", false)
                .build();
    }
}
