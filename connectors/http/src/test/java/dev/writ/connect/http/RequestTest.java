package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.http.RecordingServer.Answer;
import dev.writ.connect.http.RecordingServer.Request;
import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire for which arguments. */
final class RequestTest {

    private static final String REFUND = "{\"customer\":\"c1\",\"amount\":18.10,\"charge\":\"ch/1\"}";

    private final RecordingServer server = new RecordingServer();
    private final OpenConnector open =
            new OpenConnector(server.url("/api/"), settings -> settings.idempotentOperations(Set.of("createRefund")));

    @AfterEach
    void close() {
        open.close();
        server.close();
    }

    private Request sent(String tool, String arguments) {
        open.call(tool, arguments);
        return server.onlyRequest();
    }

    private void assertNothingSent(String tool, String arguments) {
        ToolResult result = open.call(tool, arguments);
        assertThat(result)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.reason()).endsWith("nothing was sent"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void putsEachArgumentWhereTheDocumentSays() {
        Request request = sent(
                "create_refund",
                "{\"customer\":\"c1\",\"dryRun\":true,\"X-Tenant\":\"eu\",\"amount\":18.10,\"charge\":\"ch/1\","
                        + "\"destination\":{\"card\":\"4242\"}}");
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/api/customers/c1/refunds?dryRun=true");
        assertThat(request.header("X-tenant")).containsExactly("eu");
        assertThat(request.header("Content-type")).containsExactly("application/json");
        assertThat(request.body())
                .isEqualTo("{\"amount\":18.1,\"charge\":\"ch/1\",\"destination\":{\"card\":\"4242\"}}");
    }

    @Test
    void saysWhoIsCallingAndForWhichCall() {
        Permit permit = open.permit("create_refund", REFUND, Duration.ofSeconds(20));
        open.call(permit);
        Request request = server.onlyRequest();
        assertThat(request.header("User-agent")).singleElement().asString().matches("writ/\\d.*");
        assertThat(request.header("Writ-call-id")).containsExactly(permit.call().toString());
        assertThat(request.header("X-api-key")).containsExactly(OpenConnector.CREDENTIAL);
        assertThat(request.header("Host")).containsExactly(server.url("/").getAuthority());
    }

    @Test
    void sendsTheIdempotencyKeyToOperationsDeclaredIdempotent() {
        Permit permit = open.permit("create_refund", REFUND, Duration.ofSeconds(20));
        open.call(permit);
        assertThat(server.onlyRequest().header("Idempotency-key")).containsExactly(permit.idempotencyKey());
    }

    @Test
    void sendsNoIdempotencyKeyToOthers() {
        assertThat(sent("list_refunds", "{\"customer\":\"c1\"}").header("Idempotency-key"))
                .isEmpty();
    }

    @Test
    void sendsNoBodyWhereThereIsNone() {
        Request request = sent("list_refunds", "{\"customer\":\"c1\"}");
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.body()).isEmpty();
        assertThat(request.header("Content-type")).isEmpty();
        assertThat(request.header("Content-length")).isEmpty();
    }

    @Test
    void saysThatABodyIsEmptyWhereOneIsUsual() {
        Request request = sent("close_customer", "{\"customer\":\"c1\"}");
        assertThat(request.body()).isEmpty();
        assertThat(request.header("Content-type")).isEmpty();
        assertThat(request.header("Content-length")).containsExactly("0");
    }

    @Test
    void leavesAnOptionalBodyOut() {
        Request request = sent("annotate_customer", "{\"customer\":\"c1\"}");
        assertThat(request.body()).isEmpty();
        assertThat(request.header("Content-type")).isEmpty();
    }

    @Test
    void sendsAnOptionalBodyIfOneOfItsMembersIsThere() {
        assertThat(sent("annotate_customer", "{\"customer\":\"c1\",\"note\":\"x\"}")
                        .body())
                .isEqualTo("{\"note\":\"x\"}");
    }

    @Test
    void sendsAWholeBodyAsItIs() {
        assertThat(sent("tag_customer", "{\"customer\":\"c1\",\"body\":[\"a\",\"b\"]}")
                        .body())
                .isEqualTo("[\"a\",\"b\"]");
    }

    @Test
    void writesArraysIntoTheQuery() {
        Request request = sent(
                "list_refunds", "{\"customer\":\"c1\",\"status\":[\"open\",\"done\"],\"tags\":[\"a,b\",\"c&d=e\"]}");
        assertThat(request.target())
                .isEqualTo("/api/customers/c1/refunds?status=open&status=done&tags=a%2Cb,c%26d%3De");
    }

    @Test
    void leavesEmptyArraysOut() {
        assertThat(sent("list_refunds", "{\"customer\":\"c1\",\"status\":[],\"tags\":[]}")
                        .target())
                .isEqualTo("/api/customers/c1/refunds");
    }

    @Test
    void encodesWhatIsNotPlainInPathAndQuery() {
        Request request =
                sent("list_refunds", "{\"customer\":\"a b?c#d;e=\u00e9\",\"tags\":[\"x\\r\\nHost: evil\\u0000#\"]}");
        assertThat(request.target())
                .isEqualTo("/api/customers/a%20b%3Fc%23d%3Be%3D%C3%A9/refunds?tags=x%0D%0AHost%3A%20evil%00%23");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../admin",
                "a/b",
                "/",
                "\\\\",
                "a\\\\..\\\\b",
                "%2e%2e",
                "a%2Fb",
                "a\\u0000",
                "a\\r\\n"
            })
    void sendsNothingForAPathThatLeadsElsewhere(String customer) {
        assertNothingSent("list_refunds", "{\"customer\":\"" + customer + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu\\r\\nX-Admin: yes", "eu\\nX", "eu\\u0000", "", " eu", "\u00fc", "a\\u0085b"})
    void sendsNothingForAHeaderThatWouldBeAnother(String tenant) {
        assertNothingSent(
                "create_refund",
                "{\"customer\":\"c1\",\"amount\":1,\"charge\":\"ch\",\"X-Tenant\":\"" + tenant + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"customer\":null}", "{\"customer\":{}}", "{\"customer\":[\"c1\"]}"})
    void sendsNothingWithoutAPathParameter(String arguments) {
        assertNothingSent("list_refunds", arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"url", "Host", "X-Api-Key", "Idempotency-Key", "id"})
    void sendsNothingForAnArgumentTheToolDoesNotHave(String name) {
        assertNothingSent(
                "create_refund",
                "{\"customer\":\"c1\",\"amount\":1,\"charge\":\"ch\",\"" + name + "\":\"http://127.0.0.1:1/\"}");
    }

    @Test
    void sendsNothingForAnIdempotencyKeyThatIsNoHeader() {
        Permit permit = open.permit("create_refund", REFUND, Duration.ofSeconds(20));
        ToolResult result = open.call(new Permit(
                permit.call(),
                permit.index(),
                permit.tool(),
                permit.arguments(),
                permit.argumentsDigest(),
                permit.definition(),
                "key\r\nX-Admin: yes",
                permit.deadline()));
        assertThat(result).isInstanceOf(Failed.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void writesNumbersExactly() {
        String body = sent(
                        "create_refund",
                        "{\"customer\":\"c1\",\"amount\":9007199254740991,\"charge\":\"0.1\",\"note\":null}")
                .body();
        assertThat(body).isEqualTo("{\"amount\":9007199254740991,\"charge\":\"0.1\",\"note\":null}");
    }

    @Test
    void tellsTheDigestsOfWhatWasSentAndReceived() {
        server.answers(Answer.json(201, "{ \"id\": \"r1\" }").with("Location", "/refunds/r1"));
        ToolResult result = open.call("create_refund", REFUND);
        assertThat(result).isInstanceOfSatisfying(Succeeded.class, succeeded -> {
            assertThat(succeeded.traffic().sent())
                    .contains(Digest.of(server.onlyRequest().body().getBytes(StandardCharsets.UTF_8)));
            assertThat(succeeded.traffic().received())
                    .contains(Digest.of("{ \"id\": \"r1\" }".getBytes(StandardCharsets.UTF_8)));
            assertThat(succeeded.traffic().upstreamId()).contains("/refunds/r1");
        });
    }
}
