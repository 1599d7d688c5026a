package dev.writ.connect.http;

import static dev.writ.connect.http.Catalogs.problemsOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which documents are taken at all. */
final class ServiceDocumentTest {

    private static final String GET = "{get: {operationId: get, responses: {'200': {description: ok}}}}";

    @Test
    void takesJsonAsWellAsYaml() {
        String json = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"t\",\"version\":\"1\"},\"paths\":{\"/a\":{\"get\":"
                + "{\"operationId\":\"get\",\"responses\":{\"200\":{\"description\":\"ok\"}}}}}}";
        String yaml = Documents.withOperation("3.1.0", "/a", GET, "{}");
        assertThat(Catalogs.of(json).definitions()).isEqualTo(Catalogs.of(yaml).definitions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hello", "- 1", "{", "{\"a\":1,\"a\":2}", "[1]", "a: b: c", "!!java.net.URL [http://a]", "\t"
            })
    void saysThatATextIsNoDocument(String text) {
        assertThat(problemsOf(text)).isNotEmpty();
    }

    @Test
    void refusesTwoEntriesOfOneName() {
        assertThat(problemsOf(
                        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a: " + GET + "\n  /a: " + GET))
                .anyMatch(problem -> problem.contains("/a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"swagger: '2.0'", "openapi: 3.2.0", "openapi: '2'", "title: t"})
    void refusesOtherVersions(String line) {
        assertThat(problemsOf(line + "\ninfo: {title: t, version: '1'}\npaths: {}"))
                .containsExactly("document: 'openapi' must be 3.0.x or 3.1.x; convert the document first");
    }

    @ParameterizedTest
    @CsvSource({"3.0.3", "3.1.0"})
    void saysWhatIsWrongWithAnInvalidDocument(String version) {
        String document = "openapi: " + version + "\ninfo: {title: t}\npaths: {/a: {get: {operationId: get}}}";
        assertThat(problemsOf(document)).anyMatch(problem -> problem.contains("info.version is missing"));
    }

    @Test
    void refusesADocumentWithoutAnyTool() {
        assertThat(problemsOf("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}"))
                .singleElement()
                .asString()
                .contains("none of its operations can be a tool");
    }

    @Test
    void refusesADocumentThatGrowsWithoutEnd() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(10, "*a" + (i - 1)))));
        }
        assertThat(problemsOf(bomb.toString()))
                .containsExactly("document: it uses YAML aliases ('*name'); write out what they stand for");
    }

    @Test
    void refusesADocumentThatIsTooLong() {
        assertThat(problemsOf("#".repeat(3 * 1024 * 1024 + 1)))
                .singleElement()
                .asString()
                .contains("longer than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0.3", "3.1.0"})
    void fetchesNothing(String version) {
        try (RecordingServer server = new RecordingServer()) {
            String reference = "{$ref: '" + server.url("/schema.yaml") + "#/X'}";
            assertThat(problemsOf(withReferences(version, reference)))
                    .singleElement()
                    .asString()
                    .contains("outside the document; bundle the document into one first");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0.3", "3.1.0"})
    void readsNoFile(String version, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("schema.yaml"), "X: {type: string, description: leaked}");
        for (String address : new String[] {file.toString(), file.toUri().toString(), "./schema.yaml"}) {
            assertThat(problemsOf(withReferences(version, "{$ref: '" + address + "#/X'}")))
                    .singleElement()
                    .asString()
                    .contains("outside the document")
                    .doesNotContain("leaked");
        }
    }

    /** Everywhere a reference may stand on the way to a tool, and in an answer, which no tool needs. */
    private static String withReferences(String version, String reference) {
        return """
                openapi: %1$s
                info: {title: t, version: '1'}
                paths:
                  /item: %2$s
                  /parameter:
                    get: {operationId: a, parameters: [%2$s], responses: {'200': {description: ok}}}
                  /schema:
                    get:
                      operationId: b
                      parameters: [{name: q, in: query, schema: %2$s}]
                      responses: {'200': {description: ok}}
                  /body:
                    post: {operationId: c, requestBody: %2$s, responses: {'200': %2$s}}
                """.formatted(version, reference);
    }
}
