package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.OtherAgent;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work that an agent hands to another one that speaks A2A, as a governed call: the document is the one that docs/a2a.md says to register. */
@WritTest
class HandOffTest {

    private static final String VERSION = "A2A-Version";

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");
    private final OtherAgent other = OtherAgent.start("application/a2a+json", asked ->
            (JsonObject) JsonValue.parse("{\"task\":{\"id\":\"t-1\",\"status\":{\"state\":\"TASK_STATE_WORKING\"}}}"));
    private final String name = other.name();
    private String bundle = "";

    @BeforeEach
    void register() {
        fixture.operator
                .post("/v1/connectors", other.registration("", "agent.yaml"))
                .then()
                .statusCode(201)
                .body("skipped.size()", equalTo(0));
        bundle = fixture.activate(name, """
                rule "%1$s is given work"
                when ToolCall( tool == "%1$s.send_message", size("message.parts[*].text") == size("message.parts") )
                then allow("texts, and no files");
                end
                rule "%1$s is asked about it"
                when ToolCall( tool == "%1$s.get_task" )
                then allow("asking is free");
                end
                """.formatted(name));
    }

    @AfterEach
    void stop() {
        fixture.deactivate(bundle);
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);
        other.close();
    }

    private static Map<String, Object> message(Map<String, ?> part) {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put(VERSION, "1.0");
        arguments.put("message", Map.of("messageId", "m-1", "role", "ROLE_USER", "parts", List.of(part)));
        return arguments;
    }

    @Test
    void aHandOffIsAGovernedCallAndTellsWhoActs() {
        agent.call(name + ".send_message", message(Map.of("text", "Look up the weather")))
                .then()
                .statusCode(200)
                .body("result.task.id", equalTo("t-1"));

        OtherAgent.Asked first = other.asked().get(0);
        JsonObject permit = (JsonObject) JsonValue.parse(new String(
                Base64.getUrlDecoder()
                        .decode(first.header("Writ-Permit").orElseThrow().split("\\.", -1)[1]),
                StandardCharsets.UTF_8));
        assertThat(first.method() + " " + first.path()).isEqualTo("POST /message:send");
        assertThat(first.header(VERSION)).contains("1.0");
        assertThat(permit.object("act").flatMap(act -> act.text("sub"))).contains(agent.name());
        assertThat(permit.text("tool")).contains(name + ".send_message");
        assertThat(first.body()).contains("Look up the weather").doesNotContain(VERSION);
    }

    @Test
    void whatNoRuleLetsBeHandedOnIsNot() {
        agent.call(name + ".send_message", message(Map.of("url", "https://files.example/all-customers")))
                .then()
                .statusCode(403);
        agent.call(name + ".cancel_task", Map.of("id", "t-1", VERSION, "1.0"))
                .then()
                .statusCode(403);

        assertThat(other.asked()).isEmpty();
    }

    @Test
    void aTaskIsAskedForByItsIdAndByNothingElse() {
        agent.call(name + ".get_task", Map.of("id", "t-1", VERSION, "1.0"))
                .then()
                .statusCode(200);
        agent.call(name + ".get_task", Map.of("id", "../t-1", VERSION, "1.0"))
                .then()
                .statusCode(400);

        assertThat(other.asked())
                .extracting(asked -> asked.method() + " " + asked.path())
                .containsExactly("GET /tasks/t-1");
    }

    @Test
    void anotherVersionOfTheProtocolIsNotSpoken() {
        Map<String, Object> old = message(Map.of("text", "Look up the weather"));
        old.put(VERSION, "0.3");

        agent.call(name + ".send_message", old).then().statusCode(400);

        assertThat(other.asked()).isEmpty();
    }
}
