package dev.writ.connect.mcp;

import dev.writ.connect.net.HeaderRules;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Arguments that a tool wants to be seen in headers as well, so that servers in between can route by them.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools">MCP x-mcp-header</a>
 */
final class ParamHeaders {

    private static final String KEYWORD = "x-mcp-header";
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    /** None. */
    static final ParamHeaders NONE = new ParamHeaders(List.of());

    /** Where the argument is, and the header's name without prefix. */
    private record Mirror(List<String> path, String header) {}

    private final List<Mirror> mirrors;

    private ParamHeaders(List<Mirror> mirrors) {
        this.mirrors = List.copyOf(mirrors);
    }

    static ParamHeaders read(JsonObject schema) throws UnusableDefinitionException {
        List<Mirror> mirrors = new ArrayList<>();
        collect(schema, List.of(), mirrors);
        AtomicInteger annotations = new AtomicInteger();
        Schemas.walk(schema, (keyword, value) -> annotations.addAndGet(keyword.equals(KEYWORD) ? 1 : 0));
        if (annotations.get() != mirrors.size()) {
            throw new UnusableDefinitionException("it has an 'x-mcp-header' where no argument is");
        }
        Set<String> names = new HashSet<>();
        for (Mirror mirror : mirrors) {
            if (!names.add(mirror.header().toLowerCase(Locale.ROOT))) {
                throw new UnusableDefinitionException("it has the same 'x-mcp-header' twice");
            }
        }
        return mirrors.isEmpty() ? NONE : new ParamHeaders(mirrors);
    }

    private static void collect(JsonObject schema, List<String> path, List<Mirror> mirrors)
            throws UnusableDefinitionException {
        for (Map.Entry<String, JsonValue> property :
                schema.object("properties").orElse(JsonObject.empty()).members().entrySet()) {
            if (property.getValue() instanceof JsonObject inner) {
                List<String> place = new ArrayList<>(path);
                place.add(property.getKey());
                if (inner.get(KEYWORD).isPresent()) {
                    mirrors.add(new Mirror(place, header(inner)));
                }
                collect(inner, place, mirrors);
            }
        }
    }

    private static String header(JsonObject property) throws UnusableDefinitionException {
        String name = property.text(KEYWORD).orElse("");
        if (!HeaderRules.isName(name)) {
            throw new UnusableDefinitionException("it has an 'x-mcp-header' that is not the name of a header");
        }
        if (property.text("type").filter(TYPES::contains).isEmpty()) {
            throw new UnusableDefinitionException(
                    "it has an 'x-mcp-header' on an argument that is neither string, integer nor boolean");
        }
        return name;
    }

    /** The headers for those arguments. */
    Map<String, String> of(JsonObject arguments) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Mirror mirror : mirrors) {
            find(arguments, mirror.path())
                    .filter(value -> value != JsonNull.NULL)
                    .ifPresent(value -> headers.put("Mcp-Param-" + mirror.header(), HeaderText.encode(text(value))));
        }
        return headers;
    }

    private static Optional<JsonValue> find(JsonObject arguments, List<String> path) {
        Optional<JsonValue> value = Optional.of(arguments);
        for (String name : path) {
            value = value.flatMap(
                    outer -> outer instanceof JsonObject object ? object.get(name) : Optional.<JsonValue>empty());
        }
        return value;
    }

    private static String text(JsonValue value) {
        return value instanceof JsonString string ? string.value() : value.toJson();
    }
}
