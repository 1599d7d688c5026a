package dev.writ.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.connect.net.HeaderRules;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads one operation: its parameters and body become the arguments of one tool. */
final class OperationReader {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final Set<String> SCALARS = Set.of("string", "number", "integer", "boolean", "null");

    /** An object of nothing but these can be taken apart and put together again. */
    private static final Set<String> PLAIN_OBJECT =
            Set.of("type", "properties", "required", "additionalProperties", "title", "description", "deprecated");

    private final HttpConnectorSettings settings;
    private final OpenApiDocument document;
    private final SchemaReader schemas;
    private final Map<String, JsonValue> properties = new LinkedHashMap<>();
    private final Set<String> required = new TreeSet<>();
    private final List<Parameter> parameters = new ArrayList<>();

    private OperationReader(HttpConnectorSettings settings, OpenApiDocument document) {
        this.settings = settings;
        this.document = document;
        this.schemas = new SchemaReader(document);
    }

    /**
     * @param item the path item around the operation
     * @throws UnusableOperationException if it cannot become a tool
     */
    static HttpOperation read(
            HttpConnectorSettings settings,
            OpenApiDocument document,
            String path,
            JsonNode item,
            String method,
            JsonNode operation)
            throws UnusableOperationException {
        return new OperationReader(settings, document).read(path, item, method, operation);
    }

    private HttpOperation read(String path, JsonNode item, String method, JsonNode operation)
            throws UnusableOperationException {
        String id = operation.path("operationId").asText();
        ToolName name = toolName(id);
        if (item.has("servers") || operation.has("servers")) {
            throw new UnusableOperationException("it has 'servers' of its own, and Writ only calls the base URL;"
                    + " remove them, or register that server as a connector of its own");
        }
        PathTemplate template = PathTemplate.parse(path);
        for (JsonNode parameter : parameters(item, operation)) {
            add(parameter);
        }
        requirePathParameters(template);
        Body body = body(operation);
        ToolDefinition definition = new ToolDefinition(
                name,
                settings.name(),
                description(path, method, operation),
                inputSchema(),
                settings.idempotentOperations().contains(id),
                settings.effects().getOrDefault(name, ToolEffects.UNSAID),
                Optional.empty());
        return new HttpOperation(id, definition, method, template, parameters, body);
    }

    private ToolName toolName(String id) throws UnusableOperationException {
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new UnusableOperationException(
                    "it has no 'operationId' of letters, digits, '.', '_' and '-'; give it one");
        }
        String name = ToolName.text(settings.name(), id);
        if (name.length() > 128) {
            throw new UnusableOperationException("its 'operationId' is too long for a tool's name; shorten it");
        }
        return ToolName.parse(name);
    }

    private static String description(String path, String method, JsonNode operation) {
        String summary = operation.path("summary").asText().strip();
        String description = operation.path("description").asText().strip();
        String both = (summary + "\n\n" + description).strip();
        return both.isEmpty() ? method + " " + path : both;
    }

    /** The operation's parameters, and those of the path item that it does not override. */
    private List<JsonNode> parameters(JsonNode item, JsonNode operation) throws UnusableOperationException {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (JsonNode owner : List.of(item, operation)) {
            for (JsonNode entry : owner.path("parameters")) {
                JsonNode parameter = document.resolve(entry);
                found.put(
                        parameter.path("in").asText() + " "
                                + parameter.path("name").asText(),
                        parameter);
            }
        }
        return List.copyOf(found.values());
    }

    private void add(JsonNode parameter) throws UnusableOperationException {
        String name = parameter.path("name").asText();
        String in = parameter.path("in").asText();
        if (in.equals("header") && isSuppliedHeader(name)) {
            return;
        }
        Parameter.Place place = switch (in) {
            case "path" -> Parameter.Place.PATH;
            case "query" -> Parameter.Place.QUERY;
            case "header" -> Parameter.Place.HEADER;
            default ->
                throw new UnusableOperationException("its parameter '" + name + "' is in '" + in
                        + "'; Writ sends path, query and header parameters");
        };
        if (place == Parameter.Place.HEADER && (!HeaderRules.isName(name) || HeaderRules.isReserved(name))) {
            throw new UnusableOperationException(
                    "its parameter '" + name + "' is a header that no argument may set; remove it");
        }
        requireStyle(parameter, name, place);
        JsonObject schema = schema(parameter, name, place);
        if (properties.putIfAbsent(name, schema) != null) {
            throw new UnusableOperationException("two of its parameters are called '" + name + "'; rename one");
        }
        if (place == Parameter.Place.PATH || parameter.path("required").asBoolean()) {
            required.add(name);
        }
        parameters.add(new Parameter(name, place, parameter.path("explode").asBoolean(true)));
    }

    /** The connector itself sends these. */
    private boolean isSuppliedHeader(String name) {
        return name.equalsIgnoreCase(settings.idempotencyHeader())
                || settings.credential().headers().keySet().stream().anyMatch(name::equalsIgnoreCase)
                // OpenAPI 3.0.3 "Parameter Object": header parameters of these names are ignored.
                || Set.of("accept", "content-type", "authorization").contains(name.toLowerCase(Locale.ROOT));
    }

    private static void requireStyle(JsonNode parameter, String name, Parameter.Place place)
            throws UnusableOperationException {
        String usual = place == Parameter.Place.QUERY ? "form" : "simple";
        if (!parameter.path("style").asText(usual).equals(usual) || !parameter.has("schema")) {
            throw new UnusableOperationException(
                    "its parameter '" + name + "' needs a 'schema' and the style '" + usual + "'");
        }
    }

    private JsonObject schema(JsonNode parameter, String name, Parameter.Place place)
            throws UnusableOperationException {
        JsonValue read = schemas.read(parameter.path("schema"));
        JsonObject schema = read instanceof JsonObject object ? object : JsonObject.empty();
        boolean list = place == Parameter.Place.QUERY && types(schema).equals(Set.of("array"));
        JsonObject scalar = list ? schema.object("items").orElse(JsonObject.empty()) : schema;
        if (types(scalar).isEmpty() || !SCALARS.containsAll(types(scalar))) {
            throw new UnusableOperationException("its parameter '" + name + "' must have the type string, number,"
                    + " integer or boolean" + (place == Parameter.Place.QUERY ? ", or an array of one of these" : ""));
        }
        String description = parameter.path("description").asText();
        return description.isEmpty() ? schema : with(schema, "description", new JsonString(description));
    }

    private static Set<String> types(JsonObject schema) {
        Set<String> types = new TreeSet<>();
        schema.text("type").ifPresent(types::add);
        schema.array("type").map(JsonArray::texts).ifPresent(types::addAll);
        return types;
    }

    private static JsonObject with(JsonObject schema, String name, JsonValue value) {
        Map<String, JsonValue> members = new LinkedHashMap<>(schema.members());
        members.put(name, value);
        return new JsonObject(members);
    }

    private void requirePathParameters(PathTemplate template) throws UnusableOperationException {
        Set<String> declared = new TreeSet<>();
        parameters.stream()
                .filter(parameter -> parameter.place() == Parameter.Place.PATH)
                .forEach(parameter -> declared.add(parameter.name()));
        if (!declared.equals(template.names())) {
            throw new UnusableOperationException("its path names the parameters " + new TreeSet<>(template.names())
                    + " and it declares " + declared + "; make them the same");
        }
    }

    /**
     * A plain object's members become arguments. Anything else, or an object with a member called like a parameter, becomes
     * the one argument {@value Body#WHOLE}.
     */
    private Body body(JsonNode operation) throws UnusableOperationException {
        JsonNode body = document.resolve(operation.path("requestBody"));
        if (body.isMissingNode()) {
            return new Body.None();
        }
        JsonNode json = body.path("content").path("application/json").path("schema");
        if (json.isMissingNode()) {
            throw new UnusableOperationException(
                    "its body is not 'application/json' with a schema; Writ sends no other");
        }
        boolean bodyRequired = body.path("required").asBoolean();
        JsonValue schema = schemas.read(json);
        if (schema instanceof JsonObject object && isPlain(object)) {
            return members(object, bodyRequired);
        }
        if (properties.putIfAbsent(Body.WHOLE, schema) != null) {
            throw new UnusableOperationException(
                    "its parameter '" + Body.WHOLE + "' has the name of the argument for the body; rename it");
        }
        if (bodyRequired) {
            required.add(Body.WHOLE);
        }
        return new Body.Whole();
    }

    private boolean isPlain(JsonObject schema) {
        return schema.text("type").orElse("object").equals("object")
                && PLAIN_OBJECT.containsAll(schema.members().keySet())
                && schema.get("additionalProperties").equals(Optional.of(JsonBoolean.FALSE))
                && schema.object("properties").orElse(JsonObject.empty()).members().keySet().stream()
                        .noneMatch(properties::containsKey);
    }

    /** A body with required members is sent always, even if the document forgot to say that it is required. */
    private Body members(JsonObject schema, boolean bodyRequired) {
        JsonObject members = schema.object("properties").orElse(JsonObject.empty());
        properties.putAll(members.members());
        schema.array("required").map(JsonArray::texts).ifPresent(required::addAll);
        return new Body.Members(members.members().keySet(), bodyRequired);
    }

    private JsonObject inputSchema() {
        return JsonObject.builder()
                .put("$schema", DIALECT)
                .put("type", "object")
                .put("properties", new JsonObject(properties))
                .put("required", JsonArray.ofTexts(required))
                .put("additionalProperties", false)
                .build();
    }
}
