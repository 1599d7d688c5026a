package dev.writ.audit;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the members of a leaf one by one, so that one nobody asked for is noticed. */
final class Members {

    private final Map<String, JsonValue> rest;

    Members(JsonObject leaf) {
        rest = new HashMap<>(leaf.members());
    }

    JsonValue take(String name) {
        JsonValue value = rest.remove(name);
        if (value == null) {
            throw new VerificationException("a leaf has no member '" + name + "'");
        }
        return value;
    }

    Optional<String> takeText(String name) {
        return rest.containsKey(name) ? Optional.of(text(name)) : Optional.empty();
    }

    String text(String name) {
        return as(JsonString.class, name).value();
    }

    List<String> texts(String name) {
        JsonArray array = as(JsonArray.class, name);
        List<String> texts = array.texts();
        if (texts.size() != array.items().size()) {
            throw new VerificationException("member '" + name + "' of a leaf holds something that is not a string");
        }
        return texts;
    }

    /** Nothing if there is no such member. */
    List<String> takeTexts(String name) {
        return rest.containsKey(name) ? texts(name) : List.of();
    }

    JsonObject object(String name) {
        return as(JsonObject.class, name);
    }

    void requireNoMore() {
        if (!rest.isEmpty()) {
            // Their names could be anything, so they are counted, not quoted.
            throw new VerificationException("a leaf has " + rest.size() + " unknown members");
        }
    }

    private <T extends JsonValue> T as(Class<T> type, String name) {
        JsonValue value = take(name);
        if (!type.isInstance(value)) {
            throw new VerificationException("member '" + name + "' of a leaf has the wrong type");
        }
        return type.cast(value);
    }
}
