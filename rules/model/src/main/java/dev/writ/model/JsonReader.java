package dev.writ.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds {@link JsonValue}s from Jackson's token stream, refusing what Jackson would let through. */
final class JsonReader {

    /** Longer numbers cannot survive a double; bounding them bounds the cost of finding that out. */
    private static final int MAX_NUMBER_CHARS = 400;

    // Depth and size are checked here, with limits per call; Jackson's own are set out of the way.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonLimits.TRUSTED.maxDepth() + 1)
                    .maxStringLength(JsonLimits.TRUSTED.maxBytes())
                    .maxNameLength(JsonLimits.TRUSTED.maxBytes())
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final JsonParser parser;
    private final int maxDepth;
    private final Function<String, JsonValue> numbers;

    private JsonReader(JsonParser parser, int maxDepth, Function<String, JsonValue> numbers) {
        this.parser = parser;
        this.maxDepth = Math.min(maxDepth, JsonLimits.TRUSTED.maxDepth());
        this.numbers = numbers;
    }

    static JsonValue read(byte[] utf8, JsonLimits limits) {
        return read(utf8, limits, JsonReader::number);
    }

    static JsonValue readKeepingDigits(byte[] utf8, JsonLimits limits) {
        return read(utf8, limits, JsonReader::numberOrDigits);
    }

    private static JsonValue read(byte[] utf8, JsonLimits limits, Function<String, JsonValue> numbers) {
        if (utf8.length > limits.maxBytes()) {
            throw new JsonException(
                    JsonException.Kind.TOO_LARGE, "the JSON text is longer than " + limits.maxBytes() + " bytes");
        }
        try (JsonParser parser = JSON.createParser(decode(utf8))) {
            JsonReader reader = new JsonReader(parser, limits.maxDepth(), numbers);
            JsonValue value = reader.value(parser.nextToken(), 0);
            if (parser.nextToken() != null) {
                throw reader.syntax("there is more after the JSON value");
            }
            return value;
        } catch (StreamConstraintsException tooLong) {
            throw new JsonException(
                    JsonException.Kind.INEXACT_NUMBER, "a number has more than " + MAX_NUMBER_CHARS + " characters");
        } catch (JsonProcessingException malformed) {
            // Jackson's message may quote the text; the place is enough.
            throw new JsonException(
                    JsonException.Kind.SYNTAX,
                    "not JSON at line " + malformed.getLocation().getLineNr() + ", column "
                            + malformed.getLocation().getColumnNr());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new JsonException(JsonException.Kind.SYNTAX, "the text is not UTF-8");
        }
    }

    private JsonValue value(@Nullable JsonToken token, int depth) throws IOException {
        if (token == null) {
            throw syntax("the JSON text ends too early");
        }
        return switch (token) {
            case START_OBJECT -> object(deeper(depth));
            case START_ARRAY -> array(deeper(depth));
            case VALUE_STRING -> new JsonString(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numbers.apply(parser.getText());
            case VALUE_TRUE -> JsonBoolean.TRUE;
            case VALUE_FALSE -> JsonBoolean.FALSE;
            case VALUE_NULL -> JsonNull.NULL;
            default -> throw syntax("not a JSON value");
        };
    }

    private JsonObject object(int depth) throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (members.containsKey(name)) {
                throw new JsonException(
                        JsonException.Kind.DUPLICATE_MEMBER,
                        "an object names a member twice at line " + line() + ", column " + column());
            }
            members.put(name, value(parser.nextToken(), depth));
        }
        return new JsonObject(members);
    }

    private JsonArray array(int depth) throws IOException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token, depth));
        }
        return new JsonArray(items);
    }

    private static JsonValue numberOrDigits(String text) {
        try {
            return number(text);
        } catch (JsonException inexact) {
            return new JsonString(text);
        }
    }

    private static JsonNumber number(String text) {
        try {
            return new JsonNumber(new BigDecimal(text));
        } catch (NumberFormatException exponentTooLarge) {
            throw new JsonException(JsonException.Kind.INEXACT_NUMBER, "a number's exponent is out of range");
        }
    }

    private int deeper(int depth) {
        if (depth >= maxDepth) {
            throw new JsonException(JsonException.Kind.TOO_DEEP, "the JSON text is nested deeper than " + maxDepth);
        }
        return depth + 1;
    }

    private JsonException syntax(String what) {
        return new JsonException(JsonException.Kind.SYNTAX, what + " at line " + line() + ", column " + column());
    }

    private int line() {
        return parser.currentLocation().getLineNr();
    }

    private int column() {
        return parser.currentLocation().getColumnNr();
    }
}
