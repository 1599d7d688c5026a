package dev.writ.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import dev.writ.gateway.wire.JsonNodes;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One piece of a tool's result that the operator wants recorded, and that later rules may know of.
 *
 * @param maxBytes a longer piece, in its RFC 8785 form, is left out
 */
record Extract(String name, JsonPath path, int maxBytes) {

    static final int DEFAULT_MAX_BYTES = 4 * 1024;

    /** What the extracts of one tool may take together. */
    static final int MOST_BYTES = 64 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

    private static final Configuration READING = Configuration.builder()
            .jsonProvider(new PresentItems())
            .mappingProvider(new JacksonMappingProvider())
            .build();

    Extract {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("an extract's name is letters, digits and '_', 64 at most");
        }
        if (maxBytes < 1 || maxBytes > MOST_BYTES) {
            throw new IllegalArgumentException("an extract's maxBytes is between 1 and " + MOST_BYTES);
        }
    }

    /**
     * Compiles a declaration.
     *
     * @param path a JSONPath; {@code =~} is refused, since its matcher can be kept busy by what the tool answers
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Extract of(String name, String path, int maxBytes) {
        if (path.contains("=~")) {
            throw new IllegalArgumentException("a path with a regular expression cannot be used");
        }
        try {
            return new Extract(name, JsonPath.compile(path), maxBytes);
        } catch (InvalidPathException malformed) {
            throw new IllegalArgumentException("its path is not a JSONPath", malformed);
        }
    }

    /** The piece, if it is there and not too long. Nothing that a tool answers makes this throw. */
    Optional<JsonValue> from(JsonNode result) {
        try {
            JsonNode piece = path.read(result, READING);
            return Optional.ofNullable(piece)
                    .map(JsonNodes::toJson)
                    .filter(value -> value.toBytes().length <= maxBytes);
        } catch (JsonPathException | JsonException | IllegalArgumentException | ClassCastException absent) {
            return Optional.empty();
        }
    }

    /** As it is declared and recorded. */
    JsonObject declaration() {
        return JsonObject.builder()
                .put("path", path.getPath())
                .put("maxBytes", maxBytes)
                .build();
    }

    static Extract fromJson(String name, JsonValue declaration) {
        if (declaration instanceof JsonObject declared) {
            Optional<String> path = declared.text("path");
            Optional<BigDecimal> maxBytes = declared.number("maxBytes");
            if (path.isPresent() && maxBytes.isPresent()) {
                return of(name, path.get(), maxBytes.get().intValueExact());
            }
        }
        throw new IllegalArgumentException("an extract has a path and maxBytes");
    }

    /** An index beyond the end is absent, not {@code null}. */
    private static final class PresentItems extends JacksonJsonNodeJsonProvider {
        @Override
        public Object getArrayIndex(Object array, int index) {
            if (index < 0 || index >= length(array)) {
                throw new IndexOutOfBoundsException(index);
            }
            return super.getArrayIndex(array, index);
        }
    }
}
