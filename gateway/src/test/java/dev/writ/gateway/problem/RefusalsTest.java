package dev.writ.gateway.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Refusals below quarkus-rest, byte by byte. */
@WritTest
class RefusalsTest {

    private static final int BODY_LIMIT = 1024 * 1024;

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent();

    /** Sends the bytes and reads until the server closes, or has nothing to say for a while. */
    private String exchange(String request) throws IOException {
        URI uri = URI.create(agent.baseUrl());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(60_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException refusedBeforeItWasAllSent) {
                assertThat(request.length()).isGreaterThan(BODY_LIMIT);
            }
            return new String(read(socket.getInputStream()), StandardCharsets.UTF_8);
        }
    }

    /** All that comes until the connection ends, also where it is reset because the rest of a request was not read. */
    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        try {
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                all.write(some, 0, length);
            }
        } catch (SocketException reset) {
            assertThat(all.size()).as("what came before %s", reset.getMessage()).isPositive();
        }
        return all.toByteArray();
    }

    private String head(String line) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + agent.key()
                + "\r\n";
    }

    private void assertProblem(String response, int status, String slug) {
        assertThat(response)
                .startsWith("HTTP/1.1 " + status)
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("urn:writ:problem:" + slug)
                .doesNotContain(agent.key());
    }

    @Test
    void anUnknownPath() throws IOException {
        assertProblem(exchange(head("GET /v1/nothing") + "\r\n"), 404, "not-found");
        assertProblem(exchange(head("GET /") + "\r\n"), 404, "not-found");
        assertProblem(exchange(head("GET /v1/keys/../../etc/passwd") + "\r\n"), 404, "not-found");
    }

    @Test
    void anUnknownMethod() throws IOException {
        assertProblem(exchange(head("PUT /v1/tool-calls") + "Content-Length: 0\r\n\r\n"), 405, "method-not-allowed");
        assertProblem(exchange(head("BREW /v1/tool-calls") + "\r\n"), 405, "method-not-allowed");
    }

    @Test
    void anUnacceptableAnswer() throws IOException {
        assertProblem(
                exchange(head("POST /v1/tool-calls")
                        + "Accept: image/png\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
                406,
                "not-acceptable");
    }

    @Test
    void aBodyThatSaysItIsTooLarge() throws IOException {
        assertProblem(
                exchange(head("POST /v1/tool-calls")
                        + "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{"),
                413,
                "too-large");
    }

    @Test
    void aBodyThatTurnsOutTooLarge() throws IOException {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

        assertProblem(
                exchange(head("POST /v1/tool-calls")
                        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunk.repeat(20) + "0\r\n\r\n"),
                413,
                "too-large");
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        assertThat(exchange("GET /v1/ke ys HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .containsPattern("^HTTP/1[.][01] 400");
        assertThat(exchange(head("GET /v1/%zz") + "\r\n")).containsPattern("^HTTP/1[.][01] 400");
        assertThat(exchange(head("GET /v1/keys") + "X: " + "x".repeat(20_000) + "\r\n\r\n"))
                .containsPattern("^HTTP/1[.][01] 431");
        assertThat(exchange(head("GET /" + "x".repeat(10_000)) + "\r\n")).containsPattern("^HTTP/1[.][01] 414");
    }

    @Test
    void aRefusalIsRecordedByItsPathsTemplateWithoutWhatWasSent() {
        agent.get("/v1/tool-calls/secret-4711").then().statusCode(404);
        agent.get("/v1/secret-4711").then().statusCode(404);
        given().baseUri(agent.baseUrl())
                .get("/v1/tool-calls/secret-4711")
                .then()
                .statusCode(401);

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(bank.fixture().entries("kind=REJECTED_INPUT&agent=" + agent.name()))
                    .extracting(RefusalsTest::where)
                    .contains("GET /v1/tool-calls/{id}", "GET unmatched")
                    .noneMatch(where -> where.contains("4711"));
            assertThat(bank.fixture().entries("kind=REJECTED_INPUT&limit=1000&agent=anonymous"))
                    .extracting(RefusalsTest::where)
                    .contains("GET /v1/tool-calls/{id}");
        });
    }

    private static String where(LogEntry entry) {
        return String.valueOf(entry.body().get("where"));
    }
}
