package dev.writ.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.connect.net.HeaderRules;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the methods of an OpenRPC document: the parameters of each become the arguments of one tool.
 *
 * @see <a href="https://spec.open-rpc.org/#method-object">Method Object</a>
 */
final class MethodReader {

    /** HTTP headers that the service wants with every request. OpenRPC has no word for them, and lets documents add their own. */
    static final String HEADERS = "x-headers";

    private final HttpConnectorSettings settings;
    private final ServiceDocument document;

    MethodReader(HttpConnectorSettings settings, ServiceDocument document) {
        this.settings = settings;
        this.document = document;
    }

    /** @throws UnusableOperationException if it cannot become a tool */
    RpcMethod read(JsonNode method) throws UnusableOperationException {
        if (method.has("servers")) {
            throw new UnusableOperationException("it has 'servers' of its own, and Writ only calls the base URL;"
                    + " remove them, or register that server as a connector of its own");
        }
        String id = method.path("name").asText();
        ToolDraft draft = new ToolDraft(settings, ToolDraft.name(settings, id.replace('/', '_'), "name"));
        List<String> parameters = new ArrayList<>();
        for (JsonNode parameter : method.path("params")) {
            parameters.add(add(document.resolve(parameter), draft));
        }
        return new RpcMethod(id, draft.definition(id, method, id), parameters, passing(method), headers());
    }

    /** A <a href="https://spec.open-rpc.org/#content-descriptor-object">Content Descriptor Object</a>. */
    private String add(JsonNode parameter, ToolDraft draft) throws UnusableOperationException {
        String name = parameter.path("name").asText();
        if (name.isEmpty() || !parameter.has("schema")) {
            throw new UnusableOperationException("each of its 'params' needs a 'name' and a 'schema'");
        }
        JsonValue schema = new SchemaReader(document).read(parameter.path("schema"));
        JsonValue described = schema instanceof JsonObject object ? ToolDraft.described(object, parameter) : schema;
        if (!draft.add(name, described)) {
            throw new UnusableOperationException("two of its parameters are called '" + name + "'; rename one");
        }
        if (parameter.path("required").asBoolean()) {
            draft.require(name);
        }
        return name;
    }

    private static RpcMethod.Passing passing(JsonNode method) throws UnusableOperationException {
        String structure = method.path("paramStructure").asText("either");
        return switch (structure) {
            case "by-name", "either" -> RpcMethod.Passing.BY_NAME;
            case "by-position" -> RpcMethod.Passing.BY_POSITION;
            default ->
                throw new UnusableOperationException(
                        "its 'paramStructure' is 'by-name', 'by-position' or 'either'; correct it");
        };
    }

    private Map<String, String> headers() throws UnusableOperationException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : document.member(HEADERS).properties()) {
            String name = header.getKey();
            boolean own = name.equalsIgnoreCase(settings.idempotencyHeader())
                    || name.equalsIgnoreCase("accept")
                    || settings.credential().headers().keySet().stream().anyMatch(name::equalsIgnoreCase);
            if (own || !HeaderRules.isName(name) || HeaderRules.isReserved(name)) {
                throw new UnusableOperationException(
                        "'" + HEADERS + "' has '" + name + "', a header that no document may set; remove it");
            }
            if (!header.getValue().isTextual()
                    || !HeaderRules.isValue(header.getValue().textValue())) {
                throw new UnusableOperationException("'" + HEADERS + "' needs a text for '" + name
                        + "', printable ASCII on one line; put it in quotes");
            }
            headers.put(name, header.getValue().textValue());
        }
        return headers;
    }
}
