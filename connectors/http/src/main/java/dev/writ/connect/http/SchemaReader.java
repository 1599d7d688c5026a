package dev.writ.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns schemas of a document into closed JSON Schema 2020-12: references written out, the dialect of OpenAPI 3.0 translated,
 * and every object that declares properties refusing all others.
 *
 * <p>A keyword it does not know is refused, since leaving it out would let through what the document forbids.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-core#section-11.3">unevaluatedProperties</a>
 */
final class SchemaReader {

    /** Enough for any request a model can write; it bounds what references that fan out can grow to. */
    private static final int MAX_SCHEMAS = 2_000;

    private static final int MAX_DEPTH = 32;

    private static final Set<String> KEPT = Set.of(
            "title",
            "description",
            "default",
            "deprecated",
            "format",
            "enum",
            "const",
            "multipleOf",
            "maximum",
            "minimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "maxProperties",
            "minProperties");

    /** They say nothing about which values are valid. */
    private static final Set<String> DROPPED = Set.of(
            "example",
            "examples",
            "discriminator",
            "xml",
            "externalDocs",
            "readOnly",
            "writeOnly",
            "$comment",
            "contentEncoding",
            "contentMediaType");

    private static final Set<String> COMPOSITIONS = Set.of("allOf", "anyOf", "oneOf");

    private final ServiceDocument document;
    private final Set<String> open = new LinkedHashSet<>();
    private int schemas;
    private int depth;

    SchemaReader(ServiceDocument document) {
        this.document = document;
    }

    /** The schema, closed. */
    JsonValue read(JsonNode schema) throws UnusableOperationException {
        return read(schema, true);
    }

    /**
     * @param closing false inside {@code allOf} and its like, where one branch alone does not know all properties: there the
     *     schema around the branches is closed
     */
    private JsonValue read(JsonNode schema, boolean closing) throws UnusableOperationException {
        schemas++;
        if (schemas > MAX_SCHEMAS || depth >= MAX_DEPTH) {
            throw new UnusableOperationException("its schema has more than " + MAX_SCHEMAS + " parts or " + MAX_DEPTH
                    + " levels with all references written out; simplify it");
        }
        depth++;
        JsonValue read = readUnbounded(schema, closing);
        depth--;
        return read;
    }

    private JsonValue readUnbounded(JsonNode schema, boolean closing) throws UnusableOperationException {
        if (schema.isBoolean()) {
            return JsonBoolean.of(schema.booleanValue());
        }
        if (!schema.isObject()) {
            throw new UnusableOperationException("its schema has something in it that is no schema; correct it");
        }
        if (schema.path("$ref").isTextual()) {
            return reference(schema, closing);
        }
        JsonObject read = keywords(schema);
        return closing ? closed(read) : read;
    }

    private JsonValue reference(JsonNode schema, boolean closing) throws UnusableOperationException {
        String reference = schema.path("$ref").textValue();
        if (!open.add(reference)) {
            throw new UnusableOperationException(
                    "its schema '" + reference + "' contains itself; write it out to the depth agents need");
        }
        JsonValue target = read(document.target(reference), closing);
        open.remove(reference);
        // OpenAPI 3.0.3 "Reference Object": its siblings are ignored. In 3.1 they apply as well.
        return document.isVersion30() || schema.size() == 1 ? target : withSiblings(target, schema);
    }

    private JsonValue withSiblings(JsonValue target, JsonNode schema) throws UnusableOperationException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (target instanceof JsonObject object) {
            members.putAll(object.members());
        }
        for (Map.Entry<String, JsonNode> sibling : schema.properties()) {
            String name = sibling.getKey();
            if (name.equals("title") || name.equals("description") || name.equals("deprecated")) {
                members.put(name, value(sibling.getValue()));
            } else if (!name.equals("$ref") && !isDropped(name)) {
                throw new UnusableOperationException(
                        "its schema has '" + name + "' beside a reference; put both into an 'allOf'");
            }
        }
        return new JsonObject(members);
    }

    private JsonObject keywords(JsonNode schema) throws UnusableOperationException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : schema.properties()) {
            keyword(schema, entry.getKey(), entry.getValue(), members);
        }
        return new JsonObject(members);
    }

    private void keyword(JsonNode schema, String name, JsonNode node, Map<String, JsonValue> members)
            throws UnusableOperationException {
        if (isDropped(name)) {
            return;
        }
        if (COMPOSITIONS.contains(name)) {
            members.put(name, branches(node));
            return;
        }
        switch (name) {
            case "type" -> members.put(name, type(schema, node));
            case "nullable" -> requireVersion30(name);
            case "properties" -> members.put(name, properties(node));
            case "required" -> members.put(name, required(schema, node));
            case "items" -> members.put(name, read(node, true));
            case "additionalProperties" -> members.put(name, read(node, true));
            case "exclusiveMaximum" -> exclusive(schema, name, "maximum", members);
            case "exclusiveMinimum" -> exclusive(schema, name, "minimum", members);
            case "maximum", "minimum" -> {
                if (!isExclusive30(schema, name)) {
                    members.put(name, value(node));
                }
            }
            default -> {
                if (!KEPT.contains(name)) {
                    throw new UnusableOperationException(
                            "its schema uses '" + name + "', which Writ does not translate; say it another way");
                }
                members.put(name, value(node));
            }
        }
    }

    private static boolean isDropped(String keyword) {
        return DROPPED.contains(keyword) || keyword.startsWith("x-");
    }

    private void requireVersion30(String keyword) throws UnusableOperationException {
        if (!document.isVersion30()) {
            throw new UnusableOperationException(
                    "its schema uses '" + keyword + "', which OpenAPI 3.1 has not; use a list of types");
        }
    }

    /** OpenAPI 3.0.3: {@code nullable} adds null to the type it stands beside. */
    private static JsonValue type(JsonNode schema, JsonNode type) throws UnusableOperationException {
        return schema.path("nullable").asBoolean() ? JsonArray.ofTexts(List.of(type.asText(), "null")) : value(type);
    }

    private JsonArray branches(JsonNode node) throws UnusableOperationException {
        List<JsonValue> branches = new ArrayList<>();
        for (JsonNode branch : node) {
            branches.add(read(branch, false));
        }
        return new JsonArray(branches);
    }

    private JsonObject properties(JsonNode node) throws UnusableOperationException {
        Map<String, JsonValue> properties = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!isReadOnly(property.getValue())) {
                properties.put(property.getKey(), read(property.getValue(), true));
            }
        }
        return new JsonObject(properties);
    }

    /** OpenAPI 3.0.3: what is read-only is not sent, and required in answers only. */
    private JsonArray required(JsonNode schema, JsonNode node) throws UnusableOperationException {
        List<String> names = new ArrayList<>();
        for (JsonNode name : node) {
            if (!isReadOnly(schema.path("properties").path(name.asText()))) {
                names.add(name.asText());
            }
        }
        return JsonArray.ofTexts(names);
    }

    private boolean isReadOnly(JsonNode property) throws UnusableOperationException {
        return property.path("readOnly").asBoolean()
                || document.resolve(property).path("readOnly").asBoolean();
    }

    /** In OpenAPI 3.0 {@code exclusiveMaximum: true} makes {@code maximum} exclusive; in 2020-12 it is the bound itself. */
    private static void exclusive(JsonNode schema, String name, String bound, Map<String, JsonValue> members)
            throws UnusableOperationException {
        JsonNode node = schema.path(name);
        if (!node.isBoolean()) {
            members.put(name, value(node));
        } else if (isExclusive30(schema, bound) && schema.has(bound)) {
            members.put(name, value(schema.path(bound)));
        }
    }

    private static boolean isExclusive30(JsonNode schema, String bound) {
        JsonNode flag = schema.path(bound.equals("maximum") ? "exclusiveMaximum" : "exclusiveMinimum");
        return flag.isBoolean() && flag.booleanValue();
    }

    private static JsonObject closed(JsonObject schema) throws UnusableOperationException {
        if (schema.get("additionalProperties").isPresent() || !declaresProperties(schema)) {
            return schema;
        }
        Map<String, JsonValue> members = new LinkedHashMap<>(schema.members());
        if (COMPOSITIONS.stream().anyMatch(members::containsKey)) {
            members.put("unevaluatedProperties", JsonBoolean.FALSE);
        } else {
            requireDeclared(schema);
            members.put("additionalProperties", JsonBoolean.FALSE);
        }
        return new JsonObject(members);
    }

    private static void requireDeclared(JsonObject schema) throws UnusableOperationException {
        Set<String> undeclared =
                new HashSet<>(schema.array("required").map(JsonArray::texts).orElse(List.of()));
        undeclared.removeAll(
                schema.object("properties").orElse(JsonObject.empty()).members().keySet());
        if (!undeclared.isEmpty()) {
            throw new UnusableOperationException(
                    "its schema requires " + undeclared + " without declaring it; add it to 'properties'");
        }
    }

    private static boolean declaresProperties(JsonObject schema) {
        return schema.object("properties").isPresent()
                || COMPOSITIONS.stream()
                        .flatMap(name -> schema.array(name).stream())
                        .flatMap(branches -> branches.items().stream())
                        .anyMatch(branch -> branch instanceof JsonObject object && declaresProperties(object));
    }

    private static JsonValue value(JsonNode node) throws UnusableOperationException {
        return switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> array(node);
            case STRING -> new JsonString(node.textValue());
            case BOOLEAN -> JsonBoolean.of(node.booleanValue());
            case NUMBER -> number(node);
            default -> JsonNull.NULL;
        };
    }

    private static JsonObject object(JsonNode node) throws UnusableOperationException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            members.put(member.getKey(), value(member.getValue()));
        }
        return new JsonObject(members);
    }

    private static JsonArray array(JsonNode node) throws UnusableOperationException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonNode item : node) {
            items.add(value(item));
        }
        return new JsonArray(items);
    }

    private static JsonNumber number(JsonNode node) throws UnusableOperationException {
        try {
            return new JsonNumber(node.decimalValue());
        } catch (JsonException inexact) {
            throw new UnusableOperationException(
                    "its schema holds a number that does not survive double precision; use one of fewer digits");
        }
    }
}
