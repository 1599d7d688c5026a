package dev.writ.connect.http;

import dev.writ.model.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Documents read as a connector called {@code c} reads them. */
final class Catalogs {

    private Catalogs() {}

    static OperationCatalog of(String document) {
        List<DocumentProblem> problems = new ArrayList<>();
        return OperationCatalog.read(settings(document, settings -> settings), problems)
                .orElseThrow(() -> new AssertionError(problems.toString()));
    }

    static List<String> problemsOf(String document) {
        return problemsOf(document, settings -> settings);
    }

    static List<String> problemsOf(String document, UnaryOperator<HttpConnectorSettings.Builder> change) {
        List<DocumentProblem> problems = new ArrayList<>();
        if (OperationCatalog.read(settings(document, change), problems).isPresent()) {
            throw new AssertionError("the document was accepted");
        }
        return problems.stream().map(DocumentProblem::toString).toList();
    }

    /** The input schema of the only tool. */
    static JsonObject schemaOf(String document) {
        return of(document).definitions().get(0).inputSchema();
    }

    private static HttpConnectorSettings settings(
            String document, UnaryOperator<HttpConnectorSettings.Builder> change) {
        return change.apply(HttpConnectorSettings.of("c", URI.create("https://example.com"), document))
                .build();
    }
}
