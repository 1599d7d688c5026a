package dev.writ.connect.http;

import static dev.writ.connect.http.Catalogs.problemsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.net.Credential;
import dev.writ.model.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which OpenRPC documents, and which methods of theirs, become tools. */
final class RpcDocumentTest {

    private static String document(String more, String methods) {
        return "openrpc: 1.3.2\ninfo: {title: t, version: '1'}\n" + more + "\nmethods: " + methods;
    }

    private static String reason(String methods) {
        assertThat(problemsOf(document("", methods))).hasSize(1);
        return problemsOf(document("", methods)).get(0);
    }

    @Test
    void takesJsonAsWellAsYaml() {
        String json = "{\"openrpc\":\"1.2.6\",\"methods\":[{\"name\":\"get\",\"params\":[]}]}";
        assertThat(Catalogs.of(json).definitions())
                .isEqualTo(
                        Catalogs.of(document("", "[{name: get, params: []}]")).definitions());
    }

    @ParameterizedTest
    @CsvSource({
        "SendMessage, c.send_message",
        "message/send, c.message_send",
        "eth_getBalance, c.eth_get_balance",
        "rpc.discover, c.rpc.discover"
    })
    void namesToolsAfterTheirMethod(String name, String tool) {
        assertThat(Catalogs.of(document("", "[{name: " + name + ", params: []}]"))
                        .definitions())
                .extracting(definition -> definition.name().value())
                .containsExactly(tool);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "openrpc: '2.0'|'openrpc' must be 1.x",
                "openrpc: 1.3.2~openapi: 3.1.0~methods: []|both 'openrpc' and 'openapi'",
                "openrpc: 1.3.2|'methods' must be a list",
                "openrpc: 1.3.2~methods: []|none of its operations can be a tool"
            })
    void saysWhatIsWrongWithADocument(String text, String problem) {
        assertThat(problemsOf(text.replace('~', '\n'))).anyMatch(found -> found.contains(problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{params: []}|no 'name' of letters",
                "{name: 'a b', params: []}|no 'name' of letters",
                "{name: a, servers: [{url: x}], params: []}|'servers' of its own",
                "{name: a, params: [{schema: {type: string}}]}|needs a 'name' and a 'schema'",
                "{name: a, params: [{name: b}]}|needs a 'name' and a 'schema'",
                "{name: a, params: [{name: b, schema: {}}, {name: b, schema: {}}]}|two of its parameters are called 'b'",
                "{name: a, params: [{name: b, schema: {not: {}}}]}|which Writ does not translate",
                "{name: a, params: [{name: b, schema: {items: [{}, {}]}}]}|something in it that is no schema",
                "{name: a, params: [{name: b, schema: {$ref: 'other.yaml#/B'}}]}|outside the document",
                "{name: a, paramStructure: by-luck, params: []}|'by-name', 'by-position' or 'either'"
            })
    void saysWhyAMethodIsNoTool(String method, String why) {
        assertThat(reason("[" + method + "]")).contains(why);
    }

    @Test
    void refusesTwoToolsOfOneName() {
        assertThat(problemsOf(document("", "[{name: a/b, params: []}, {name: a_b, params: []}]")))
                .containsExactly("method a_b: it would be called 'c.a_b' like 'a/b'; change one 'name'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "Host", "Content-Type", "Accept", "Writ-Permit", "X-Key", "a b"})
    void aDocumentSetsNoHeaderThatIsNotItsOwn(String header) {
        String document = document("x-headers: {'" + header + "': x}", "[{name: a, params: []}]");
        assertThat(problemsOf(document, settings -> settings.credential(Credential.header("X-Key", "secret-secret"))))
                .singleElement()
                .asString()
                .contains("a header that no document may set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "''", "\"a\\nb\"", "[a]"})
    void aHeaderIsAText(String value) {
        assertThat(problemsOf(document("x-headers: {V: " + value + "}", "[{name: a, params: []}]")))
                .singleElement()
                .asString()
                .contains("needs a text for 'V'");
    }

    @Test
    void aMethodMayBeReferredTo() {
        String document = "components: {x-methods: {A: {name: a, params: []}}}";
        assertThat(Catalogs.of(document(document, "[{$ref: '#/components/x-methods/A'}]"))
                        .definitions())
                .extracting(definition -> definition.name().value())
                .containsExactly("c.a");
    }

    @Test
    void whatIsDeclaredIdempotentMustBeThere() {
        assertThat(problemsOf(
                        document("", "[{name: tasks/get, params: []}]"),
                        settings -> settings.idempotentOperations(Set.of("tasks_get"))))
                .containsExactly(
                        "tasks_get: it is declared idempotent, and there is no such 'name'; correct the declaration");
    }

    @Test
    void argumentsAreClosed() {
        JsonObject schema = Catalogs.schemaOf(document("", "[{name: a, params: [{name: b, schema: {type: string}}]}]"));
        assertThat(schema.isTrue("additionalProperties")).isFalse();
        assertThat(schema.get("additionalProperties")).isPresent();
    }
}
