package dev.writ.gateway.policy;

import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The texts of a bundle, or the digests of tools: a JSON object of strings, as a row keeps it. */
final class Texts {

    private Texts() {}

    static JsonObject toJson(Map<String, String> texts) {
        JsonObject.Builder object = JsonObject.builder();
        new TreeMap<>(texts).forEach(object::put);
        return object.build();
    }

    /** The texts, unless it is something else. */
    static Optional<Map<String, String>> read(String json) {
        try {
            if (JsonValue.parse(json) instanceof JsonObject object
                    && object.members().values().stream().allMatch(JsonString.class::isInstance)) {
                Map<String, String> texts = new TreeMap<>();
                object.members().keySet().forEach(name -> object.text(name).ifPresent(text -> texts.put(name, text)));
                return Optional.of(texts);
            }
            return Optional.empty();
        } catch (JsonException malformed) {
            return Optional.empty();
        }
    }
}
