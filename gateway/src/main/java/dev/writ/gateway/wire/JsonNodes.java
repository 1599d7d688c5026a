package dev.writ.gateway.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Between {@link JsonValue}, which is what Writ decides on, and Jackson's tree, which its libraries speak. */
public final class JsonNodes {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonNodes() {}

    /** The same value as a tree; exact. */
    public static JsonNode of(JsonValue value) {
        if (value instanceof JsonObject object) {
            ObjectNode node = NODES.objectNode();
            object.members().forEach((name, member) -> node.set(name, of(member)));
            return node;
        }
        if (value instanceof JsonArray array) {
            ArrayNode node = NODES.arrayNode(array.items().size());
            array.items().forEach(item -> node.add(of(item)));
            return node;
        }
        if (value instanceof JsonString string) {
            return NODES.textNode(string.value());
        }
        if (value instanceof JsonNumber number) {
            return number.value().scale() <= 0
                            && number.value().precision() - number.value().scale() <= 18
                    ? NODES.numberNode(number.value().longValueExact())
                    : NODES.numberNode(number.value());
        }
        if (value instanceof JsonBoolean bool) {
            return NODES.booleanNode(bool == JsonBoolean.TRUE);
        }
        return NODES.nullNode();
    }

    /** The same value again. */
    public static JsonValue toJson(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                node.properties().forEach(member -> members.put(member.getKey(), toJson(member.getValue())));
                yield new JsonObject(members);
            }
            case ARRAY -> {
                List<JsonValue> items = new ArrayList<>(node.size());
                node.forEach(item -> items.add(toJson(item)));
                yield new JsonArray(items);
            }
            case STRING -> new JsonString(node.textValue());
            case NUMBER -> new JsonNumber(node.decimalValue());
            case BOOLEAN -> JsonBoolean.of(node.booleanValue());
            case NULL -> JsonNull.NULL;
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        };
    }
}
