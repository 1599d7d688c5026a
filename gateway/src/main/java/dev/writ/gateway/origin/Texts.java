package dev.writ.gateway.origin;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** All texts in a value: strings, numbers as they are written, and names of members, which are as much data as any. */
final class Texts {

    private Texts() {}

    static List<String> of(JsonValue value) {
        List<String> texts = new ArrayList<>();
        collect(value, texts);
        return texts;
    }

    private static void collect(JsonValue value, List<String> texts) {
        if (value instanceof JsonObject object) {
            object.members().forEach((name, member) -> {
                texts.add(name);
                collect(member, texts);
            });
        } else if (value instanceof JsonArray array) {
            array.items().forEach(item -> collect(item, texts));
        } else if (value instanceof JsonString text) {
            texts.add(text.value());
        } else if (value instanceof JsonNumber number) {
            texts.add(Numbers.written(number.value()));
        }
    }
}
