package dev.writ.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema as LangChain4j has it, without loss.
 *
 * <p>Where one of LangChain4j's own elements says all that a schema says, it is used, because every model provider knows those.
 * Anything more (formats, bounds, patterns, alternatives) becomes a raw schema, word for word. The one place that takes no raw schema
 * is the root; what a root says beyond properties is {@linkplain Root#rest() left over}, for the description.
 */
final class Schemas {

    private static final String OLD_DEFINITIONS = "#/definitions/";
    private static final String DEFINITIONS = "#/$defs/";

    /** What the root of a schema may say that is of no use to a model. */
    private static final Set<String> SILENT = Set.of("$schema", "$id", "$comment", "title", "type");

    private Schemas() {}

    /**
     * The schema of a tool's arguments.
     *
     * @param rest of the root's keywords, those that LangChain4j has no place for
     */
    record Root(JsonObjectSchema parameters, Optional<String> rest) {}

    static Root root(JsonNode schema) {
        JsonObjectSchema.Builder parameters = JsonObjectSchema.builder();
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        schema.properties().forEach(member -> {
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case "description" -> parameters.description(value.asText());
                case "properties" ->
                    value.properties()
                            .forEach(property ->
                                    parameters.addProperty(property.getKey(), element(property.getValue())));
                case "required" -> parameters.required(texts(value));
                case "$defs", "definitions" -> {}
                default -> {
                    if (member.getKey().equals("additionalProperties") && value.isBoolean()) {
                        parameters.additionalProperties(value.booleanValue());
                    } else if (!SILENT.contains(member.getKey())) {
                        rest.set(member.getKey(), renamed(value));
                    }
                }
            }
        });
        definitions(schema, parameters);
        return new Root(
                parameters.build(),
                Optional.of(rest).filter(left -> !left.isEmpty()).map(Json::text));
    }

    private static void definitions(JsonNode schema, JsonObjectSchema.Builder parameters) {
        Map<String, JsonSchemaElement> definitions = new LinkedHashMap<>();
        for (String keyword : List.of("definitions", "$defs")) {
            schema.path(keyword)
                    .properties()
                    .forEach(definition -> definitions.put(definition.getKey(), element(definition.getValue())));
        }
        if (!definitions.isEmpty()) {
            parameters.definitions(definitions);
        }
    }

    private static JsonSchemaElement element(JsonNode schema) {
        JsonSchemaElement own = own(schema);
        return own == null ? JsonRawSchema.from(Json.text(object(renamed(schema)))) : own;
    }

    /** One of LangChain4j's elements if it says all that this schema says. */
    private static @Nullable JsonSchemaElement own(JsonNode schema) {
        String description = schema.path("description").isTextual()
                ? schema.path("description").textValue()
                : null;
        return switch (schema.path("type").asText()) {
            case "string" -> {
                if (says(schema, "type", "description")) {
                    yield JsonStringSchema.builder().description(description).build();
                }
                yield says(schema, "type", "description", "enum") && areTexts(schema.path("enum"))
                        ? JsonEnumSchema.builder()
                                .description(description)
                                .enumValues(texts(schema.path("enum")))
                                .build()
                        : null;
            }
            case "integer" ->
                says(schema, "type", "description")
                        ? JsonIntegerSchema.builder().description(description).build()
                        : null;
            case "number" ->
                says(schema, "type", "description")
                        ? JsonNumberSchema.builder().description(description).build()
                        : null;
            case "boolean" ->
                says(schema, "type", "description")
                        ? JsonBooleanSchema.builder().description(description).build()
                        : null;
            case "array" ->
                says(schema, "type", "description", "items")
                                && schema.path("items").isObject()
                        ? JsonArraySchema.builder()
                                .description(description)
                                .items(element(schema.path("items")))
                                .build()
                        : null;
            case "object" ->
                says(schema, "type", "description", "properties", "required", "additionalProperties")
                                && !schema.path("additionalProperties").isObject()
                        ? root(schema).parameters()
                        : null;
            default -> null;
        };
    }

    private static boolean says(JsonNode schema, String... nothingBut) {
        Set<String> known = Set.of(nothingBut);
        return schema.properties().stream()
                .allMatch(member -> known.contains(member.getKey())
                        && (!member.getKey().equals("description")
                                || member.getValue().isTextual()));
    }

    /** {@code true} and {@code false} are schemas too, and LangChain4j takes objects only. */
    private static JsonNode object(JsonNode schema) {
        if (!schema.isBoolean()) {
            return schema;
        }
        ObjectNode anything = JsonNodeFactory.instance.objectNode();
        if (!schema.booleanValue()) {
            anything.putObject("not");
        }
        return anything;
    }

    /** With references to where LangChain4j puts definitions. */
    private static JsonNode renamed(JsonNode schema) {
        if (schema instanceof ArrayNode items) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> copy.add(renamed(item)));
            return copy;
        }
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        schema.properties().forEach(member -> {
            JsonNode value = member.getValue();
            copy.set(
                    member.getKey(),
                    member.getKey().equals("$ref") && value.asText().startsWith(OLD_DEFINITIONS)
                            ? JsonNodeFactory.instance.textNode(
                                    DEFINITIONS + value.asText().substring(OLD_DEFINITIONS.length()))
                            : renamed(value));
        });
        return copy;
    }

    private static boolean areTexts(JsonNode values) {
        for (JsonNode value : values) {
            if (!value.isTextual()) {
                return false;
            }
        }
        return values.isArray() && !values.isEmpty();
    }

    private static List<String> texts(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return texts;
    }
}
