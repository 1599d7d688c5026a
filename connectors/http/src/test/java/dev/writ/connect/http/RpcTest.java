package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.http.RecordingServer.Answer;
import dev.writ.connect.http.RecordingServer.Request;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire to a service that speaks JSON-RPC, and what its answers mean. */
final class RpcTest {

    private static final String REFUND = "{\"customer\":\"c1\",\"amount\":18.10}";

    private final RecordingServer server = new RecordingServer();
    private final OpenConnector open =
            OpenConnector.ofRpc(server.url("/rpc"), settings -> settings.idempotentOperations(Set.of("listRefunds")));

    @AfterEach
    void close() {
        open.close();
        server.close();
    }

    private Request sent(String tool, String arguments) {
        open.call(tool, arguments);
        return server.onlyRequest();
    }

    private static JsonObject message(Request request) {
        return (JsonObject) JsonValue.parse(request.body());
    }

    /** What becomes of a call that is answered with that, where ID is the id of its request. */
    private ToolResult answered(int status, String body) {
        server.answersWith(request -> Answer.json(
                status, body.replace("ID", message(request).text("id").orElseThrow())));
        return open.call("refund_create", REFUND);
    }

    private static void assertUnknown(ToolResult result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        OutcomeUnknown.class,
                        unknown -> assertThat(unknown.reason())
                                .endsWith("find out whether it was done before trying again"));
    }

    @Test
    void eachMethodIsATool() {
        assertThat(open.connector.tools())
                .extracting(tool -> tool.name().value())
                .containsExactly("billing.balance_at", "billing.list_refunds", "billing.ping", "billing.refund_create");
        assertThat(open.tool("refund_create").description()).isEqualTo("Refunds a charge");
        assertThat(open.tool("refund_create").inputSchema().object("properties").orElseThrow())
                .isEqualTo(JsonValue.parse("""
                        {"amount":{"description":"In euros","minimum":0,"type":"number"},"customer":{"type":"string"},
                        "destination":{"additionalProperties":false,"properties":{"card":{"type":"string"}},"type":"object"}}
                        """));
        assertThat(open.tool("refund_create")
                        .inputSchema()
                        .array("required")
                        .orElseThrow()
                        .texts())
                .containsExactly("amount", "customer");
    }

    @Test
    void aCallIsARequestToTheBaseUrlWithTheArgumentsByName() {
        Permit permit = open.permit("refund_create", REFUND, Duration.ofSeconds(20));
        open.call(permit);

        Request request = server.onlyRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/rpc");
        assertThat(request.header("Content-type")).containsExactly("application/json");
        assertThat(request.header("Rpc-version")).containsExactly("2");
        assertThat(request.header("Writ-call-id")).containsExactly(permit.call().toString());
        assertThat(request.body())
                .isEqualTo(
                        "{\"id\":\"" + permit.call()
                                + "\",\"jsonrpc\":\"2.0\",\"method\":\"refund/create\",\"params\":{\"amount\":18.1,\"customer\":\"c1\"}}");
    }

    @ParameterizedTest
    @CsvSource({"'',/", "/,/", "/rpc,/rpc", "/rpc/,/rpc/"})
    void theBaseUrlIsCalledAsItIs(String path, String target) {
        try (OpenConnector other = OpenConnector.ofRpc(server.url(path), settings -> settings)) {
            other.call("ping", "{}");
        }
        assertThat(server.onlyRequest().target()).isEqualTo(target);
    }

    @Test
    void aMethodWithoutParametersIsCalledWithoutAny() {
        assertThat(message(sent("ping", "{}")).members()).containsOnlyKeys("id", "jsonrpc", "method");
    }

    @Test
    void argumentsGoByPositionWhereTheDocumentSaysSo() {
        assertThat(message(sent("balance_at", "{\"day\":\"today\",\"customer\":\"c1\"}"))
                        .get("params"))
                .contains(JsonValue.parse("[\"c1\",\"today\"]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"customer\":\"c1\",\"currency\":\"EUR\"}", "{\"customer\":\"c1\",\"id\":\"other\"}"})
    void nothingIsSentThatWouldSaySomethingElse(String arguments) {
        assertThat(open.call("balance_at", arguments))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.reason()).endsWith("nothing was sent"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aResultWithTheIdOfTheRequestIsASuccess() {
        ToolResult result = answered(200, "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":{\"refund\":\"r1\"}}");

        assertThat(result)
                .isInstanceOfSatisfying(
                        Succeeded.class,
                        succeeded -> assertThat(succeeded.value()).isEqualTo(JsonValue.parse("{\"refund\":\"r1\"}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":null,\"error\":null}"
            })
    void aResultMayBeNull(String body) {
        assertThat(answered(200, body))
                .isInstanceOfSatisfying(
                        Succeeded.class,
                        succeeded -> assertThat(succeeded.value()).isSameAs(JsonNull.NULL));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 404, 500, 503})
    void anErrorIsAFailureWithItsCodeAndMessageWhateverTheStatus(int status) {
        ToolResult result = answered(
                status,
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":null,"
                        + "\"error\":{\"code\":-32001,\"message\":\"no such charge\",\"data\":[1]}}");

        assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.reason())
                    .isEqualTo("the tool answered with the JSON-RPC error -32001; its message may say what to change");
            assertThat(failed.value())
                    .contains(JsonValue.parse("{\"code\":-32001,\"message\":\"no such charge\",\"data\":[1]}"));
        });
    }

    @Test
    void aRequestThatTheServerCouldNotReadIsAFailureWithoutAnId() {
        assertThat(answered(200, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"?\"}}"))
                .isInstanceOf(Failed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "done",
                "{}",
                "[{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1}]",
                "{\"id\":\"ID\",\"result\":1}",
                "{\"jsonrpc\":\"1.0\",\"id\":\"ID\",\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"another\",\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"method\":\"x\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1,\"error\":{\"code\":1,\"message\":\"?\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":\"no\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":{\"code\":1.5,\"message\":\"?\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":{\"code\":1}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"another\",\"error\":{\"code\":-32600,\"message\":\"?\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32603,\"message\":\"?\"}}",
                "data: {\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1}"
            })
    void anAnswerThatIsNoneToTheRequestLeavesTheOutcomeUnknown(String body) {
        assertUnknown(answered(200, body));
    }

    @Test
    void aResultWithAStatusOfFailureLeavesTheOutcomeUnknown() {
        assertUnknown(answered(500, "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 504})
    void aServerInBetweenLeavesTheOutcomeUnknown(int status) {
        assertThat(answered(status, "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":{\"code\":1,\"message\":\"?\"}}"))
                .isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void aStatusOfFailureWithAnythingElseIsTheFailure() {
        assertThat(answered(401, "{\"error\":\"who are you?\"}")).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.reason()).contains("status 401");
            assertThat(failed.value()).contains(JsonValue.parse("{\"error\":\"who are you?\"}"));
        });
    }

    @Test
    void aRepeatedRequestHasTheSameIdAndKey() {
        server.answersInTurn(Answer.json(503, ""), Answer.json(503, ""), Answer.json(200, "{}"));
        open.call("list_refunds", "{\"customer\":\"c1\"}");

        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests())
                .extracting(request -> List.of(message(request).get("id"), request.header("Idempotency-key")))
                .containsOnly(List.of(
                        message(server.requests().get(0)).get("id"),
                        server.requests().get(0).header("Idempotency-key")));
        assertThat(message(server.requests().get(0)).get("id")).isNotEqualTo(Optional.empty());
    }
}
