package dev.writ.gateway.origin;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** The texts and numbers of a call, each once. No more are looked at than can be looked for while others wait. */
final class Leaves {

    /** Different texts and numbers of one call. */
    static final int MOST = 256;

    /** Characters of all of them together, repeated ones too; and again of all that is encoded in them. */
    static final int LONGEST = 64 * 1024;

    private final Map<JsonValue, Value> values = new LinkedHashMap<>();
    private int visited;
    private long characters;
    private long encoded;
    private int readings;

    private Leaves() {}

    static Leaves of(JsonValue arguments) {
        Leaves leaves = new Leaves();
        leaves.collect(arguments);
        return leaves;
    }

    private void collect(JsonValue value) {
        if (areTooMany()) {
            return;
        }
        if (value instanceof JsonObject object) {
            for (JsonValue member : object.members().values()) {
                collect(member);
                if (areTooMany()) {
                    return;
                }
            }
        } else if (value instanceof JsonArray array) {
            for (JsonValue item : array.items()) {
                collect(item);
                if (areTooMany()) {
                    return;
                }
            }
        } else if (value instanceof JsonString text) {
            add(value, text.value().length());
        } else if (value instanceof JsonNumber number) {
            add(value, number.value().precision());
        }
    }

    private void add(JsonValue leaf, int length) {
        visited++;
        characters += 1L + length;
        if (characters > LONGEST || values.containsKey(leaf)) {
            return;
        }
        Value value = Value.of(leaf);
        values.put(leaf, value);
        encoded += value.compact().stream().mapToLong(String::length).sum();
        readings += value.compact().size();
    }

    boolean areTooMany() {
        return values.size() > MOST || characters > LONGEST || encoded > 2 * LONGEST || readings > 2 * MOST;
    }

    Map<JsonValue, Value> values() {
        return values;
    }

    /** How many were looked at. */
    int visited() {
        return visited;
    }

    @Override
    public String toString() {
        return "Leaves[" + values.size() + "]";
    }
}
