package dev.writ.model;

import java.util.Collection;
import java.util.List;

/** A JSON array. */
public record JsonArray(List<JsonValue> items) implements JsonValue {

    public JsonArray {
        items = List.copyOf(items);
    }

    public static JsonArray ofTexts(Collection<String> texts) {
        return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
    }

    /** The items that are strings, in order. */
    public List<String> texts() {
        return items.stream()
                .filter(JsonString.class::isInstance)
                .map(item -> ((JsonString) item).value())
                .toList();
    }

    @Override
    public String toString() {
        return "JsonArray[" + items.size() + " items]";
    }
}
