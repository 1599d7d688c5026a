package dev.writ.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.connect.net.HeaderRules;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
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

    private static final Set<String> SCALARS = Set.of("string", "number", "integer", "boolean", "null");

    /** An object of nothing but these can be taken apart and put together again. */
    private static final Set<String> PLAIN_OBJECT =
            Set.of("type", "properties", "required", "additionalProperties", "title", "description", "deprecated");

    private final HttpConnectorSettings settings;
    private final ServiceDocument document;
    private final SchemaReader schemas;
    private final ToolDraft draft;
    private final List<Parameter> parameters = new ArrayList<>();

    private OperationReader(HttpConnectorSettings settings, ServiceDocument document, ToolDraft draft) {
        this.settings = settings;
        this.document = document;
        this.draft = draft;
        this.schemas = new SchemaReader(document);
    }

    /**
     * @param item the path item around the operation
     * @throws UnusableOperationException if it cannot become a tool
     */
    static HttpOperation read(
            HttpConnectorSettings settings,
            ServiceDocument document,
            String path,
            JsonNode item,
            String method,
            JsonNode operation)
            throws UnusableOperationException {
        String id = operation.path("operationId").asText();
        ToolDraft draft = new ToolDraft(settings, ToolDraft.name(settings, id, "operationId"));
        return new OperationReader(settings, document, draft).read(id, path, item, method, operation);
    }

    private HttpOperation read(String id, String path, JsonNode item, String method, JsonNode operation)
            throws UnusableOperationException {
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
        return new HttpOperation(
                id, draft.definition(id, operation, method + " " + path), method, template, parameters, body);
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
        if (!draft.add(name, schema)) {
            throw new UnusableOperationException("two of its parameters are called '" + name + "'; rename one");
        }
        if (place == Parameter.Place.PATH || parameter.path("required").asBoolean()) {
            draft.require(name);
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
        return ToolDraft.described(schema, parameter);
    }

    private static Set<String> types(JsonObject schema) {
        Set<String> types = new TreeSet<>();
        schema.text("type").ifPresent(types::add);
        schema.array("type").map(JsonArray::texts).ifPresent(types::addAll);
        return types;
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
        if (!draft.add(Body.WHOLE, schema)) {
            throw new UnusableOperationException(
                    "its parameter '" + Body.WHOLE + "' has the name of the argument for the body; rename it");
        }
        if (bodyRequired) {
            draft.require(Body.WHOLE);
        }
        return new Body.Whole();
    }

    private boolean isPlain(JsonObject schema) {
        return schema.text("type").orElse("object").equals("object")
                && PLAIN_OBJECT.containsAll(schema.members().keySet())
                && schema.get("additionalProperties").equals(Optional.of(JsonBoolean.FALSE))
                && schema.object("properties").orElse(JsonObject.empty()).members().keySet().stream()
                        .noneMatch(draft::has);
    }

    /** A body with required members is sent always, even if the document forgot to say that it is required. */
    private Body members(JsonObject schema, boolean bodyRequired) {
        JsonObject members = schema.object("properties").orElse(JsonObject.empty());
        members.members().forEach(draft::add);
        schema.array("required").map(JsonArray::texts).ifPresent(names -> names.forEach(draft::require));
        return new Body.Members(members.members().keySet(), bodyRequired);
    }
}
