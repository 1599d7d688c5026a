package dev.writ.connect.http;

import static dev.writ.connect.http.Catalogs.problemsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.net.Credential;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which operations become which tools. */
final class OperationCatalogTest {

    private static final String RESPONSES = "responses: {'200': {description: ok}}";

    private static String document(String item) {
        return Documents.withOperation("3.0.3", "/a/{p}", item, "{}");
    }

    private static String withParameter(String parameter) {
        return Documents.withOperation(
                "3.0.3", "/a", "{get: {operationId: get, parameters: [" + parameter + "], " + RESPONSES + "}}", "{}");
    }

    /** The reason why the document's only operation is no tool. */
    private static String reason(String document) {
        assertThat(problemsOf(document)).hasSize(1);
        return problemsOf(document).get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "get, c.get",
        "listOpenRefunds, c.list_open_refunds",
        "createHTTPRefund, c.create_http_refund",
        "getV2Item, c.get_v2_item",
        "customers.list-all, c.customers.list-all",
        "snake_case, c.snake_case"
    })
    void namesToolsAfterTheirOperationId(String id, String name) {
        String document =
                Documents.withOperation("3.0.3", "/a", "{get: {operationId: " + id + ", " + RESPONSES + "}}", "{}");
        assertThat(Catalogs.of(document).definitions())
                .extracting(tool -> tool.name().value())
                .containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "operationId: 'get refund',", "operationId: 'r\u00e9fund',", "operationId: '_x',"})
    void skipsAnOperationWithoutAUsableId(String id) {
        assertThat(reason(Documents.withOperation("3.0.3", "/a", "{get: {" + id + RESPONSES + "}}", "{}")))
                .contains("no 'operationId' of letters, digits");
    }

    @Test
    void skipsAnOperationWhoseNameIsTooLong() {
        String document = Documents.withOperation(
                "3.0.3", "/a", "{get: {operationId: " + "x".repeat(127) + ", " + RESPONSES + "}}", "{}");
        assertThat(reason(document)).contains("too long for a tool's name");
    }

    @Test
    void refusesTwoToolsOfOneName() {
        String document = Documents.withOperation(
                "3.0.3",
                "/a",
                "{get: {operationId: getItem, " + RESPONSES + "}, put: {operationId: get_item, " + RESPONSES + "}}",
                "{}");
        assertThat(problemsOf(document))
                .containsExactly("PUT /a (get_item): it would be called 'c.get_item' like 'getItem';"
                        + " change one 'operationId'");
    }

    @Test
    void describesToolsInTheDocumentsWords() {
        ToolDefinition described = Catalogs.of(Documents.withOperation(
                        "3.0.3",
                        "/a",
                        "{get: {operationId: get, summary: Short., description: And long., " + RESPONSES + "}}",
                        "{}"))
                .definitions()
                .get(0);
        assertThat(described.description()).isEqualTo("Short.\n\nAnd long.");
        assertThat(described.connector()).isEqualTo("c");
    }

    @Test
    void takesNoMethodForIdempotentByItself() {
        String item = "{get: {operationId: a, %1$s}, put: {operationId: b, %1$s}, delete: {operationId: c, %1$s}}";
        String document = Documents.withOperation("3.0.3", "/a", item.formatted(RESPONSES), "{}");
        assertThat(Catalogs.of(document).definitions()).hasSize(3).noneMatch(ToolDefinition::idempotent);
    }

    @Test
    void refusesADeclarationForAnOperationThatIsNotThere() {
        String document = Documents.withOperation("3.0.3", "/a", "{get: {operationId: a, " + RESPONSES + "}}", "{}");
        assertThat(problemsOf(document, settings -> settings.idempotentOperations(Set.of("a", "b"))))
                .containsExactly(
                        "b: it is declared idempotent, and there is no such 'operationId'; correct the declaration");
    }

    @Test
    void skipsWhatItCannotSendAndSaysWhy() {
        String item = "{get: {operationId: a, %1$s}, head: {operationId: h, %1$s}, post: {operationId: up, %1$s,"
                + " requestBody: {content: {multipart/form-data: {schema: {type: object}}}}}}";
        OperationCatalog catalog = Catalogs.of(Documents.withOperation("3.0.3", "/a", item.formatted(RESPONSES), "{}"));
        assertThat(catalog.definitions()).hasSize(1);
        assertThat(catalog.skipped())
                .extracting(DocumentProblem::toString)
                .containsExactlyInAnyOrder(
                        "HEAD /a (h): no tool has this method",
                        "POST /a (up): its body is not 'application/json' with a schema; Writ sends no other");
    }

    @Test
    void skipsAnOperationThatGoesToAnotherServer() {
        assertThat(reason(Documents.withOperation(
                        "3.0.3",
                        "/a",
                        "{servers: [{url: 'https://evil.example'}], get: {operationId: get, " + RESPONSES + "}}",
                        "{}")))
                .contains("'servers' of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "/a/./b", "/a?x=1", "/a#b", "/a/{p}/{p}", "/a%2Fb", "/a b", "/a/{p"})
    void skipsAPathThatIsNotPlain(String path) {
        String item = "{get: {operationId: get, parameters: [{name: p, in: path, required: true, schema: {type:"
                + " string}}], " + RESPONSES + "}}";
        assertThat(problemsOf(Documents.withOperation("3.0.3", "'" + path + "'", item, "{}")))
                .isNotEmpty();
    }

    @Test
    void skipsAPathWhoseParametersAreNotDeclared() {
        assertThat(problemsOf(document("{get: {operationId: get, " + RESPONSES + "}}")))
                .isNotEmpty();
    }

    @Test
    void letsAnOperationOverrideAParameterOfItsPath() {
        JsonObject schema =
                Catalogs.schemaOf(document("{parameters: [{name: p, in: path, required: true, schema: {type: string}},"
                        + " {name: q, in: query, schema: {type: string}}], get: {operationId: get, parameters: [{name: q,"
                        + " in: query, required: true, schema: {type: integer}}], " + RESPONSES + "}}"));
        assertThat(schema.toJson())
                .isEqualTo("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
                        + "\"additionalProperties\":false,\"properties\":{\"p\":{\"type\":\"string\"},"
                        + "\"q\":{\"type\":\"integer\"}},\"required\":[\"p\",\"q\"],\"type\":\"object\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: q, in: query, style: deepObject, schema: {type: object}}",
                "{name: q, in: query, schema: {type: object}}",
                "{name: q, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}",
                "{name: q, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}",
                "{name: q, in: query, schema: {}}",
                "{name: q, in: query, content: {application/json: {schema: {type: string}}}}",
                "{name: X-A, in: header, schema: {type: array, items: {type: string}}}",
                "{name: q, in: cookie, schema: {type: string}}"
            })
    void skipsAParameterItCannotWrite(String parameter) {
        assertThat(reason(withParameter(parameter))).contains("its parameter '");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "Connection",
                "Cookie",
                "User-Agent",
                "X-Forwarded-For",
                "Proxy-Authorization",
                "Writ-Call-Id",
                "'X Y'"
            })
    void skipsAHeaderThatNoArgumentMaySet(String name) {
        assertThat(reason(withParameter("{name: " + name + ", in: header, schema: {type: string}}")))
                .contains("a header that no argument may set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "accept", "Content-Type", "idempotency-key", "X-Api-Key"})
    void leavesOutHeadersThatTheConnectorSends(String name) {
        OperationCatalog catalog = OperationCatalog.read(
                        HttpConnectorSettings.of(
                                        "c",
                                        URI.create("https://example.com"),
                                        withParameter("{name: " + name
                                                + ", in: header, required: true, schema: {type: string}}"))
                                .credential(Credential.header("x-api-key", "0123456789"))
                                .build(),
                        new ArrayList<>())
                .orElseThrow();
        assertThat(catalog.definitions().get(0).inputSchema().object("properties"))
                .contains(JsonObject.empty());
    }

    @Test
    void skipsTwoParametersOfOneName() {
        assertThat(reason(withParameter("{name: q, in: query, schema: {type: string}},"
                        + " {name: q, in: header, schema: {type: string}}")))
                .contains("two of its parameters are called 'q'");
    }

    @Test
    void keepsABodyTogetherThatHasAMemberCalledLikeAParameter() {
        String item =
                "{put: {operationId: put, parameters: [{name: p, in: path, required: true, schema: {type: string}}],"
                        + " requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {p:"
                        + " {type: string}, q: {type: string}}}}}}, " + RESPONSES + "}}";
        JsonObject schema = Catalogs.schemaOf(document(item));
        assertThat(schema.object("properties").orElseThrow().members()).containsOnlyKeys("p", "body");
        assertThat(schema.array("required").orElseThrow().texts()).containsExactly("body", "p");
    }

    @Test
    void skipsAParameterCalledLikeTheBody() {
        String item = "{post: {operationId: p, parameters: [{name: body, in: query, schema: {type: string}}],"
                + " requestBody: {content: {application/json: {schema: {type: string}}}}, " + RESPONSES + "}}";
        assertThat(reason(Documents.withOperation("3.0.3", "/a", item, "{}")))
                .contains("its parameter 'body' has the name of the argument for the body");
    }

    @Test
    void listsToolsByName() {
        String item = "{get: {operationId: z, %1$s}, put: {operationId: a, %1$s}, delete: {operationId: m, %1$s}}";
        List<ToolDefinition> tools = Catalogs.of(
                        Documents.withOperation("3.0.3", "/a", item.formatted(RESPONSES), "{}"))
                .definitions();
        assertThat(tools).extracting(tool -> tool.name().value()).containsExactly("c.a", "c.m", "c.z");
    }
}
