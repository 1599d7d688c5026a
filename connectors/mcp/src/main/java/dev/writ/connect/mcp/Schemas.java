package dev.writ.connect.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Schemas that servers publish: which of them can be used, and how they are closed. */
final class Schemas {

    private static final int MAX_DEPTH = 40;
    private static final long MAX_WEIGHT = 512 * 1024;

    /** Their members are names, each with a schema. */
    private static final Set<String> OF_NAMES =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    /** What is in them is data, not a schema. */
    private static final Set<String> OF_DATA = Set.of("enum", "const", "default", "examples");

    /** They may add properties to the object they stand in. */
    private static final Set<String> ADDING = Set.of(
            "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependencies", "dependentSchemas");

    private Schemas() {}

    /** The schema of a tool's arguments, closed: what it does not name is refused, unless it says itself that more is welcome. */
    static JsonObject ofArguments(JsonObject tool) throws UnusableDefinitionException {
        JsonObject schema = tool.object("inputSchema")
                .orElseThrow(() -> new UnusableDefinitionException("it has no 'inputSchema' that is an object"));
        if (!schema.text("type").filter("object"::equals).isPresent()) {
            throw new UnusableDefinitionException("its 'inputSchema' is not of type object");
        }
        requireUsable("inputSchema", schema);
        if (schema.get("additionalProperties").isPresent()
                || schema.get("unevaluatedProperties").isPresent()) {
            return schema;
        }
        if (!isOld(schema)) {
            return with(schema, "unevaluatedProperties");
        }
        if (schema.members().keySet().stream().anyMatch(ADDING::contains)) {
            throw new UnusableDefinitionException(
                    "its 'inputSchema' is of an old draft and put together of parts, so that"
                            + " nobody can tell which arguments it takes; it needs 'additionalProperties'");
        }
        return with(schema, "additionalProperties");
    }

    static void requireUsable(String where, JsonObject schema) throws UnusableDefinitionException {
        if (schema.weight() > MAX_WEIGHT) {
            throw new UnusableDefinitionException("its '" + where + "' is too large");
        }
        if (depth(schema) > MAX_DEPTH) {
            throw new UnusableDefinitionException("its '" + where + "' is nested deeper than " + MAX_DEPTH);
        }
        String dialect = schema.text("$schema").orElse("2020-12");
        if (!dialect.contains("2020-12") && !dialect.contains("2019-09") && !isOld(schema)) {
            throw new UnusableDefinitionException(
                    "its '" + where + "' is written in a dialect that Writ does not know");
        }
        boolean[] elsewhere = {false};
        walk(schema, (keyword, value) -> elsewhere[0] |= leadsElsewhere(keyword, value));
        if (elsewhere[0]) {
            throw new UnusableDefinitionException(
                    "its '" + where + "' refers to another document, and Writ fetches none");
        }
    }

    private static boolean leadsElsewhere(String keyword, JsonValue value) {
        boolean reference = keyword.equals("$ref") || keyword.equals("$dynamicRef") || keyword.equals("$recursiveRef");
        return reference && !(value instanceof JsonString text && text.value().startsWith("#"));
    }

    /** Drafts 4 to 7, which do not know {@code unevaluatedProperties}. */
    private static boolean isOld(JsonObject schema) {
        return schema.text("$schema")
                .filter(dialect -> dialect.contains("/draft-0"))
                .isPresent();
    }

    private static JsonObject with(JsonObject schema, String closing) {
        Map<String, JsonValue> members = new LinkedHashMap<>(schema.members());
        members.put(closing, JsonBoolean.FALSE);
        return new JsonObject(members);
    }

    private static int depth(JsonValue value) {
        if (value instanceof JsonObject object) {
            return 1
                    + object.members().values().stream()
                            .mapToInt(Schemas::depth)
                            .max()
                            .orElse(0);
        }
        if (value instanceof JsonArray array) {
            return 1 + array.items().stream().mapToInt(Schemas::depth).max().orElse(0);
        }
        return 0;
    }

    /** Visits each keyword of the schema and of those in it. */
    static void walk(JsonValue schema, BiConsumer<String, JsonValue> visitor) {
        if (schema instanceof JsonArray array) {
            array.items().forEach(item -> walk(item, visitor));
        } else if (schema instanceof JsonObject object) {
            object.members().forEach((keyword, value) -> {
                visitor.accept(keyword, value);
                if (OF_NAMES.contains(keyword) && value instanceof JsonObject named) {
                    named.members().values().forEach(item -> walk(item, visitor));
                } else if (!OF_DATA.contains(keyword)) {
                    walk(value, visitor);
                }
            });
        }
    }
}
