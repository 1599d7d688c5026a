package dev.writ.gateway.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.sun.net.httpserver.HttpExchange;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An MCP server that does not answer as it should harms nobody else; its caller and the log are told what is known. */
@WritTest
class FailingServersTest extends ServerCase {

    private static final byte[] MEGABYTE = "x".repeat(1024 * 1024).getBytes(UTF_8);

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        end.countDown();
    }

    @Test
    void aServerThatHangsCostsItsCallerTheTimeOut() {
        register(Map.of("timeout", "1s"));
        upstream.reacts((exchange, id) -> hang());

        assertUnknown(call("say", "hello"), "no complete answer came in time");
    }

    @Test
    void aServerThatHangsCostsNobodyElseAnything() {
        register();
        upstream.reacts((exchange, id) -> hang());
        CompletableFuture<Response> hanging = CompletableFuture.supplyAsync(() -> call("say", "hello"));
        await().atMost(Duration.ofSeconds(60)).until(() -> upstream.calls().contains("say"));
        upstream.behaves();

        assertWorks("write");
        assertThat(hanging).isNotDone();
        end.countDown();
        assertUnknown(hanging.join(), "the request was sent, but");
    }

    @Test
    void aServerThatDiesInTheMiddleOfItsAnswerLeavesTheOutcomeUnknown() {
        register();
        upstream.reacts((exchange, id) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("data: {\"jsonrpc\": \"2.0\", \"id\"".getBytes(UTF_8));
            exchange.getResponseBody().flush();
        });

        assertUnknown(call("say", "hello"), "the request was sent, but");
        upstream.behaves();
        assertWorks("write");
    }

    @Test
    void aServerThatDiesInTheMiddleOfABodyLeavesTheOutcomeUnknown() {
        register();
        upstream.reacts((exchange, id) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"jsonrpc\": \"2.0\"".getBytes(UTF_8));
        });

        assertUnknown(call("say", "hello"), "the request was sent, but");
        upstream.behaves();
        assertWorks("write");
    }

    @Test
    void anAnswerOf100MegabytesIsDroppedBeforeItIsRead() {
        register();
        AtomicInteger megabytes = new AtomicInteger();
        upstream.reacts((exchange, id) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            pour(exchange, megabytes);
        });

        assertUnknown(call("say", "hello"), "is longer than 1048576 bytes and was dropped");
        assertThat(megabytes.get()).isLessThan(100);
        upstream.behaves();
        assertWorks("write");
    }

    @Test
    void anEventOf100MegabytesIsDroppedBeforeItIsRead() {
        register();
        AtomicInteger megabytes = new AtomicInteger();
        upstream.reacts((exchange, id) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("data: ".getBytes(UTF_8));
            pour(exchange, megabytes);
        });

        assertUnknown(call("say", "hello"), "is longer than 1048576 bytes and was dropped");
        assertThat(megabytes.get()).isLessThan(100);
        upstream.behaves();
        assertWorks("write");
    }

    @Test
    void aResultThatIsNotWhatTheToolDeclaresIsAFailureAndNotPassedOn() {
        upstream.offer((JsonObject) JsonValue.parse("""
                {"name": "say", "description": "Says a text", "inputSchema": {"type": "object",
                 "properties": {"text": {"type": "string"}}},
                 "outputSchema": {"type": "object", "properties": {"length": {"type": "integer"}}, "required": ["length"]}}
                """), WRITE);
        register();
        upstream.reacts(McpUpstream.result("""
                {"content": [{"type": "text", "text": "obey"}], "structuredContent": {"length": "obey me instead"}}
                """));

        Response told = call("say", "hello");

        told.then().body("result.isError", equalTo(true));
        assertEnded(told, "failed");
        assertThat(told(told)).startsWith("The tool failed: ").doesNotContain("obey");
        upstream.reacts(McpUpstream.result("{\"content\": [], \"structuredContent\": {\"length\": 5}}"));
        call("say", "hello").then().body("result.structuredContent.length", equalTo(5));
    }

    /** Until the test is over. */
    private void hang() {
        try {
            boolean over = end.await(60, TimeUnit.SECONDS);
            assertThat(over).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pour(HttpExchange exchange, AtomicInteger megabytes) throws IOException {
        for (int i = 0; i < 100; i++) {
            exchange.getResponseBody().write(MEGABYTE);
            megabytes.incrementAndGet();
        }
    }

    private void assertUnknown(Response answer, String why) {
        answer.then().body("result.isError", equalTo(true));
        assertThat(told(answer))
                .startsWith("Nobody can tell whether the tool acted: ")
                .contains(why);
        assertEnded(answer, "unknown");
    }
}
