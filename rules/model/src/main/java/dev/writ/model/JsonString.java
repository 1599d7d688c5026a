package dev.writ.model;

/** A JSON string of Unicode scalar values: a lone surrogate has no UTF-8 form and is refused. */
public record JsonString(String value) implements JsonValue {

    public JsonString {
        requireWellFormed(value);
    }

    static void requireWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw new JsonException(JsonException.Kind.LONE_SURROGATE, "a string holds a lone UTF-16 surrogate");
        }
    }

    @Override
    public String toString() {
        return "JsonString[" + value.length() + " chars]";
    }
}
