package dev.writ.gateway.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.TestCertificates;
import dev.writ.gateway.TestIssuer;
import dev.writ.gateway.WritResource;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.token.SignedTokens;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceName;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an Envoy is told that asks over gRPC, with messages that are written and read here without what is under test. */
@WritTest
class EnvoyTest {

    private static final String WEB = "w" + UUID.randomUUID().toString().substring(0, 8);
    private static final Fixture FIXTURE = Bank.shared().fixture();
    private static final Vertx CLIENT = Vertx.vertx();

    private static String bundle = "";

    private final Client agent = FIXTURE.agent("ana");

    @Inject
    EnvoyServer server;

    @BeforeAll
    static void register() {
        FIXTURE.operator
                .post("/v1/connectors", Map.of("name", WEB, "kind", "external", "document", """
                    {"tools": [
                      {"name": "request", "inputSchema": {"type": "object", "properties": {
                        "method": {"type": "string"}, "scheme": {"type": "string"}, "host": {"type": "string"}, "path": {"type": "string"},
                        "query": {"type": "string"}, "headers": {"type": "object", "additionalProperties": {"type": "string"}}}}},
                      {"name": "createIssue", "inputSchema": {"type": "object", "properties": {"title": {"type": "string"}}}}]}
                    """))
                .then()
                .statusCode(201);
        bundle = FIXTURE.activate(WEB, """
            rule "read" when ToolCall( tool == "%1$s.request", text("method") == "GET", text("path") matches "/public/.*" )
            then allow("public"); end
            rule "no query" when ToolCall( tool == "%1$s.request", text("query") == "all=1" ) then deny("not all"); end
            rule "team" when ToolCall( tool == "%1$s.request", text("headers.x-team") == "red" ) then deny("not the red team"); end
            rule "post" when ToolCall( tool == "%1$s.request", text("method") == "POST" )
            then escalate("it writes").to("finance").within("1h"); end
            rule "put" when ToolCall( tool == "%1$s.request", text("method") == "PUT" ) then allow("so").redact("name"); end
            rule "issue" when ToolCall( tool == "%1$s.create_issue", text("title") == "bug" ) then allow("bugs are welcome"); end
            """.formatted(WEB));
    }

    @AfterAll
    static void restore() {
        FIXTURE.deactivate(bundle);
        CLIENT.close();
    }

    /** An answer of the service. */
    private record Told(GrpcStatus grpc, UnknownFieldSet response) {

        boolean allows() {
            return grpc == GrpcStatus.OK
                    && !response.hasField(2)
                    && response.hasField(3)
                    && number(message(response, 1), 1) == 0;
        }

        int status() {
            assertThat(number(message(response, 1), 1)).as("google.rpc.Code").isEqualTo(7);
            return (int) number(message(message(response, 2), 1), 1);
        }

        JsonObject problem() {
            return (JsonObject) JsonValue.parse(texts(message(response, 2), 3).get(0));
        }

        String detail() {
            return problem().text("detail").orElseThrow();
        }

        Map<String, String> headers() {
            Map<String, String> headers = new HashMap<>();
            for (ByteString each :
                    message(response, response.hasField(2) ? 2 : 3).getField(2).getLengthDelimitedList()) {
                UnknownFieldSet header = message(parse(each), 1);
                headers.put(texts(header, 1).get(0), texts(header, 2).get(0));
                assertThat(number(parse(each), 3))
                        .as("OVERWRITE_IF_EXISTS_OR_ADD")
                        .isEqualTo(2);
            }
            return headers;
        }

        List<String> removed() {
            return texts(message(response, 3), 5);
        }
    }

    private static UnknownFieldSet parse(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException broken) {
            throw new AssertionError(broken);
        }
    }

    private static UnknownFieldSet message(UnknownFieldSet in, int number) {
        List<ByteString> all = in.getField(number).getLengthDelimitedList();
        return all.isEmpty() ? UnknownFieldSet.getDefaultInstance() : parse(all.get(0));
    }

    private static long number(UnknownFieldSet in, int number) {
        List<Long> all = in.getField(number).getVarintList();
        return all.isEmpty() ? 0 : all.get(0);
    }

    private static List<String> texts(UnknownFieldSet in, int number) {
        return in.getField(number).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private static UnknownFieldSet.Field field(List<ByteString> values) {
        UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
        values.forEach(field::addLengthDelimited);
        return field.build();
    }

    private static ByteString fields(Map<Integer, ByteString> values) {
        UnknownFieldSet.Builder message = UnknownFieldSet.newBuilder();
        values.forEach((number, value) -> message.addField(number, field(List.of(value))));
        return message.build().toByteString();
    }

    private static UnknownFieldSet.Field map(Map<String, String> entries) {
        List<ByteString> all = new ArrayList<>();
        entries.forEach((key, value) ->
                all.add(fields(Map.of(1, ByteString.copyFromUtf8(key), 2, ByteString.copyFromUtf8(value)))));
        return field(all);
    }

    /** A request on its way through an Envoy. */
    private final class Request {
        private final Map<String, String> headers = new HashMap<>(Map.of("authorization", "Bearer " + agent.key()));
        private final Map<String, String> extensions = new HashMap<>(Map.of("writ-connector", WEB));
        private final String method;
        private final String path;
        private String body = "";
        private String certificate = "";

        Request(String method, String path) {
            this.method = method;
            this.path = path;
        }

        Request header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        Request route(String name, String value) {
            extensions.put(name, value);
            return this;
        }

        /** That the Envoy has checked. */
        Request certificate(String pem) {
            certificate = pem.replace("\n", "%0A").replace(" ", "%20").replace("+", "%2B");
            headers.remove("authorization");
            return this;
        }

        Request body(String text) {
            body = text;
            return this;
        }

        Told sent() {
            return ask(check(), "Bearer " + WritResource.ENVOY_TOKEN);
        }

        ByteString check() {
            ByteString http = UnknownFieldSet.newBuilder()
                    .addField(2, field(List.of(ByteString.copyFromUtf8(method))))
                    .addField(3, map(headers))
                    .addField(4, field(List.of(ByteString.copyFromUtf8(path))))
                    .addField(5, field(List.of(ByteString.copyFromUtf8("API.example.com"))))
                    .addField(6, field(List.of(ByteString.copyFromUtf8("https"))))
                    .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                    .addField(11, field(List.of(ByteString.copyFromUtf8(body))))
                    .build()
                    .toByteString();
            ByteString attributes = UnknownFieldSet.newBuilder()
                    .addField(1, field(List.of(fields(Map.of(5, ByteString.copyFromUtf8(certificate))))))
                    .addField(4, field(List.of(fields(Map.of(2, http)))))
                    .addField(10, map(extensions))
                    .build()
                    .toByteString();
            return fields(Map.of(1, attributes));
        }
    }

    private Told ask(ByteString check, String credential) {
        GrpcClient client = GrpcClient.client(CLIENT);
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> server.port().isPresent());
            int port = server.port().orElseThrow();
            return client.request(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                    .compose(request -> {
                        request.serviceName(ServiceName.create("envoy.service.auth.v3.Authorization"))
                                .methodName("Check");
                        request.headers().set("authorization", credential);
                        // Before anything is sent, so that no answer comes before somebody listens.
                        Promise<Told> told = Promise.promise();
                        request.response().onFailure(told::tryFail).onSuccess(response -> {
                            Buffer all = Buffer.buffer();
                            response.handler(all::appendBuffer);
                            response.exceptionHandler(told::tryFail);
                            response.endHandler(end -> told.tryComplete(
                                    new Told(response.status(), parse(ByteString.copyFrom(all.getBytes())))));
                        });
                        return request.end(Buffer.buffer(check.toByteArray())).compose(sent -> told.future());
                    })
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        } finally {
            client.close();
        }
    }

    private Request mcp(String body) {
        return new Request("POST", "/mcp").route("writ-protocol", "mcp").body(body);
    }

    @Test
    void aRequestIsDecidedByWhatItAsksFor() {
        Told allowed = new Request("GET", "/public/a").sent();

        assertThat(allowed.allows()).isTrue();
        String call = allowed.headers().get("writ-call-id");
        agent.get("/v1/tool-calls/" + call).then().statusCode(200);
        LogEntry entry = FIXTURE.entries("kind=DECIDED&call=" + call).get(0);
        assertThat(FIXTURE.auditor
                        .get("/v1/audit/entries/" + entry.index() + "?inputs=true")
                        .asString())
                .contains("\"host\":\"api.example.com\"", "\"path\":\"/public/a\"", "\"scheme\":\"https\"");
        assertThat(new Request("GET", "/private").sent().status()).isEqualTo(403);
        assertThat(new Request("GET", "/public/a?all=1").sent().detail()).contains("not all");
        assertThat(new Request("GET", "/public/a")
                        .header("x-team", "red")
                        .sent()
                        .detail())
                .contains("not the red team");
    }

    @Test
    void aDenialIsAProblemDocumentThatNamesTheCall() {
        Told denied = new Request("DELETE", "/public/a").sent();

        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.headers())
                .containsEntry("content-type", "application/problem+json")
                .containsKey("writ-call-id");
        assertThat(denied.problem().text("callId")).contains(denied.headers().get("writ-call-id"));
        assertThat(denied.problem().text("type")).contains("urn:writ:problem:denied");
    }

    @Test
    void whatWouldHaveToWaitOrToBeChangedIsNotPassedOn() {
        assertThat(new Request("POST", "/public/a").sent().detail()).contains("it writes");
        assertThat(new Request("PUT", "/public/a").sent().detail()).contains("'redact'");
    }

    @Test
    void whatIsForWritStaysWithIt() {
        Told told = new Request("GET", "/public/a")
                .header("writ-on-behalf-of", "ana")
                .header("writ-call-id", "made-up")
                .sent();

        assertThat(told.allows()).isTrue();
        assertThat(told.removed()).containsExactlyInAnyOrder("authorization", "writ-on-behalf-of");
        assertThat(told.headers().get("writ-call-id")).isNotEqualTo("made-up");
        Told talk = mcp("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                .header("writ-call-id", "made-up")
                .sent();
        assertThat(talk.allows()).isTrue();
        assertThat(talk.removed()).containsExactlyInAnyOrder("authorization", "writ-call-id");
    }

    @Test
    void aCallOfMcpIsThatOfItsTool() {
        String call =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"title\":\"%s\"}}}";

        assertThat(mcp(call.formatted("createIssue", "bug")).sent().allows()).isTrue();
        assertThat(mcp(call.formatted("createIssue", "spam")).sent().status()).isEqualTo(403);
        assertThat(mcp(call.formatted("deleteAll", "bug")).sent().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[{\"method\":\"tools/list\"}]",
                "{\"result\":{}}",
                "{\"method\":\"tools/call\"}",
                "{\"method\":\"tools/call\",\"params\":{\"name\":\"createIssue\",\"arguments\":[]}}",
                "{\"method\":\"tools/call\",\"params\":{\"name\":\"createIssue\",\"arguments\":{\"title\":\"bug\"},\"requestState\":\"s\"}}",
                "{\"method\":\"tools/call\",\"params\":{\"name\":\"createIssue\",\"arguments\":{\"title\":\"bug\"},\"inputResponses\":{}}}",
                "{\"method\":\"tools/call\",\"method\":\"tools/list\"}",
                "{\"method\":\"logging/setLevel\"}",
                "{\"method\":\"resources/read\",\"params\":{\"uri\":\"file:///etc/passwd\"}}"
            })
    void whatNobodyUnderstandsOfMcpIsNotPassedOn(String body) {
        Told told = mcp(body).sent();

        assertThat(told.allows()).isFalse();
        assertThat(told.status()).isIn(400, 404);
    }

    @Test
    void aPartOfABodyIsNoBody() {
        String listing = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

        assertThat(mcp(listing)
                        .header("x-envoy-auth-partial-body", "false")
                        .sent()
                        .allows())
                .isTrue();
        assertThat(mcp(listing)
                        .header("x-envoy-auth-partial-body", "true")
                        .sent()
                        .status())
                .isEqualTo(413);
        assertThat(mcp(listing).header("content-encoding", "gzip").sent().status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/../private",
                "/public/%2e%2e/private",
                "/public/..;/private",
                "/public%2f..%2fprivate",
                "/public//private",
                "/public/a\\..\\b",
                "/public/..",
                "/public/x\u2028/../../private",
                "/public/x\u0085/%2e%2e/private",
                "/public/x\n\n/../private",
                "/public/caf\u00e9",
                "/public/%70rivate",
                "/public/%5Fprivate",
                "/public/a;x",
                "/public/a%3Bx",
                "/public/%252e%252e%252fprivate",
                "/public/%C0%AFprivate",
                "/public/%0a",
                "/public/%zz",
                "/public/%",
                "public",
                "http://other/public/a"
            })
    void aPathThatServersReadInDifferentWaysIsNotPassedOn(String path) {
        assertThat(new Request("GET", path).sent().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/a.b",
                "/public/...",
                "/public/a%20b",
                "/public/caf%C3%A9",
                "/public/100%25",
                "/public/a:b@c"
            })
    void aPathThatAllReadAlikeIsDecided(String path) {
        assertThat(new Request("GET", path).sent().allows()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"create_issue", "CreateIssue", "CREATE_ISSUE", "createI\u017fsue", "mcp.prompt.createIssue"})
    void aNameThatIsNotTheListedOneIsNotDecidedAsIfItWere(String name) {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + name
                + "\",\"arguments\":{\"title\":\"bug\"}}}";

        assertThat(mcp(call).sent().status()).isEqualTo(404);
    }

    @Test
    void nobodyPassesWithoutAKeyOfAnAgent() {
        assertThat(new Request("GET", "/public/a")
                        .header("authorization", "")
                        .sent()
                        .status())
                .isEqualTo(401);
        assertThat(new Request("GET", "/public/a")
                        .header("authorization", "Bearer writ_nobody_0000")
                        .sent()
                        .status())
                .isEqualTo(401);
        assertThat(new Request("GET", "/public/a")
                        .header("authorization", "Bearer " + FIXTURE.author.key())
                        .sent()
                        .status())
                .isEqualTo(403);
        assertThat(new Request("GET", "/public/a")
                        .header("writ-on-behalf-of", "eve")
                        .sent()
                        .status())
                .isEqualTo(403);
        assertThat(mcp("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                        .header("authorization", "")
                        .sent()
                        .status())
                .isEqualTo(401);
    }

    private void register(Map<String, ?> proof) {
        Map<String, Object> asked = new HashMap<>(proof);
        asked.put("principal", agent.name());
        asked.put("roles", List.of("agent"));
        FIXTURE.admin.post("/v1/keys", asked).then().statusCode(201);
    }

    @Test
    void anAccessTokenSaysWhoSendsTheRequestAsItDoesToWritItself() throws JOSEException {
        SignedTokens issuer = TestIssuer.shared();
        String robot = "robot-" + UUID.randomUUID();
        Map<String, Object> claims = issuer.claims(Instant.now(), Map.of("sub", robot, "client_id", robot));
        register(Map.of("token", Map.of("issuer", claims.get("iss"), "client", robot)));
        ECKey key = SignedTokens.newKey("own");
        claims.put("cnf", Map.of("jkt", key.computeThumbprint().toString()));
        String bound = issuer.sign(claims);
        String proof = SignedTokens.proof(key, "GET", "https://api.example.com/public/a", bound);
        claims.remove("cnf");
        String bearer = "Bearer " + issuer.sign(claims);
        claims.put("aud", "https://other.example");

        assertThat(new Request("GET", "/public/a")
                        .header("authorization", bearer)
                        .sent()
                        .allows())
                .isTrue();
        assertThat(FIXTURE.entries("kind=DECIDED&agent=" + agent.name()).get(0).body())
                .containsEntry("assurance", "oidc");
        assertThat(new Request("GET", "/public/a")
                        .header("authorization", "Bearer " + issuer.sign(claims))
                        .sent()
                        .problem()
                        .text("detail")
                        .orElse(""))
                .contains("audience");
        assertThat(new Request("GET", "/public/a")
                        .header("authorization", "Bearer " + bound)
                        .sent()
                        .status())
                .isEqualTo(401);
        Told told = new Request("GET", "/public/a?all=0")
                .header("authorization", "DPoP " + bound)
                .header("dpop", proof)
                .sent();
        assertThat(told.allows()).isTrue();
        assertThat(told.removed()).contains("authorization", "dpop");
        assertThat(new Request("GET", "/public/a")
                        .header("authorization", "DPoP " + bound)
                        .header("dpop", proof)
                        .sent()
                        .status())
                .as("a proof that was used")
                .isEqualTo(401);
    }

    @Test
    void aCertificateThatTheEnvoyHasCheckedSaysWhoSendsTheRequest() {
        TestCertificates.Holder own = TestCertificates.shared().issue("robot");
        register(Map.of("certificate", own.thumbprint()));

        assertThat(new Request("GET", "/public/a").certificate(own.pem()).sent().allows())
                .isTrue();
        assertThat(FIXTURE.entries("kind=DECIDED&agent=" + agent.name()).get(0).body())
                .containsEntry("assurance", "mtls");
        assertThat(new Request("GET", "/public/a")
                        .certificate(TestCertificates.shared().issue("robot").pem())
                        .sent()
                        .status())
                .isEqualTo(403);
        assertThat(new Request("GET", "/public/a")
                        .certificate("")
                        .header("x-forwarded-client-cert", "Cert=\"" + own.pem().replace("\n", "%0A") + "\"")
                        .sent()
                        .status())
                .as("a header is no certificate")
                .isEqualTo(401);
        assertThat(new Request("GET", "/public/a").certificate("broken").sent().status())
                .isEqualTo(400);
    }

    @Test
    void nobodyAsksWithoutBeingAnEnvoy() {
        ByteString check = new Request("GET", "/public/a").check();

        assertThat(ask(check, "Bearer something-else").grpc()).isEqualTo(GrpcStatus.UNAUTHENTICATED);
        assertThat(ask(check, "Bearer " + agent.key()).grpc()).isEqualTo(GrpcStatus.UNAUTHENTICATED);
    }

    @Test
    void whatIsNoQuestionIsDeniedAndInTheLog() {
        assertThat(ask(ByteString.copyFromUtf8("hello"), "Bearer " + WritResource.ENVOY_TOKEN)
                        .status())
                .isEqualTo(400);
        assertThat(new Request("GET", "/public/a")
                        .route("writ-connector", "")
                        .sent()
                        .status())
                .isEqualTo(404);
        assertThat(new Request("GET", "/public/a")
                        .route("writ-protocol", "smtp")
                        .sent()
                        .status())
                .isEqualTo(404);

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(FIXTURE.entries("kind=REJECTED_INPUT&limit=1000"))
                        .extracting(entry -> entry.text("where"))
                        .contains("grpc envoy.service.auth.v3.Authorization/Check"));
    }
}
