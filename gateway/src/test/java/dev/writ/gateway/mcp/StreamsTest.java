package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that belong to no call, and those that are taken up again. */
@WritTest
class StreamsTest {

    private static final Duration AMPLE = Duration.ofSeconds(60);

    @Inject
    ListWatches watches;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<InputStream> open = new CopyOnWriteArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (InputStream stream : open) {
            stream.close();
        }
    }

    /** Opens a stream; {@link #heard} ends with {@code over} when it does. */
    private int open(HttpRequest.Builder request) throws Exception {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        request.uri(URI.create(agent.baseUrl() + "/mcp"))
                                .header("Authorization", "Bearer " + agent.key())
                                .header("Content-Type", "application/json")
                                .header("Accept", "text/event-stream, application/json")
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        open.add(response.body());
        var unused = CompletableFuture.runAsync(() -> {
            new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))
                    .lines()
                    .forEach(heard::add);
            heard.add("over");
        });
        return response.statusCode();
    }

    private int follow(McpClient client) throws Exception {
        return open(HttpRequest.newBuilder()
                .header("Mcp-Session-Id", client.session())
                .header("MCP-Protocol-Version", McpClient.LEGACY)
                .GET());
    }

    private void listen(Map<String, ?> notifications) throws Exception {
        McpClient client = McpClient.modern(agent);
        open(HttpRequest.newBuilder()
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "subscriptions/listen")
                .POST(HttpRequest.BodyPublishers.ofString(new ObjectMapper()
                        .writeValueAsString(
                                client.message("subscriptions/listen", Map.of("notifications", notifications))))));
    }

    private List<String> messages() {
        return heard.stream()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /** What every agent may call from then on. */
    private String allowSomethingNew() {
        String name = "new" + UUID.randomUUID().toString().substring(0, 8);
        fixture.register(name, bank.upstream().url());
        return fixture.activate(name, """
                rule "everybody looks at %1$s"
                when
                    ToolCall( tool == "%1$s.balance" )
                then
                    allow("a test");
                end
                """.formatted(name));
    }

    @Test
    void aClientOf2025HearsThatItsToolsHaveChanged() throws Exception {
        assertThat(follow(McpClient.legacy(agent))).isEqualTo(200);

        String bundle = allowSomethingNew();
        try {
            await().atMost(AMPLE).until(() -> !messages().isEmpty());
            assertThat(messages().get(0)).contains("\"method\":\"notifications/tools/list_changed\"");
        } finally {
            fixture.deactivate(bundle);
        }
    }

    @Test
    void aClientOf2026HearsOfWhatItAskedForAfterItWasToldWhatThatIs() throws Exception {
        listen(Map.of("toolsListChanged", true, "resourcesListChanged", true));
        await().atMost(AMPLE).until(() -> !messages().isEmpty());
        assertThat(messages().get(0))
                .contains("\"method\":\"notifications/subscriptions/acknowledged\"")
                .contains("\"notifications\":{\"toolsListChanged\":true}")
                .contains("\"io.modelcontextprotocol/subscriptionId\":7");

        String bundle = allowSomethingNew();
        try {
            await().atMost(AMPLE).until(() -> messages().size() > 1);
            assertThat(messages().get(1))
                    .contains("\"method\":\"notifications/tools/list_changed\"")
                    .contains("\"io.modelcontextprotocol/subscriptionId\":7");
        } finally {
            fixture.deactivate(bundle);
        }
    }

    @Test
    void aStreamIsForThoseWhoTakeOne() {
        McpClient client = McpClient.legacy(agent);
        agent.request()
                .header("Mcp-Session-Id", client.session())
                .header("Accept", "application/json")
                .get("/mcp")
                .then()
                .statusCode(406);
        McpClient.modern(agent).send("subscriptions/listen", Map.of()).then().body("error.code", equalTo(-32602));
    }

    @Test
    void whoMayNotStandForAPersonIsToldSo() {
        McpClient client = McpClient.legacy(agent);
        agent.request()
                .header("Mcp-Session-Id", client.session())
                .header("Accept", "text/event-stream")
                .header("Writ-On-Behalf-Of", "somebody")
                .get("/mcp")
                .then()
                .statusCode(400)
                .body("error.message", containsString("does not list that person"));
    }

    @Test
    void aStreamEndsWithTheKeyItWasOpenedWith() throws Exception {
        assertThat(follow(McpClient.legacy(agent))).isEqualTo(200);
        listen(Map.of("toolsListChanged", true));
        fixture.admin.request().delete("/v1/keys/" + agent.keyId()).then().statusCode(204);
        await().atMost(AMPLE)
                .untilAsserted(
                        () -> assertThat(heard).filteredOn("over"::equals).hasSize(2));
        assertThat(messages()).anyMatch(message -> message.contains("\"resultType\":\"complete\""));
    }

    @Test
    void onePrincipalOpensNoMoreThanItsShare() throws Exception {
        McpClient client = McpClient.legacy(agent);
        for (int stream = 0; stream < 3; stream++) {
            assertThat(follow(client)).isEqualTo(200);
        }
        assertThat(follow(client)).isEqualTo(429);
        assertThat(McpClient.modern(agent).send("tools/list", Map.of()).statusCode())
                .isEqualTo(200);
        open.get(0).close();
        await().atMost(AMPLE).until(() -> follow(client) == 200);
    }

    @Test
    void oneLookServesAllStreamsOfOneKeyAndEndsWithTheLast() throws Exception {
        assertThat(follow(McpClient.legacy(agent))).isEqualTo(200);
        assertThat(follow(McpClient.legacy(agent))).isEqualTo(200);
        listen(Map.of("toolsListChanged", true));
        assertThat(watches.of(agent.name())).isEqualTo(1);
        leave();
        await().atMost(AMPLE).until(() -> watches.of(agent.name()) == 0);
    }

    @Test
    void aCallThatWaitsForPeopleIsTakenUpAgainWhereItsStreamBroke() {
        McpClient client = McpClient.legacy(agent);
        String waiting =
                client.call("bank__pay", Map.of("to", "x", "amount", 171)).asString();
        String event = McpClient.event(waiting);
        assertThat(waiting).contains("retry: ");
        String call =
                fixture.entries("kind=DECIDED&agent=" + agent.name()).get(0).column("call");
        fixture.approver("fin-" + UUID.randomUUID().toString().substring(0, 8), "finance")
                .approve(call)
                .then()
                .statusCode(200);
        agent.ended(call).then().statusCode(200);

        Response resumed = client.resume(event);
        assertThat(resumed.contentType()).startsWith("text/event-stream");
        assertThat(resumed.asString())
                .contains("\"id\":7")
                .contains("\"structuredContent\"")
                .doesNotContain("isError");
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);

        McpClient.legacy(agent).resume(event).then().statusCode(400);
        client.resume(event + "x").then().statusCode(400);
        McpClient.legacy(fixture.agent()).resume(event).then().statusCode(400);
    }

    @Test
    void soIsOneThatDoesNot() {
        McpClient client = McpClient.legacy(agent);
        String stream = client.streamed("bank__balance", Map.of("id", "a"));
        assertThat(stream).startsWith("id: ");
        String answer = stream.substring(stream.indexOf("event: message"));
        assertThat(answer).contains("\"structuredContent\"");
        assertThat(client.resume(McpClient.event(stream)).asString()).endsWith(answer);
        assertThat(client.streamed("bank__nothing", Map.of())).doesNotContain("id: ");
    }

    @Test
    void clientsThatCannotComeBackAreNotToldHowTo() {
        assertThat(McpClient.modern(agent).streamed("bank__balance", Map.of("id", "a")))
                .startsWith(":\n\nevent: message")
                .doesNotContain("id: ");
    }
}
