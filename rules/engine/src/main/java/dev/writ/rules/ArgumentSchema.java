package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a JSON Schema says of the values inside an object.
 *
 * <p>It looks through {@code properties}, {@code additionalProperties}, {@code allOf}, {@code anyOf}, {@code oneOf} and
 * {@code $ref} within the document. Where a schema leaves the type open, every type is possible.
 */
final class ArgumentSchema {

    private static final Set<String> ALL_TYPES = Set.of("number", "string", "boolean", "array", "object", "null");
    private static final List<String> COMBINATIONS = List.of("allOf", "anyOf", "oneOf");

    /** Of references and combinations within each other; a schema that goes deeper refers to itself. */
    private static final int MAX_DEPTH = 16;

    private final JsonObject root;

    ArgumentSchema(JsonObject root) {
        this.root = root;
    }

    /** The types that the value at that path may have; empty if the schema has no such value. */
    Set<String> typesAt(JsonPath path) {
        List<JsonValue> schemas = expanded(root, 0).toList();
        for (String member : path.members()) {
            if (member.equals(JsonPath.EACH) && schemas.stream().anyMatch(ArgumentSchema::hasAnyItems)) {
                return ALL_TYPES;
            }
            schemas = schemas.stream()
                    .flatMap(schema -> member(schema, member))
                    .flatMap(schema -> expanded(schema, 0))
                    .toList();
        }
        Set<String> types = new LinkedHashSet<>();
        schemas.forEach(schema -> types.addAll(types(schema)));
        // Through the items of a list a path leads to a list, whatever each of them has there.
        return path.isThroughItems() && !types.isEmpty() ? Set.of("array") : types;
    }

    /** The names that may be written at the first step of a path. */
    List<String> memberNames() {
        return expanded(root, 0)
                .flatMap(schema -> object(schema).flatMap(object -> object.object("properties")).stream())
                .flatMap(properties -> properties.members().keySet().stream())
                .distinct()
                .toList();
    }

    /** The schema and all that it is put together from. */
    private Stream<JsonValue> expanded(JsonValue schema, int depth) {
        Optional<JsonObject> object = object(schema);
        if (object.isEmpty()) {
            return Stream.of(schema);
        }
        if (depth == MAX_DEPTH) {
            return Stream.empty();
        }
        List<JsonValue> parts = new ArrayList<>();
        object.get().text("$ref").flatMap(this::referenced).ifPresent(parts::add);
        for (String combination : COMBINATIONS) {
            object.get().array(combination).ifPresent(array -> parts.addAll(array.items()));
        }
        Stream<JsonValue> inner = parts.stream().flatMap(part -> expanded(part, depth + 1));
        boolean saysSomethingItself = parts.isEmpty()
                || object.get().get("type").isPresent()
                || object.get().get("properties").isPresent();
        return saysSomethingItself ? Stream.concat(Stream.of(schema), inner) : inner;
    }

    /** RFC 6901, as far as schemas of tools use it. */
    private Optional<JsonValue> referenced(String reference) {
        if (!reference.startsWith("#/")) {
            return Optional.empty();
        }
        Optional<JsonValue> found = Optional.of(root);
        for (String step : reference.substring(2).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            found = found.flatMap(ArgumentSchema::object).flatMap(object -> object.get(name));
        }
        return found;
    }

    private static Stream<JsonValue> member(JsonValue schema, String name) {
        Optional<JsonObject> object = object(schema);
        if (name.equals(JsonPath.EACH)) {
            return object.flatMap(present -> present.get("items")).stream();
        }
        Optional<JsonValue> declared =
                object.flatMap(present -> present.object("properties")).flatMap(properties -> properties.get(name));
        return declared
                .or(() -> object.flatMap(present -> present.get("additionalProperties"))
                        .filter(additional -> !(additional instanceof JsonBoolean)))
                .stream();
    }

    /** It may be a list, and does not say of what. */
    private static boolean hasAnyItems(JsonValue schema) {
        return types(schema).contains("array")
                && object(schema).flatMap(present -> present.get("items")).isEmpty();
    }

    private static Set<String> types(JsonValue schema) {
        if (schema == JsonBoolean.FALSE) {
            return Set.of();
        }
        Optional<JsonValue> type = object(schema).flatMap(object -> object.get("type"));
        if (type.isPresent() && type.get() instanceof JsonString one) {
            return Set.of(one.value());
        }
        if (type.isPresent() && type.get() instanceof JsonArray several) {
            return Set.copyOf(several.texts());
        }
        return ALL_TYPES;
    }

    private static Optional<JsonObject> object(JsonValue value) {
        return value instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }
}
