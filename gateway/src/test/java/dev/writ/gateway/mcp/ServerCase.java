package dev.writ.gateway.mcp;

import static dev.writ.gateway.McpUpstream.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.McpUpstream;
import dev.writ.model.JsonObject;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One server behind the gateway, with the tools {@code say} and {@code write} if no others, all of which are allowed, and an agent in front. */
abstract class ServerCase {

    static final JsonObject SAY = tool("say", "Says a text");
    static final JsonObject WRITE = tool("write", "Writes a note");

    final Fixture fixture = Bank.shared().fixture();
    final Client agent = fixture.agent();
    final McpClient client = McpClient.modern(agent);
    final String name = "h" + UUID.randomUUID().toString().substring(0, 8);
    final McpUpstream upstream;

    private String bundle = "";

    ServerCase() {
        this(McpUpstream.start(SAY, WRITE));
    }

    /** With a server that has other tools. */
    ServerCase(McpUpstream upstream) {
        this.upstream = upstream;
    }

    @BeforeEach
    void allowsEverything() {
        bundle = fixture.activate(name, "rule \"%1$s\" when ToolCall() then allow(\"a test\"); end\n".formatted(name));
    }

    @AfterEach
    void stop() {
        fixture.deactivate(bundle);
        fixture.operator.request().delete("/v1/connectors/" + name);
        upstream.close();
    }

    /** From now on that is done with every call. */
    void rules(String then) {
        governs("rule \"%1$s\" when ToolCall() then %2$s; end\n".formatted(name, then));
    }

    /** From now on those are the rules. */
    void governs(String rules) {
        bundle = fixture.activate(name, rules);
    }

    void register() {
        register(Map.of());
    }

    void register(Map<String, ?> more) {
        fixture.operator
                .post("/v1/connectors", registration(more))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(201);
    }

    Response plan() {
        return fixture.operator.post("/v1/connectors/plan", registration(Map.of()));
    }

    Map<String, Object> registration(Map<String, ?> more) {
        Map<String, Object> registration = new HashMap<>(Map.of(
                "name", name, "kind", "mcp", "url", upstream.url(), "allowPrivateAddresses", true, "timeout", "20s"));
        registration.putAll(more);
        return registration;
    }

    Response listed() {
        return client.send("tools/list", Map.of());
    }

    Response call(String own, String text) {
        return client.call(name + "__" + own, Map.of("text", text));
    }

    static String told(Response answer) {
        return answer.path("result.content[0].text");
    }

    static String callId(Response answer) {
        return answer.path("result._meta.'dev.writ/decision'.callId");
    }

    void assertWorks(String own) {
        call(own, "still here").then().body("result.content[0].text", equalTo(own + ": still here"));
    }

    /** What the log says of how that call ended. */
    void assertEnded(Response answer, String outcome) {
        answer.then().body("result._meta.'dev.writ/decision'.status", equalTo(outcome));
        List<LogEntry> entries = fixture.entries("call=" + callId(answer));
        assertThat(entries).extracting(LogEntry::kind).contains("DECIDED", "EXECUTED");
        assertThat(entries.stream()
                        .filter(entry -> entry.kind().equals("EXECUTED"))
                        .map(LogEntry::body))
                .allSatisfy(body -> assertThat(body).containsEntry("outcome", outcome));
    }

    LogEntry awaitEntry(String kind) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> fixture.entries("kind=" + kind + "&limit=1000").stream()
                                .filter(entry -> name.equals(entry.body().get("connector")))
                                .toList(),
                        found -> !found.isEmpty())
                .get(0);
    }
}
