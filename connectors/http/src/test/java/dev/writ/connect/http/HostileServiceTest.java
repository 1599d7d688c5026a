package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.http.RawServer.Script;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A service may answer anything; the agent gets one honest result, and the gateway stays well. */
final class HostileServiceTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static ToolResult answerTo(Script script) {
        return answerTo(script, AMPLE);
    }

    private static ToolResult answerTo(Script script, Duration untilDeadline) {
        try (RawServer server = new RawServer(script);
                OpenConnector open = new OpenConnector(server.url(), settings -> settings.maxAnswerBytes(64 * 1024))) {
            ToolResult result = open.call("list_refunds", "{\"customer\":\"c1\"}", untilDeadline);
            assertThat(server.requests()).isEqualTo(1);
            return result;
        }
    }

    private static Script ok(String body) {
        int length = body.getBytes(StandardCharsets.ISO_8859_1).length;
        return RawServer.text(OK + "Content-Length: " + length + "\r\n\r\n" + body);
    }

    private static String valueOf(ToolResult result) {
        assertThat(result).isInstanceOf(Succeeded.class);
        return result.fold(
                succeeded -> succeeded.value().toJson(),
                failed -> "failed: " + failed.reason(),
                unknown -> "unknown: " + unknown.reason());
    }

    private static void assertUnknown(ToolResult result, String reason) {
        assertThat(result).isInstanceOfSatisfying(OutcomeUnknown.class, unknown -> {
            assertThat(unknown.reason()).contains(reason);
            assertThat(unknown.traffic().sent()).isPresent();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0000\u0001\u0002\r\n\r\n"
            })
    void doesNotKnowTheOutcomeOfABrokenAnswer(String answer) {
        assertUnknown(answerTo(RawServer.text(answer)), "the request was sent");
    }

    @Test
    void doesNotKnowTheOutcomeWhenTheAnswerDripsPastTheDeadline() {
        Instant start = Instant.now();
        ToolResult result = answerTo(
                out -> {
                    RawServer.text(OK + "Content-Length: 60000\r\n\r\n").say(out);
                    for (int i = 0; i < 60_000; i++) {
                        out.write(' ');
                        out.flush();
                        Thread.sleep(20);
                    }
                },
                SHORT);
        assertUnknown(result, "no complete answer came in time");
        assertThat(Duration.between(start, Instant.now())).isLessThan(SHORT.plusSeconds(60));
    }

    @Test
    void stopsReadingAnAnswerWithoutEnd() {
        AtomicLong written = new AtomicLong();
        byte[] mebibyte = new byte[1024 * 1024];
        Arrays.fill(mebibyte, (byte) ' ');
        ToolResult result = answerTo(out -> {
            RawServer.text(OK + "\r\n").say(out);
            for (int i = 0; i < 100; i++) {
                out.write(mebibyte);
                written.addAndGet(mebibyte.length);
            }
        });
        assertUnknown(result, "longer than 65536 bytes");
        assertThat(written).hasValueLessThan(50L * mebibyte.length);
    }

    @Test
    void dropsAnAnswerThatIsOneByteTooLong() {
        assertUnknown(answerTo(ok("\"" + "x".repeat(64 * 1024 - 1) + "\"")), "longer than 65536 bytes");
    }

    @Test
    void takesAnAnswerThatJustFits() {
        assertThat(valueOf(answerTo(ok("\"" + "x".repeat(64 * 1024 - 2) + "\""))))
                .hasSize(64 * 1024);
    }

    @Test
    void doesNotKnowTheOutcomeOfAnAnswerWithEndlessHeaders() {
        ToolResult result = answerTo(out -> {
            RawServer.text(OK).say(out);
            for (int i = 0; i < 10_000; i++) {
                RawServer.text("X-Header-" + i + ": " + "x".repeat(100) + "\r\n")
                        .say(out);
            }
        });
        assertUnknown(result, "the connection broke");
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
    void followsNoRedirect(int status) {
        try (RecordingServer elsewhere = new RecordingServer()) {
            ToolResult result = answerTo(RawServer.text("HTTP/1.1 " + status + " Moved\r\nLocation: "
                    + elsewhere.url("/") + "\r\nContent-Length: 0\r\n\r\n"));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.reason()).contains("a redirect, and Writ follows none"));
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, the tool refused the call with status 400",
        "401, the tool refused the call with status 401",
        "404, the tool refused the call with status 404",
        "429, the tool refused the call with status 429",
        "500, the tool failed with status 500",
        "503, the tool failed with status 503"
    })
    void saysWithWhichStatusTheToolFailed(int status, String reason) {
        ToolResult result = answerTo(RawServer.text("HTTP/1.1 " + status
                + " No\r\nContent-Type: application/problem+json\r\nContent-Length: 11\r\n\r\n{\"code\": 7}"));
        assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.reason()).startsWith(reason);
            assertThat(failed.value()).contains(JsonValue.parse("{\"code\":7}"));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 502, 504, 600, 999})
    void doesNotKnowTheOutcomeOfAStatusThatSaysNothingOfTheTool(int status) {
        ToolResult result =
                answerTo(RawServer.text("HTTP/1.1 " + status + " Bad Gateway\r\nContent-Length: 0\r\n\r\n"));
        assertUnknown(result, "with status " + status);
    }

    @Test
    void takesAnEmptyAnswerForNull() {
        assertThat(valueOf(answerTo(RawServer.text("HTTP/1.1 204 No Content\r\n\r\n"))))
                .isEqualTo("null");
    }

    @Test
    void keepsTheDigitsOfNumbersThatDoNotSurviveADouble() {
        assertThat(valueOf(answerTo(ok("{\"id\":9007199254740993,\"sum\":0.1,\"big\":1e400,\"n\":1.0}"))))
                .isEqualTo("{\"big\":\"1e400\",\"id\":\"9007199254740993\",\"n\":1,\"sum\":0.1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":",
                "{\"id\":1}{\"id\":2}",
                "{\"id\":1,\"id\":2}",
                "<html>moved</html>",
                "NaN",
                "{'id':1}",
                "\"\\ud800\""
            })
    void passesTextOnThatIsNotTheJsonItClaimsToBe(String body) {
        assertThat(valueOf(answerTo(ok(body)))).isEqualTo(new JsonString(body).toJson());
    }

    @Test
    void passesJsonThatIsNestedTooDeepOnAsText() {
        String deep = "[".repeat(30_000) + "]".repeat(30_000);
        assertThat(valueOf(answerTo(ok(deep)))).isEqualTo("\"" + deep + "\"");
    }

    @Test
    void passesOtherMediaTypesOnAsText() {
        ToolResult result =
                answerTo(RawServer.text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}"));
        assertThat(valueOf(result)).isEqualTo("\"{}\"");
    }

    @Test
    void takesAnAnswerWithoutMediaTypeForJson() {
        assertThat(valueOf(answerTo(RawServer.text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))))
                .isEqualTo("{}");
    }

    @Test
    void takesProblemDocumentsAndTheirLikeForJson() {
        ToolResult result = answerTo(RawServer.text(
                "HTTP/1.1 200 OK\r\nContent-Type: Application/HAL+JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}"));
        assertThat(valueOf(result)).isEqualTo("{}");
    }

    @Test
    void doesNotKnowTheOutcomeOfACompressedAnswer() {
        ToolResult result = answerTo(RawServer.text(OK + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"));
        assertUnknownAnswer(result);
    }

    @Test
    void doesNotKnowTheOutcomeOfAnAnswerThatIsNoText() {
        assertUnknownAnswer(answerTo(ok("\u00ff\u00fe\u0000")));
    }

    private static void assertUnknownAnswer(ToolResult result) {
        assertThat(result).isInstanceOfSatisfying(OutcomeUnknown.class, unknown -> {
            assertThat(unknown.reason()).contains("probably done, but its answer cannot be read");
            assertThat(unknown.traffic().received()).isPresent();
        });
    }

    @Test
    void ignoresInterimAnswers() {
        ToolResult result = answerTo(
                RawServer.text("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", OK + "Content-Length: 2\r\n\r\n{}"));
        assertThat(valueOf(result)).isEqualTo("{}");
    }

    @Test
    void takesNoIdOutOfAHeaderThatIsNotPlain() {
        ToolResult result = answerTo(RawServer.text(OK + "X-Request-Id: \u00e4\u00f6\r\nContent-Length: 2\r\n\r\n{}"));
        assertThat(result)
                .isInstanceOfSatisfying(
                        Succeeded.class,
                        succeeded ->
                                assertThat(succeeded.traffic().upstreamId()).isEmpty());
    }

    @Test
    void takesNoAnswerThatCameBeforeTheRequest() {
        try (RawServer server = new RawServer(RawServer.text(
                        OK + "Content-Length: 2\r\n\r\n{}" + OK + "Content-Length: 8\r\n\r\n\"forged\""));
                OpenConnector open = new OpenConnector(server.url(), settings -> settings)) {
            assertThat(valueOf(open.call("list_refunds", "{\"customer\":\"c1\"}")))
                    .isEqualTo("{}");
            assertThat(valueOf(open.call("list_refunds", "{\"customer\":\"c2\"}")))
                    .isEqualTo("{}");
            assertThat(server.requests()).isEqualTo(2);
        }
    }
}
