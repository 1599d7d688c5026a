package dev.writ.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.writ.langchain4j.FakeGateway.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallsTest {

    private static final String CALL = "01982f6e-0000-7000-8000-000000000001";

    private static final String SUCCEEDED = """
            {"id":"%s","status":"succeeded","decision":{"effect":"allow","rule":"refund small","reason":"up to 50","index":41},\
            "result":{"refund":"ref-9001","amount":18.00}}""".formatted(CALL);

    private static final String ESCALATED = """
            {"id":"%s","status":"escalated","decision":{"effect":"escalate","rule":"refund large","reason":"more than 50","index":42},\
            "approval":{"state":"open","expiresAt":"2026-11-22T04:00:00Z",\
            "requirements":[{"rule":"refund large","group":"finance","approvals":2,"granted":1}]}}""".formatted(CALL);

    private static final String DENIED = """
            {"type":"urn:writ:problem:denied","title":"The call was denied","status":403,\
            "detail":"Rule 'seen as duplicate' denies: not seen as duplicate. Nothing was executed, and the same call will be denied again.",\
            "category":"POLICY","callId":"%s","callStatus":"denied","effect":"deny","reason":"not seen as duplicate","index":43,\
            "rule":"seen as duplicate"}""".formatted(CALL);

    private final FakeGateway gateway = new FakeGateway()
            .lists(FakeGateway.tool(
                    "billing.refund", "{\"type\":\"object\",\"properties\":{\"amount\":{\"type\":\"number\"}}}"));

    @AfterEach
    void close() {
        gateway.close();
    }

    private WritToolProvider.Builder provider() {
        return WritToolProvider.builder()
                .baseUrl(gateway.url())
                .apiKey(() -> FakeGateway.KEY)
                .timeout(Duration.ofSeconds(5))
                .retries(1, Duration.ofMillis(300));
    }

    private static ToolExecutionResult execute(WritToolProvider provider, String tool, String arguments) {
        return execute(provider, tool, arguments, Map.of());
    }

    private static ToolExecutionResult execute(
            WritToolProvider provider, String tool, String arguments, Map<String, Object> parameters) {
        ToolExecutor executor =
                provider
                        .provideTools(new ToolProviderRequest("memory", UserMessage.from("hello")))
                        .aiServiceTools()
                        .stream()
                        .filter(offered -> offered.toolSpecification().name().equals(tool))
                        .findFirst()
                        .orElseThrow()
                        .toolExecutor();
        return executor.executeWithContext(
                ToolExecutionRequest.builder()
                        .id("call_1")
                        .name(tool)
                        .arguments(arguments)
                        .build(),
                InvocationContext.builder()
                        .invocationId(UUID.randomUUID())
                        .chatMemoryId("memory")
                        .invocationParameters(InvocationParameters.from(parameters))
                        .build());
    }

    private ToolExecutionResult refund() {
        return execute(provider().build(), "billing__refund", "{\"amount\":18.00}");
    }

    @Test
    void returnsTheResultOfAnAllowedCall() {
        gateway.onSubmit(Response.of(200, SUCCEEDED));

        ToolExecutionResult result = refund();

        assertThat(result.isError()).isFalse();
        assertThat(result.resultText()).isEqualTo("{\"refund\":\"ref-9001\",\"amount\":18.00}");
        assertThat(result.attributes())
                .containsEntry(WritToolProvider.CALL_ID, CALL)
                .containsEntry(WritToolProvider.STATUS, "succeeded")
                .containsEntry(WritToolProvider.RULE, "refund small")
                .containsEntry(WritToolProvider.INDEX, 41L);
    }

    @Test
    void returnsATextAsItIs() {
        gateway.onSubmit(
                Response.of(200, SUCCEEDED.replaceAll("\"result\":\\{.*?}", "\"result\":\"all \\\\\"good\\\\\"\"")));

        assertThat(refund().resultText()).isEqualTo("all \"good\"");
    }

    @Test
    void unwrapsWhatAnMcpServerAnswered() {
        gateway.onSubmit(
                Response.of(
                        200,
                        succeeded(
                                "{\"content\":[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"}],\"structuredContent\":{\"n\":2}}")),
                Response.of(200, succeeded("{\"content\":[],\"structuredContent\":{\"n\":2}}")),
                Response.of(200, succeeded("{\"content\":[{\"type\":\"text\",\"text\":\"one\"}],\"more\":true}")));

        assertThat(refund().resultText()).isEqualTo("one\ntwo");
        assertThat(refund().resultText()).isEqualTo("{\"n\":2}");
        assertThat(refund().resultText()).as("not of an MCP server").contains("\"more\":true");
    }

    @Test
    void handsImagesOnAsImages() {
        gateway.onSubmit(
                Response.of(
                        200,
                        succeeded(
                                "{\"content\":[{\"type\":\"text\",\"text\":\"Look:\"},{\"type\":\"image\",\"data\":\"aGk=\",\"mimeType\":\"image/png\"}]}")));

        assertThat(refund().resultContents())
                .containsExactly(TextContent.from("Look:"), ImageContent.from("aGk=", "image/png"));
    }

    private static String succeeded(String result) {
        return SUCCEEDED.replaceAll("\"result\":\\{.*?}", Matcher.quoteReplacement("\"result\":" + result));
    }

    @Test
    void submitsWhatTheModelAskedForWithAKeyAndTheInvocationsParameters() throws Exception {
        gateway.onSubmit(Response.of(200, SUCCEEDED));

        execute(
                provider().build(),
                "billing__refund",
                "{\"amount\":18.00,\"note\":\"\u00fc\"}",
                Map.of(
                        WritToolProvider.ON_BEHALF_OF,
                        "ann",
                        WritToolProvider.SESSION,
                        "s-1",
                        WritToolProvider.PURPOSE,
                        "a refund",
                        "something.else",
                        7));

        var submission = Json.parse(gateway.submissions().get(0).body());
        assertThat(submission.path("tool").asText()).isEqualTo("billing.refund");
        assertThat(submission.path("arguments")).isEqualTo(Json.parse("{\"amount\":18.00,\"note\":\"\u00fc\"}"));
        assertThat(submission.path("onBehalfOf").asText()).isEqualTo("ann");
        assertThat(submission.path("session").asText()).isEqualTo("s-1");
        assertThat(submission.path("purpose").asText()).isEqualTo("a refund");
        assertThat(submission.path("key").asText()).startsWith("lc4j-");
        assertThat(submission.size())
                .as("nothing that the gateway does not know")
                .isEqualTo(6);
    }

    @Test
    void tellsTheModelWhyItWasDenied() {
        gateway.onSubmit(Response.of(403, DENIED));

        ToolExecutionResult result = refund();

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText())
                .startsWith("DENIED (call " + CALL + "): Rule 'seen as duplicate' denies: not seen as duplicate.")
                .contains("Choose another way");
        assertThat(result.attributes())
                .containsEntry(WritToolProvider.PROBLEM, "denied")
                .containsEntry(WritToolProvider.EFFECT, "deny");
    }

    @Test
    void tellsTheModelThatPeopleAreAskedAndHowToLearnTheOutcome() {
        gateway.onSubmit(Response.of(202, ESCALATED));

        ToolExecutionResult result = refund();

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText())
                .startsWith("PENDING_APPROVAL " + CALL)
                .contains("1 of group 'finance'", "more than 50", "2026-11-22T04:00:00Z", "Nothing was executed yet")
                .contains("writ_call_status {\"callId\":\"" + CALL + "\"}");
        assertThat(gateway.requests()).noneMatch(request -> request.path().contains("wait"));
    }

    @Test
    void waitsForTheApprovalIfToldTo() {
        gateway.onSubmit(Response.of(202, ESCALATED));
        gateway.on(
                "GET",
                "/v1/tool-calls/" + CALL + "?wait=30s",
                Response.of(202, ESCALATED),
                Response.of(200, SUCCEEDED));

        ToolExecutionResult result = execute(
                provider().waitForApproval(Duration.ofMinutes(5)).build(), "billing__refund", "{\"amount\":480}");

        assertThat(result.isError()).isFalse();
        assertThat(result.resultText()).contains("ref-9001");
    }

    @Test
    void stillTellsOfAWaitingCallWhenTheGatewayGoesAwayMeanwhile() {
        gateway.onSubmit(Response.of(202, ESCALATED));
        gateway.on("GET", "/v1/tool-calls/" + CALL + "?wait=30s", Response.hangUp());

        ToolExecutionResult result = execute(
                provider().waitForApproval(Duration.ofMinutes(5)).build(), "billing__refund", "{\"amount\":480}");

        assertThat(result.resultText()).startsWith("PENDING_APPROVAL " + CALL);
    }

    /** However long it is waited for: as long as is left of the time of a call. */
    private void succeedsOnceWaitedFor() {
        for (int seconds = 1; seconds < 5; seconds++) {
            gateway.on("GET", "/v1/tool-calls/" + CALL + "?wait=" + seconds + "s", Response.of(200, SUCCEEDED));
        }
    }

    private static String asking() {
        return ESCALATED.replace(
                "\"state\":\"open\"",
                "\"state\":\"open\",\"question\":{\"index\":51,\"question\":\"Which order is it for?\","
                        + "\"at\":\"2026-11-21T04:00:00Z\"}");
    }

    @Test
    void tellsTheModelWhatAnApproverAsksAndHowToAnswer() {
        gateway.onSubmit(Response.of(202, ESCALATED))
                .on("GET", "/v1/tool-calls/" + CALL + "?wait=30s", Response.of(200, asking()));

        ToolExecutionResult result = execute(
                provider().waitForApproval(Duration.ofMinutes(5)).build(), "billing__refund", "{\"amount\":60.00}");

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText())
                .startsWith("PENDING_APPROVAL " + CALL)
                .contains(
                        "An approver asks: Which order is it for?",
                        "writ_call_answer {\"callId\":\"" + CALL + "\",\"answer\":\"...\"}");
        assertThat(result.attributes()).containsEntry(WritToolProvider.QUESTION, "Which order is it for?");
    }

    @Test
    void answersWhatAnApproverAsks() {
        gateway.on("POST", "/v1/tool-calls/" + CALL + "/answer", Response.of(200, ESCALATED));

        ToolExecutionResult result = execute(
                provider().build(),
                WritToolProvider.ANSWER_TOOL,
                "{\"callId\":\"" + CALL + "\",\"answer\":\"order 2041\"}");

        assertThat(gateway.submissions())
                .extracting(FakeGateway.Request::body)
                .containsExactly("{\"answer\":\"order 2041\"}");
        assertThat(result.isError()).isFalse();
        assertThat(result.resultText()).startsWith("PENDING_APPROVAL " + CALL).doesNotContain("asks:");
    }

    @Test
    void saysThatNobodyAsksAnything() {
        gateway.on("POST", "/v1/tool-calls/" + CALL + "/answer", Response.of(409, """
                {"type":"urn:writ:problem:conflict","title":"It contradicts","status":409,\
                "detail":"No question is open. Nothing was recorded.","category":"CALLER"}"""));

        ToolExecutionResult result = execute(
                provider().build(),
                WritToolProvider.ANSWER_TOOL,
                "{\"callId\":\"" + CALL + "\",\"answer\":\"order 2041\"}");

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText()).startsWith("CONFLICT: No question is open.");
    }

    @Test
    void asksForTheOutcomeOfACallThatStillRuns() {
        gateway.onSubmit(Response.of(202, SUCCEEDED.replace("succeeded", "pending")));
        succeedsOnceWaitedFor();

        assertThat(refund().isError()).isFalse();
    }

    @Test
    void answersWhereACallStands() {
        gateway.on("GET", "/v1/tool-calls/" + CALL, Response.of(202, ESCALATED), Response.of(200, SUCCEEDED));
        WritToolProvider provider = provider().build();
        String asked = "{\"callId\":\"" + CALL + "\"}";

        ToolExecutionResult waiting = execute(provider, "writ_call_status", asked);
        ToolExecutionResult ended = execute(provider, "writ_call_status", asked);

        assertThat(waiting.isError()).isFalse();
        assertThat(waiting.resultText()).startsWith("PENDING_APPROVAL");
        assertThat(ended.resultText()).contains("ref-9001");
    }

    @Test
    void waitsForACallThatRunsWhenAskedWhereItStands() {
        gateway.on("GET", "/v1/tool-calls/" + CALL, Response.of(202, SUCCEEDED.replace("succeeded", "pending")));
        succeedsOnceWaitedFor();

        assertThat(execute(provider().build(), "writ_call_status", "{\"callId\":\"" + CALL + "\"}")
                        .resultText())
                .contains("ref-9001");
    }

    @Test
    void doesNotLetAModelAskForAnotherPath() {
        ToolExecutionResult result = execute(provider().build(), "writ_call_status", "{\"callId\":\"../tools?x\"}");

        assertThat(result.resultText()).startsWith("INVALID_ARGUMENTS");
        assertThat(gateway.requests()).noneMatch(request -> request.path().startsWith("/v1/tool-calls"));
    }

    @ParameterizedTest
    @CsvSource({
        "refused,   REFUSED,         on a Friday",
        "expired,   EXPIRED,         Call the tool again to ask again",
        "withdrawn, WITHDRAWN,       Nothing was executed",
        "denied,    DENIED,          rule 'refund large' says: more than 50",
        "failed,    TOOL_FAILED,     it is broken",
        "unknown,   OUTCOME_UNKNOWN, before you have looked",
        "abandoned, NOT_EXECUTED,    never sent",
        "brandnew,  NOT_EXECUTED,    brandnew"
    })
    void tellsHowAWaitingCallEnded(String status, String word, String said) {
        gateway.on(
                "GET",
                "/v1/tool-calls/" + CALL,
                Response.of(
                        200,
                        ESCALATED
                                .replace("\"escalated\"", "\"" + status + "\"")
                                .replace(
                                        "\"state\":\"open\"",
                                        "\"state\":\"" + status + "\",\"reason\":\"not on a Friday\"")
                                .replace(
                                        "\"approval\"",
                                        (status.equals("failed") ? "\"detail\":\"it is broken\"," : "")
                                                + "\"approval\"")));

        ToolExecutionResult result = execute(provider().build(), "writ_call_status", "{\"callId\":\"" + CALL + "\"}");

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText()).startsWith(word).contains(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | invalid-arguments | INVALID_ARGUMENTS",
                "401 | unauthenticated   | NOT_AUTHENTICATED",
                "403 | forbidden         | NOT_PERMITTED",
                "404 | not-found         | NOT_FOUND",
                "409 | conflict          | CONFLICT",
                "410 | gone              | GONE",
                "413 | too-large         | TOO_LARGE",
                "422 | unprocessable     | INVALID_ARGUMENTS",
                "429 | too-many-requests | TOO_MANY_REQUESTS",
                "500 | internal          | GATEWAY_FAILED",
                "503 | audit-unavailable | GATEWAY_UNAVAILABLE"
            })
    void saysWhatIsWrongInsteadOfThrowing(int status, String type, String word) {
        gateway.onSubmit(Response.of(
                status,
                "{\"type\":\"urn:writ:problem:%s\",\"status\":%d,\"detail\":\"A detail.\",\"problems\":[\"p one\",\"p two\"]}"
                        .formatted(type, status)));

        ToolExecutionResult result = refund();

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText()).startsWith(word + ": ").doesNotContain(FakeGateway.KEY);
        assertThat(result.attributes()).containsEntry(WritToolProvider.PROBLEM, type);
    }

    @Test
    void listsAllThatIsWrongWithTheArguments() {
        gateway.onSubmit(
                Response.of(
                        400,
                        "{\"type\":\"urn:writ:problem:invalid-arguments\",\"status\":400,\"detail\":\"Correct them.\",\"problems\":[\"p one\",\"p two\"]}"));

        assertThat(refund().resultText()).contains("p one; p two");
    }

    @Test
    void tellsOfAToolThatFailedAndOfAnOutcomeThatNobodyKnows() {
        String failed = DENIED.replace("problem:denied", "problem:tool-failed")
                .replace(
                        "\"callStatus\":\"denied\"",
                        "\"callStatus\":\"failed\",\"result\":{\"error\":\"no such card\"}");
        gateway.onSubmit(
                Response.of(502, failed),
                Response.of(504, DENIED.replace("\"callStatus\":\"denied\"", "\"callStatus\":\"unknown\"")));

        assertThat(refund().resultText()).startsWith("TOOL_FAILED").contains("no such card");
        assertThat(refund().resultText()).startsWith("OUTCOME_UNKNOWN");
    }

    @Test
    void asksABusyGatewayAgainWithTheSameKey() throws Exception {
        Response busy = new Response(429, Map.of("Retry-After", "0"), "{}");
        gateway.onSubmit(busy, Response.of(200, SUCCEEDED));

        assertThat(refund().isError()).isFalse();
        assertThat(gateway.submissions()).hasSize(2);
        assertThat(key(0)).isEqualTo(key(1));
    }

    @Test
    void leavesALongPauseToTheModel() {
        gateway.onSubmit(new Response(429, Map.of("Retry-After", "30"), "{}"));

        ToolExecutionResult result = refund();

        assertThat(gateway.submissions()).hasSize(1);
        assertThat(result.resultText()).contains("Try again in 30 s");
        assertThat(result.attributes()).containsEntry(WritToolProvider.RETRY_AFTER, Duration.ofSeconds(30));
    }

    @Test
    void submitsTheSameCallAgainWhenTheAnswerWasLost() throws Exception {
        gateway.onSubmit(Response.hangUp(), Response.of(200, SUCCEEDED));

        assertThat(refund().resultText()).contains("ref-9001");
        assertThat(key(0)).isEqualTo(key(1));
    }

    @Test
    void doesNotClaimThatNothingHappenedWhenAnAnswerWasLost() {
        gateway.onSubmit(Response.hangUp(), new Response(503, Map.of(), "{}"));

        assertThat(refund().resultText()).startsWith("OUTCOME_UNKNOWN").doesNotContain("Nothing was executed");
    }

    @Test
    void saysThatNothingHappenedWhenNobodyListens() {
        WritToolProvider provider = provider().listFor(Duration.ofMinutes(1)).build();
        execute(provider, "billing__refund", "no JSON");
        gateway.close();

        assertThat(execute(provider, "billing__refund", "{}").resultText())
                .startsWith("GATEWAY_UNREACHABLE")
                .contains("Nothing was executed");
    }

    @Test
    void mistrustsWhatIsNotAGateway() {
        gateway.onSubmit(Response.of(200, "<html>Log in</html>"));

        ToolExecutionResult result = refund();

        assertThat(result.isError()).isTrue();
        assertThat(result.resultText()).startsWith("GATEWAY_FAILED").contains("status 200");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[1]", "{\"a\":1", "{\"a\":1,\"a\":2}", "{} {}", "null"})
    void doesNotSendWhatIsNoJsonObject(String arguments) {
        assertThat(execute(provider().build(), "billing__refund", arguments).resultText())
                .startsWith("INVALID_ARGUMENTS");
        assertThat(gateway.submissions()).isEmpty();
    }

    @Test
    void asksForTheKeyEachTimeAndShowsItToNobody() {
        List<String> keys = new ArrayList<>(List.of("writ_old_1", "writ_new_2", "bad\nkey"));
        WritToolProvider provider = provider()
                .apiKey(() -> keys.remove(0))
                .listFor(Duration.ofMinutes(1))
                .retries(0, Duration.ZERO)
                .build();
        gateway.onSubmit(Response.of(200, SUCCEEDED));

        execute(provider, "billing__refund", "{}");
        ToolExecutionResult without = execute(provider, "billing__refund", "{}");

        assertThat(gateway.requests().stream().map(FakeGateway.Request::authorization))
                .containsExactly("Bearer writ_old_1", "Bearer writ_new_2");
        assertThat(without.resultText()).contains("no usable API key").doesNotContain("bad");
    }

    @Test
    void refusesAParameterThatIsNoText() {
        assertThatThrownBy(
                        () -> execute(provider().build(), "billing__refund", "{}", Map.of(WritToolProvider.SESSION, 7)))
                .isInstanceOf(WritException.class)
                .hasMessageContaining(WritToolProvider.SESSION);
    }

    private String key(int submission) throws Exception {
        return Json.parse(gateway.submissions().get(submission).body())
                .path("key")
                .asText();
    }
}
