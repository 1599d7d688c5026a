package dev.writ.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.model.JsonException;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The operations of a document that became tools, and those that did not.
 *
 * @param skipped each with the reason
 */
record OperationCatalog(Map<ToolName, Operation> operations, List<DocumentProblem> skipped) {

    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
    private static final List<String> OTHER_METHODS = List.of("head", "options", "trace");

    /** The catalog, or the problems the document has as a whole; a problem means that there is no catalog. */
    static Optional<OperationCatalog> read(HttpConnectorSettings settings, List<DocumentProblem> problems) {
        return ServiceDocument.read(settings.document(), problems)
                .map(document -> new Reading(settings, document, problems).catalog())
                .filter(catalog -> problems.isEmpty());
    }

    Optional<Operation> find(ToolName tool) {
        return Optional.ofNullable(operations.get(tool));
    }

    List<ToolDefinition> definitions() {
        return operations.values().stream().map(Operation::definition).toList();
    }

    /** Reads one operation. */
    private interface Source {
        Operation read() throws UnusableOperationException;
    }

    /** One pass over a document. */
    private static final class Reading {
        private final HttpConnectorSettings settings;
        private final ServiceDocument document;
        private final List<DocumentProblem> problems;
        private final Map<ToolName, Operation> operations = new TreeMap<>();
        private final List<DocumentProblem> skipped = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();

        Reading(HttpConnectorSettings settings, ServiceDocument document, List<DocumentProblem> problems) {
            this.settings = settings;
            this.document = document;
            this.problems = problems;
        }

        OperationCatalog catalog() {
            if (document.isRpc()) {
                document.member("methods").forEach(this::method);
            } else {
                document.paths().properties().forEach(path -> item(path.getKey(), path.getValue()));
            }
            requireDeclared();
            if (operations.isEmpty() && problems.isEmpty()) {
                problems.add(new DocumentProblem("document", "none of its operations can be a tool: " + skipped));
            }
            return new OperationCatalog(operations, List.copyOf(skipped));
        }

        private void item(String path, JsonNode node) {
            if (path.startsWith("x-")) {
                return;
            }
            try {
                JsonNode item = document.resolve(node);
                METHODS.stream().filter(item::has).forEach(method -> operation(path, item, method));
                OTHER_METHODS.stream()
                        .filter(item::has)
                        .map(method -> where(path, method, item.path(method)))
                        .forEach(where -> skipped.add(new DocumentProblem(where, "no tool has this method")));
            } catch (UnusableOperationException unusable) {
                skipped.add(new DocumentProblem(path, unusable.reason()));
            }
        }

        private void operation(String path, JsonNode item, String method) {
            JsonNode node = item.path(method);
            String where = where(path, method, node);
            ids.add(node.path("operationId").asText());
            String verb = method.toUpperCase(Locale.ROOT);
            add(where, "operationId", () -> OperationReader.read(settings, document, path, item, verb, node));
        }

        private void method(JsonNode node) {
            add("method " + node.path("name").asText("without name"), "name", () -> {
                JsonNode method = document.resolve(node);
                ids.add(method.path("name").asText());
                return new MethodReader(settings, document).read(method);
            });
        }

        private void add(String where, String naming, Source source) {
            try {
                Operation operation = source.read();
                Operation other = operations.putIfAbsent(operation.definition().name(), operation);
                if (other != null) {
                    problems.add(new DocumentProblem(
                            where,
                            "it would be called '" + operation.definition().name() + "' like '" + other.id()
                                    + "'; change one '" + naming + "'"));
                }
            } catch (UnusableOperationException unusable) {
                skipped.add(new DocumentProblem(where, unusable.reason()));
            } catch (JsonException notUnicode) {
                skipped.add(new DocumentProblem(where, "it holds a text that is not Unicode; correct it"));
            }
        }

        /** The operator's word on an operation that is not there is a mistake that must not pass. */
        private void requireDeclared() {
            Set<String> unknown = new TreeSet<>(settings.idempotentOperations());
            unknown.removeAll(ids);
            for (String id : unknown) {
                problems.add(new DocumentProblem(
                        id,
                        "it is declared idempotent, and there is no such '"
                                + (document.isRpc() ? "name" : "operationId") + "'; correct the declaration"));
            }
        }

        private static String where(String path, String method, JsonNode operation) {
            String id = operation.path("operationId").asText("without operationId");
            return method.toUpperCase(Locale.ROOT) + " " + path + " (" + id + ")";
        }
    }
}
