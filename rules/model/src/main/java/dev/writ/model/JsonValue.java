package dev.writ.model;

import java.nio.charset.StandardCharsets;

/**
 * An immutable JSON value (RFC 8259) with exactly one canonical form (RFC 8785).
 *
 * <p>Two values that are equal have the same canonical bytes, and two values that differ have different ones: numbers that
 * RFC 8785 would round are refused when the value is made, never silently changed.
 *
 * <p>{@code toString} tells the shape only, since values may be confidential; {@link #toJson()} gives the text.
 */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    /**
     * Parses one JSON text in UTF-8.
     *
     * @throws JsonException if the bytes are not UTF-8, not one JSON text, name a member twice, hold a lone surrogate, or
     *     go beyond {@code limits}
     */
    static JsonValue parse(byte[] utf8, JsonLimits limits) {
        return JsonReader.read(utf8, limits);
    }

    /**
     * Parses one JSON text that somebody else wrote and cannot be asked to write again: a number that does not survive double
     * precision becomes a string of its digits, so that the rest stays usable and nothing is rounded.
     *
     * @throws JsonException as {@link #parse(byte[], JsonLimits)}, but never {@link JsonException.Kind#INEXACT_NUMBER}
     */
    static JsonValue parseKeepingDigits(byte[] utf8, JsonLimits limits) {
        return JsonReader.readKeepingDigits(utf8, limits);
    }

    /** Parses text that Writ itself wrote or ships; {@link JsonLimits#TRUSTED} apply. */
    static JsonValue parse(String text) {
        JsonString.requireWellFormed(text);
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8), JsonLimits.TRUSTED);
    }

    /** The canonical text of RFC 8785: no white space, members sorted by UTF-16 code units. */
    default String toJson() {
        StringBuilder out = new StringBuilder(128);
        CanonicalJson.write(this, out);
        return out.toString();
    }

    /** The canonical text in UTF-8. */
    default byte[] toBytes() {
        return toJson().getBytes(StandardCharsets.UTF_8);
    }

    /** Bytes that it takes in memory, about; up to twice that if it is written in letters that Latin-1 has not. */
    default long weight() {
        if (this instanceof JsonObject object) {
            long weight = 96;
            for (var member : object.members().entrySet()) {
                weight += 96L + member.getKey().length() + member.getValue().weight();
            }
            return weight;
        } else if (this instanceof JsonArray array) {
            long weight = 48;
            for (JsonValue item : array.items()) {
                weight += 8 + item.weight();
            }
            return weight;
        } else if (this instanceof JsonString text) {
            return 64L + text.value().length();
        } else if (this instanceof JsonNumber number) {
            return 64L + number.value().precision() / 2;
        }
        return 0;
    }
}
