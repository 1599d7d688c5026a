package dev.writ.connect.http;

import dev.writ.connect.net.PercentEncoding;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * An argument that goes into the path, the query or a header.
 *
 * @param exploded each item of an array is a query parameter of its own; otherwise commas stand between them
 */
record Parameter(String name, Place place, boolean exploded) {

    enum Place {
        PATH,
        QUERY,
        HEADER
    }

    /** The value as text, not encoded. */
    String text(JsonValue value) throws UnsendableException {
        if (value instanceof JsonString string) {
            return string.value();
        }
        if (value instanceof JsonNumber || value instanceof JsonBoolean) {
            return value.toJson();
        }
        throw new UnsendableException("'" + name + "' must be a string, a number or a boolean");
    }

    /** OpenAPI 3.1 4.8.12.3, style {@code form}: {@code name=value} pairs, encoded; none for an empty array. */
    List<String> pairs(JsonValue value) throws UnsendableException {
        List<String> texts = new ArrayList<>();
        for (JsonValue item : value instanceof JsonArray array ? array.items() : List.of(value)) {
            texts.add(PercentEncoding.encode(text(item)));
        }
        String key = PercentEncoding.encode(name) + "=";
        if (exploded) {
            return texts.stream().map(text -> key + text).toList();
        }
        return texts.isEmpty() ? List.of() : List.of(key + String.join(",", texts));
    }
}
