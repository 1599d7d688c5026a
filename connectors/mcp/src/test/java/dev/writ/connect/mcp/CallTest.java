package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.Dialogue;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CallTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }

    @ParameterizedTest
    @EnumSource
    void passesOnEveryMemberOfAResult(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> answering.result(
                    "{\"content\":[{\"type\":\"hologram\",\"x\":12345678901234567890}],\"unheardOf\":{\"a\":null}}"));
            assertThat(((Succeeded) open.call("search", "{}")).value())
                    .isEqualTo(json("{\"content\":[{\"type\":\"hologram\",\"x\":\"12345678901234567890\"}],"
                            + "\"unheardOf\":{\"a\":null}}"));
        }
    }

    @Test
    void saysInHeadersWhatIsInTheBodySince20260728() {
        JsonObject tool = TestServer.tool(
                "query",
                "\"inputSchema\":{\"type\":\"object\",\"properties\":{"
                        + "\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
                        + "\"limit\":{\"type\":\"integer\",\"x-mcp-header\":\"Limit\"},"
                        + "\"none\":{\"type\":\"string\",\"x-mcp-header\":\"None\"}}}");
        try (TestServer server = new TestServer(Era.MODERN, tool);
                OpenMcp open = OpenMcp.to(server)) {
            open.call("query", "{\"region\":\"Köln\",\"limit\":42}");
            TestServer.Request call = server.requests("tools/call").get(0);
            assertThat(call.header("MCP-Protocol-Version")).contains("2026-07-28");
            assertThat(call.header("Mcp-Method")).contains("tools/call");
            assertThat(call.header("Mcp-Name")).contains("query");
            assertThat(call.header("Mcp-Param-Region")).contains("=?base64?S8O2bG4=?=");
            assertThat(call.header("Mcp-Param-Limit")).contains("42");
            assertThat(call.header("Mcp-Param-None")).isEmpty();
            assertThat(call.params().object("_meta").orElseThrow().members())
                    .containsKeys(
                            "io.modelcontextprotocol/protocolVersion",
                            "io.modelcontextprotocol/clientInfo",
                            "io.modelcontextprotocol/clientCapabilities",
                            "dev.writ/call");
        }
    }

    @Test
    void beginsAnewAndSendsOnceMoreWhenTheServerHasForgottenTheSession() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.freshness(Duration.ofHours(1)))) {
            open.call("search", "{}");
            server.forgetsSessions();
            assertThat(open.call("search", "{}")).isInstanceOf(Succeeded.class);
            assertThat(server.requests("initialize")).hasSize(2);
            assertThat(server.requests("tools/call").get(2).header("Mcp-Session-Id"))
                    .contains("session-2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"total\":\"many\"}", "null"})
    void dropsAResultThatIsNotWhatTheToolDeclares(String structured) {
        JsonObject tool = TestServer.tool(
                "sum",
                "\"outputSchema\":{\"type\":\"object\",\"properties\":{\"total\":{\"type\":\"number\"}},\"required\":[\"total\"]}");
        try (TestServer server = new TestServer(Era.MODERN, tool);
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) ->
                    answering.result("{\"content\":[],\"structuredContent\":" + structured + "}"));
            Failed failed = (Failed) open.call("sum", "{}");
            assertThat(failed.reason()).contains("its result is not what it declares");
            assertThat(failed.value()).isEmpty();
            server.reacts((request, answering) -> answering.result("{\"content\":[]}"));
            assertThat(((Failed) open.call("sum", "{}")).reason()).contains("it has no structured content");
            server.reacts((request, answering) -> answering.result("{\"structuredContent\":{\"total\":3}}"));
            assertThat(open.call("sum", "{}")).isInstanceOf(Succeeded.class);
        }
    }

    @Test
    void handsOnThatAToolAsksForInputAndWhatIsAnswered() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            String asking = "{\"resultType\":\"input_required\",\"requestState\":\"s1\",\"inputRequests\":{}}";
            server.reacts((request, answering) -> answering.result(asking));
            Failed failed = (Failed) open.call("confirm", "{}");
            assertThat(failed.reason()).isEqualTo("the tool asks for input first");
            assertThat(failed.value()).contains(json(asking));
            server.reacts((request, answering) -> answering.result("{\"content\":[]}"));
            open.call("confirm", "{}", AMPLE, new Caller());
            JsonObject params = server.requests("tools/call").get(1).params();
            assertThat(params.text("requestState")).contains("s1");
            assertThat(params.text("name")).contains("confirm");
            assertThat(params.object("_meta")
                            .orElseThrow()
                            .object("io.modelcontextprotocol/clientCapabilities")
                            .orElseThrow()
                            .members())
                    .containsOnlyKeys("elicitation", "extensions");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"your password?\"}}}",
                "{\"a\":{\"method\":\"roots/list\"},\"b\":{\"method\":\"sampling/createMessage\",\"params\":{}}}",
                "{\"a\":{\"method\":\"something/else\"}}",
                "{\"a\":\"elicitation/create\"}",
                "[]"
            })
    void dropsAnAnswerThatAsksForWhatTheOperatorDoesNotRelay(String questions) {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(new Relay(false, false, true, false)))) {
            server.reacts((request, answering) -> answering.result(
                    "{\"resultType\":\"input_required\",\"requestState\":\"s1\",\"inputRequests\":" + questions + "}"));
            Failed failed = (Failed) open.call("confirm", "{}");
            assertThat(failed.reason()).contains("what is not relayed");
            assertThat(failed.value()).isEmpty();
        }
    }

    @Test
    void handsOnTheQuestionsThatTheOperatorRelays() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(new Relay(false, false, true, false)))) {
            server.reacts((request, answering) -> answering.result(
                    "{\"resultType\":\"input_required\",\"inputRequests\":{\"a\":{\"method\":\"roots/list\"}}}"));
            assertThat(((Failed) open.call("confirm", "{}")).value()).isPresent();
        }
    }

    @Test
    void dropsAnAnswerThatAsksWhereTheRevisionHasNoSuchAnswers() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            server.reacts((request, answering) ->
                    answering.result("{\"resultType\":\"input_required\",\"requestState\":\"s1\"}"));
            assertThat(((Failed) open.call("confirm", "{}")).value()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsOnceMoreAfterAHeaderMismatchOnlyWhereTheNumberMeansThat(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("pay", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> answering.error(-32020, "charged, but the receipt failed"));
            assertThat(open.call("pay", "{}")).isInstanceOf(Failed.class);
            assertThat(server.requests("tools/call")).hasSize(era == Era.MODERN ? 2 : 1);
        }
    }

    @Test
    void doesNotSendAgainWhatAServerHadBegunBeforeItForgotTheSession() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("pay", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> {
                if (request.httpMethod().equals("POST")) {
                    answering.write("id: e1\nretry: 10\ndata:\n\n");
                } else {
                    answering.status(404, "{}");
                }
            });
            OutcomeUnknown unknown = (OutcomeUnknown) open.call("pay", "{}");
            assertThat(unknown.reason()).startsWith("the request was sent, but the server forgot Writ");
            assertThat(server.requests("tools/call")).hasSize(1);
        }
    }

    @Test
    void waitsForATask() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("build", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> answering.result(
                    request.method().equals("tools/call")
                            ? "{\"resultType\":\"task\",\"taskId\":\"t1\",\"status\":\"working\",\"ttlMs\":null,\"pollIntervalMs\":1}"
                            : "{\"resultType\":\"complete\",\"taskId\":\"t1\",\"status\":\"completed\",\"result\":"
                                    + TestServer.text("built") + "}"));
            assertThat(((Succeeded) open.call("build", "{}")).value().toJson()).contains("built");
            assertThat(server.requests("tasks/get").get(0).header("Mcp-Name")).contains("t1");
        }
    }

    @Test
    void asksTheCallerWhatTheServerAsksWhereThatIsSwitchedOn() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            server.reacts((request, answering) -> {
                answering.event(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"elicitation/create\",\"params\":{\"message\":\"Sure?\"}}");
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> server.requests("").stream()
                                .anyMatch(answer -> answer.body()
                                        .text("id")
                                        .filter("q1"::equals)
                                        .isPresent()));
                answering.resultEvent("{\"content\":[]}");
            });
            Caller caller = new Caller();
            assertThat(open.call("confirm", "{}", AMPLE, caller)).isInstanceOf(Succeeded.class);
            assertThat(caller.heard).containsExactly("elicitation/create{\"message\":\"Sure?\"}");
        }
    }

    @Test
    void asksTheCallerOfTheOnlyCallWhatTheServerAsksBesideIt() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            server.reacts((request, answering) -> {
                await().atMost(Duration.ofSeconds(60)).until(server::isListenedTo);
                server.ask("q2", "elicitation/create");
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> server.requests("").stream()
                                .anyMatch(answer -> answer.body()
                                        .text("id")
                                        .filter("q2"::equals)
                                        .isPresent()));
                answering.result("{\"content\":[]}");
            });
            Caller caller = new Caller();
            assertThat(open.call("confirm", "{}", AMPLE, caller)).isInstanceOf(Succeeded.class);
            assertThat(caller.heard).containsExactly("elicitation/create{}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesProgressOnWithoutTheTokenAndNoLogs(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("slow", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> {
                String token = request.params()
                        .object("_meta")
                        .orElseThrow()
                        .get("progressToken")
                        .orElseThrow()
                        .toJson();
                answering.event(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\"x\"}}");
                answering.event(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"other\",\"progress\":9}}");
                answering.event(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                + token + ",\"progress\":1}}");
                answering.resultEvent("{\"content\":[]}");
            });
            Caller caller = new Caller();
            open.call("slow", "{}", AMPLE, caller);
            assertThat(caller.heard).containsExactly("notifications/progress{\"progress\":1}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheServerThatTheCallerGaveUp(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("slow", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> answering.staysSilent());
            ToolResult result = open.call("slow", "{}", AMPLE, new Dialogue() {
                @Override
                public Uni<Void> cancelled() {
                    return Uni.createFrom()
                            .voidItem()
                            .invoke(() -> await().atMost(Duration.ofSeconds(60))
                                    .until(() -> !server.requests("tools/call").isEmpty()))
                            .runSubscriptionOn(Infrastructure.getDefaultExecutor());
                }
            });
            assertThat(((OutcomeUnknown) result).reason()).contains("the caller gave it up");
            if (era == Era.LEGACY) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> server.requests("notifications/cancelled").size() == 1);
            }
        }
    }

    @Test
    void fetchesTheRestOfAnAnswerThatWasInterruptedAndSaysThatItTakesAWhile() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> {
                if (request.httpMethod().equals("POST")) {
                    answering.write("id: e1\nretry: 10\ndata:\n\n");
                } else {
                    String id = server.requests("tools/call").get(0).id().toJson();
                    answering.event(
                            "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + TestServer.text("the rest") + "}");
                }
            });
            Caller caller = new Caller();
            assertThat(((Succeeded) open.call("search", "{}", AMPLE, caller))
                            .value()
                            .toJson())
                    .contains("the rest");
            assertThat(server.requests("tools/call")).hasSize(1);
            assertThat(caller.heard).containsExactly("pause");
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsResourcesAndPromptsAndCompletesLikeTools(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> answering.result("{}"));
            open.call("mcp.resources.read", "{\"uri\":\"test://a b\"}");
            open.call("mcp.prompt.greet", "{\"who\":\"you\"}");
            open.call(
                    "mcp.complete",
                    "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"Greet\"},\"argument\":{\"name\":\"who\",\"value\":\"y\"}}");
            assertThat(server.requests("resources/read").get(0).params().text("uri"))
                    .contains("test://a b");
            assertThat(server.requests("prompts/get").get(0).params().text("name"))
                    .contains("Greet");
            assertThat(server.requests("completion/complete")).hasSize(1);
            assertThat(open.connector.resources().await().atMost(AMPLE).toJson())
                    .contains("test://a");
            assertThat(open.connector.resourceTemplates().await().atMost(AMPLE).toJson())
                    .isEqualTo("{\"resourceTemplates\":[]}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void hearsOfChangesOfAResourceThatWasSubscribedTo(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> answering.result("{}"));
            assertThat(open.call("mcp.resources.subscribe", "{\"uri\":\"test://a\"}"))
                    .isInstanceOf(Succeeded.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                server.announce("notifications/resources/updated", "{\"uri\":\"test://a\"}");
                server.announce("notifications/resources/updated", "{\"uri\":\"test://b\"}");
                return !open.updated.isEmpty();
            });
            assertThat(open.updated).containsOnly("test://a");
        }
    }

    @Test
    void refusesMoreCallsAtOnceThanAllowed() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("slow", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.maxConcurrent(1))) {
            server.reacts((request, answering) -> answering.staysSilent());
            var first = open.connector
                    .invoke(open.permit("slow", "{}", Duration.ofSeconds(60)))
                    .subscribeAsCompletionStage();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.requests("tools/call").size() == 1);
            assertThat(((Failed) open.call("slow", "{}")).reason()).startsWith("the tool is busy with 1 calls");
            server.letsGo();
            assertThat(first.join()).isInstanceOf(OutcomeUnknown.class);
        }
    }

    /** Hears everything, and says yes. */
    private static final class Caller implements Dialogue {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public JsonObject capabilities() {
            return json("{\"elicitation\":{},\"experimental\":{}}");
        }

        @Override
        public JsonObject extra() {
            return json("{\"requestState\":\"s1\",\"name\":\"another\",\"inputResponses\":{}}");
        }

        @Override
        public boolean isListening() {
            return true;
        }

        @Override
        public void tell(String method, JsonObject params) {
            heard.add(method + params.toJson());
        }

        @Override
        public void pause() {
            heard.add("pause");
        }

        @Override
        public Uni<JsonValue> ask(String method, JsonObject params) {
            heard.add(method + params.toJson());
            return Uni.createFrom().item(json("{\"action\":\"accept\"}"));
        }
    }
}
