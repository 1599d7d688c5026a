package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.Dialogue;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileServerTest {

    private final TestServer server = new TestServer(TestServer.Era.MODERN, TestServer.tool("search", ""));
    private final OpenMcp open = OpenMcp.to(server, settings -> settings.maxMessageBytes(64 * 1024));

    @AfterEach
    void close() {
        open.close();
        server.close();
    }

    private ToolResult after(TestServer.Reaction reaction) {
        server.reacts(reaction);
        return open.call("search", "{}");
    }

    @Test
    void dropsAnAnswerOf100MegabytesInsteadOfKeepingIt() {
        String megabyte = "x".repeat(1024 * 1024);
        AtomicInteger written = new AtomicInteger();
        ToolResult result = after((request, answering) -> {
            for (int i = 0; i < 100; i++) {
                answering.write("data: " + megabyte + "\n");
                written.incrementAndGet();
            }
        });
        assertThat(((OutcomeUnknown) result).reason())
                .contains("its answer is longer than 65536 bytes and was dropped");
        assertThat(written.get()).isLessThan(100);
    }

    @Test
    void dropsALongAnswerThatIsNotAStreamToo() {
        ToolResult result = after((request, answering) -> answering.result(TestServer.text("x".repeat(100_000))));
        assertThat(((OutcomeUnknown) result).reason()).contains("its answer is longer than 65536 bytes");
    }

    @Test
    void doesNotKnowWhatAServerDidThatDiesInTheMiddleOfItsAnswer() {
        ToolResult result = after((request, answering) -> answering.write("data: {\"jsonrpc\":\"2.0\",\"id\""));
        assertThat(((OutcomeUnknown) result).reason()).startsWith("the request was sent, but ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]",
                "not json",
                "{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"content\":[]}}",
                "{\"jsonrpc\":\"2.0\",\"result\":{\"content\":[]}}",
                "{\"a\":1,\"a\":2}"
            })
    void takesNothingForAnAnswerThatIsNotTheAnswerToItsRequest(String body) {
        assertThat(after((request, answering) -> answering.status(200, body))).isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void doesNotTakeTheAnswerToAnotherRequest() {
        ToolResult result = after((request, answering) -> {
            answering.event("{\"jsonrpc\":\"2.0\",\"id\":99999,\"result\":" + TestServer.text("another's") + "}");
            answering.resultEvent(TestServer.text("mine"));
        });
        assertThat(((Succeeded) result).value().toJson()).contains("mine").doesNotContain("another's");
    }

    @Test
    void refusesAnAnswerThatIsNestedWithoutEnd() {
        ToolResult result = after((request, answering) -> answering.status(
                200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"));
        assertThat(result).isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void passesOnNoMoreThanSomeOfAFloodOfNotifications() {
        AtomicInteger told = new AtomicInteger();
        server.reacts((request, answering) -> {
            String token = request.params()
                    .object("_meta")
                    .orElseThrow()
                    .get("progressToken")
                    .orElseThrow()
                    .toJson();
            for (int i = 0; i < 3000; i++) {
                answering.event(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                + token + ",\"progress\":" + i + "}}");
            }
            answering.resultEvent(TestServer.text("done"));
        });
        ToolResult result = open.call("search", "{}", Duration.ofSeconds(20), new Dialogue() {
            @Override
            public boolean isListening() {
                return true;
            }

            @Override
            public void tell(String method, JsonObject params) {
                told.incrementAndGet();
            }
        });
        assertThat(result).isInstanceOf(Succeeded.class);
        assertThat(told).hasValue(1000);
    }

    @Test
    void waitsNoLongerThanThePermitForAServerThatDripsComments() {
        server.reacts((request, answering) -> {
            while (!Thread.currentThread().isInterrupted()) {
                answering.write(": still here\n\n");
            }
        });
        assertThat(open.call("search", "{}", Duration.ofSeconds(3), Dialogue.NONE))
                .isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void acceptsTwoMessagesOnALineEach() {
        ToolResult result = after((request, answering) -> answering.status(
                200,
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n{\"jsonrpc\":\"2.0\",\"id\":"
                        + request.id().toJson() + ",\"result\":" + TestServer.text("done") + "}\n"));
        assertThat(result).isInstanceOf(Succeeded.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308, 400, 401, 403, 404, 409, 429, 501})
    void takesAStatusForARefusal(int status) {
        ToolResult result = after((request, answering) -> answering.status(status, "go away"));
        assertThat(((Failed) result).traffic().sent()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {202, 301, 302, 303, 500, 502, 503, 504, 599})
    void doesNotKnowWhetherACallWasDoneWithAStatusThatDoesNotSay(int status) {
        assertThat(after((request, answering) -> answering.status(status, ""))).isInstanceOf(OutcomeUnknown.class);
    }

    @ParameterizedTest
    @EnumSource
    void sendsNothingIfTheListHasNoEnd(TestServer.Era era) {
        String definition = TestServer.tool("search", "").toJson();
        McpListing pinned = McpListing.parse("{\"tools\":[" + definition + "]}");
        try (TestServer endless = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp other = new OpenMcp(
                        McpConnectorSettings.of("files", OpenMcp.http(endless.url()))
                                .maxListed(3)
                                .build(),
                        pinned)) {
            endless.lists((request, answering) ->
                    answering.result("{\"tools\":[" + definition + "," + definition + "],\"nextCursor\":\"more\"}"));
            ToolResult result = other.call("search", "{}");
            assertThat(((Failed) result).reason()).isEqualTo("the server lists more than 3 tools; nothing was sent");
        }
    }

    @Test
    void neverAnswersAQuestionThatTheOperatorDidNotAllow() throws IOException {
        ToolResult result = after((request, answering) -> {
            answering.event("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"sampling/createMessage\",\"params\":{}}");
            answering.resultEvent(TestServer.text("done"));
        });
        assertThat(result).isInstanceOf(Succeeded.class);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> server.requests("").stream()
                        .anyMatch(answer -> answer.body().object("error").isPresent()));
    }
}
