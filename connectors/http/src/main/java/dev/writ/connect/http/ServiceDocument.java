package dev.writ.connect.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import io.swagger.v3.parser.util.DeserializationUtils;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;

/**
 * A valid OpenAPI document, or one of OpenRPC, as a tree. References are followed inside the document only: nothing is ever fetched,
 * from the network or from a file.
 *
 * @see <a href="https://spec.open-rpc.org/">OpenRPC</a>
 */
final class ServiceDocument {

    private static final int MAX_CHARS = 3 * 1024 * 1024;
    private static final int MAX_HOPS = 16;
    private static final String LOCAL = "#/";
    private static final String RPC = "openrpc";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonNode root;

    private ServiceDocument(JsonNode root) {
        this.root = root;
    }

    /** The document, or the problems it has; a problem means that there is no document. */
    static Optional<ServiceDocument> read(String text, List<DocumentProblem> problems) {
        List<String> found = new ArrayList<>();
        Optional<JsonNode> tree = text.length() > MAX_CHARS ? tooLong(found) : tree(text, found);
        tree.ifPresent(root -> validate(root, found));
        found.forEach(problem -> problems.add(new DocumentProblem("document", problem)));
        return tree.filter(root -> found.isEmpty()).map(ServiceDocument::new);
    }

    private static Optional<JsonNode> tooLong(List<String> problems) {
        problems.add("it is longer than " + MAX_CHARS + " characters; register only the operations that agents need");
        return Optional.empty();
    }

    private static Optional<JsonNode> tree(String text, List<String> problems) {
        try {
            JsonNode tree = text.stripLeading().startsWith("{") ? JSON.readTree(text) : yaml(text, problems);
            if (tree != null && tree.isObject()) {
                return Optional.of(tree);
            }
            if (problems.isEmpty()) {
                problems.add("it is neither a JSON object nor a YAML mapping");
            }
        } catch (JsonProcessingException malformed) {
            problems.add("it is not JSON: " + malformed.getOriginalMessage() + " at line "
                    + malformed.getLocation().getLineNr());
        }
        return Optional.empty();
    }

    private static JsonNode yaml(String text, List<String> problems) {
        SwaggerParseResult result = new SwaggerParseResult();
        try {
            if (hasAlias(text)) {
                problems.add("it uses YAML aliases ('*name'); write out what they stand for");
                return JSON.nullNode();
            }
            return DeserializationUtils.readYamlTree(text, options(), result);
        } catch (RuntimeException malformed) {
            problems.add("it is not YAML: " + malformed.getMessage());
            return JSON.nullNode();
        } finally {
            if (result.getMessages() != null) {
                problems.addAll(result.getMessages());
            }
        }
    }

    /** A few aliases of aliases would fill the memory, and time would be lost before a limit stopped them. */
    private static boolean hasAlias(String text) {
        for (Event event : new Yaml().parse(new StringReader(text))) {
            if (event instanceof AliasEvent) {
                return true;
            }
        }
        return false;
    }

    private static void validate(JsonNode root, List<String> problems) {
        if (root.has(RPC)) {
            validateRpc(root, problems);
        } else {
            validateApi(root, problems);
        }
    }

    private static void validateRpc(JsonNode root, List<String> problems) {
        if (!root.path(RPC).asText().startsWith("1.")) {
            problems.add("'openrpc' must be 1.x; convert the document first");
        }
        if (root.has("openapi")) {
            problems.add("it has both 'openrpc' and 'openapi'; remove one");
        }
        if (!root.path("methods").isArray()) {
            problems.add("'methods' must be a list");
        }
    }

    private static void validateApi(JsonNode root, List<String> problems) {
        String version = root.path("openapi").asText();
        if (!version.startsWith("3.0.") && !version.startsWith("3.1.")) {
            problems.add("'openapi' must be 3.0.x or 3.1.x; convert the document first");
            return;
        }
        List<String> messages =
                new OpenAPIV3Parser().parseJsonNode(null, root, options()).getMessages();
        if (messages != null) {
            problems.addAll(messages);
        }
    }

    private static ParseOptions options() {
        ParseOptions options = new ParseOptions();
        options.setResolve(false);
        options.setValidateExternalRefs(false);
        return options;
    }

    /** In OpenAPI 3.0 a schema is a dialect of its own; from 3.1 on it is JSON Schema 2020-12. */
    boolean isVersion30() {
        return root.path("openapi").asText().startsWith("3.0.");
    }

    /** Its methods are called by JSON-RPC 2.0, all at one address. */
    boolean isRpc() {
        return root.has(RPC);
    }

    /** The document's own member of that name. */
    JsonNode member(String name) {
        return root.path(name);
    }

    JsonNode paths() {
        return root.path("paths");
    }

    /** The node itself, or what it refers to. */
    JsonNode resolve(JsonNode node) throws UnusableOperationException {
        JsonNode current = node;
        for (int hop = 0; hop < MAX_HOPS; hop++) {
            if (!current.path("$ref").isTextual()) {
                return current;
            }
            current = target(current.path("$ref").textValue());
        }
        throw new UnusableOperationException("a reference leads to a reference without end; write it out");
    }

    /** What a reference points at. */
    JsonNode target(String reference) throws UnusableOperationException {
        if (!reference.startsWith(LOCAL)) {
            throw new UnusableOperationException(
                    "it refers to '" + reference + "' outside the document; bundle the document into one first");
        }
        JsonNode target = root.at(reference.substring(1));
        if (target.isMissingNode()) {
            throw new UnusableOperationException("it refers to '" + reference + "', which is not there; add it");
        }
        return target;
    }
}
