package dev.writ.gateway.permit;

import static dev.writ.gateway.McpUpstream.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.WritTest;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An MCP server behind the gateway is shown what was permitted, and watched. */
@WritTest
class McpPermitTest {

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");
    private final String name = "p" + UUID.randomUUID().toString().substring(0, 8);
    private final McpUpstream upstream = McpUpstream.start(tool("sayIt", "Says a text"));
    private String policy = "";

    @AfterEach
    void close() {
        if (!policy.isEmpty()) {
            fixture.deactivate(policy);
        }
        fixture.operator.request().delete("/v1/connectors/" + name);
        upstream.close();
    }

    private void register(Map<String, ?> more) {
        Map<String, Object> registration = new HashMap<>(
                Map.of("name", name, "kind", "mcp", "url", upstream.url(), "allowPrivateAddresses", true));
        registration.putAll(more);
        fixture.operator.post("/v1/connectors", registration).then().statusCode(201);
        if (policy.isEmpty()) {
            policy = fixture.activate(
                    name, "rule \"say\" when ToolCall( tool == \"" + name + ".say_it\" ) then allow(\"so\"); end\n");
        }
        fixture.awaitPolicyAndTool(agent, name + ".say_it");
    }

    private Response say(String text) {
        return agent.call(name + ".say_it", Map.of("text", text), Map.of("onBehalfOf", "ann"));
    }

    private JsonObject meta() {
        return upstream.metas().get(upstream.metas().size() - 1);
    }

    @Test
    void aCallCarriesAPermitForThisServerAndTheseArguments() {
        register(Map.of());

        Response said = say("hello");

        said.then().statusCode(200).body("result.content[0].text", equalTo("sayIt: hello"));
        JsonObject claims = Mint.part(meta().text("dev.writ/permit").orElseThrow(), 1);
        assertThat(claims.text("aud")).contains(upstream.url().replace("/mcp", ""));
        assertThat(claims.text("tool")).contains(name + ".say_it");
        assertThat(claims.text("args"))
                .contains(Digest.of(JsonValue.parse("{\"text\":\"hello\"}")).value());
        assertThat(claims.text("jti")).contains(said.<String>path("id"));
        assertThat(claims.text("sub")).hasValueSatisfying(sub -> assertThat(sub).isNotEqualTo("ann"));
    }

    @Test
    void theOperatorDecidesWhetherAndHowItNamesThePerson() {
        register(Map.of("delivery", Map.of("permit", "person")));
        say("one").then().statusCode(200);
        assertThat(Mint.part(meta().text("dev.writ/permit").orElseThrow(), 1).text("sub"))
                .contains("ann");

        register(Map.of("delivery", Map.of("permit", "none")));
        say("two").then().statusCode(200);
        assertThat(meta().text("dev.writ/permit")).isEmpty();
    }

    @Test
    void aServerThatIsGoneIsShownAsFailing() {
        register(Map.of());
        say("hello").then().statusCode(200);
        fixture.operator.get("/v1/connectors/" + name).then().body("health.status", equalTo("up"));

        upstream.close();
        say("hello").then().statusCode(502);

        fixture.operator
                .get("/v1/connectors/" + name)
                .then()
                .body("health.status", equalTo("failing"))
                .body("health.since", notNullValue())
                .body("health.why", equalTo("the server could not be reached"));
        assertThat(fixture.operator.get("/q/metrics").asString())
                .contains("writ_connector_up{connector=\"" + name + "\"} 0.0");
    }
}
