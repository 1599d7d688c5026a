package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Refusing;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that fails is spared, and everybody who should know can see it; the gateway is as ready as ever. */
@WritTest
class FailingConnectorTest {

    private static final Map<String, ?> AT_ONCE = Map.of("breaker", Map.of("failures", 1, "calls", 1, "pause", "1h"));

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final Refusing nobody;
    private final String name = "c" + UUID.randomUUID().toString().substring(0, 8);

    FailingConnectorTest() throws IOException {
        nobody = new Refusing();
    }

    @AfterEach
    void remove() throws IOException {
        nobody.close();
        fixture.operator.request().delete("/v1/connectors/" + name);
    }

    private Response register(String url, Map<String, ?> delivery) {
        return fixture.operator.post(
                "/v1/connectors",
                Map.of(
                        "name",
                        name,
                        "kind",
                        "http",
                        "baseUrl",
                        url,
                        "document",
                        Upstream.DOCUMENT,
                        "allowPrivateAddresses",
                        true,
                        "delivery",
                        delivery));
    }

    private String metrics() {
        return fixture.operator.get("/q/metrics").asString();
    }

    @Test
    void isSparedAndShownAsFailingAndLeavesTheGatewayReady() {
        register(nobody.url(), AT_ONCE).then().statusCode(201);
        String policy = fixture.activate(
                name, "rule \"pay\" when ToolCall( tool == \"" + name + ".pay\" ) then allow(\"so\"); end\n");
        try {
            fixture.awaitPolicyAndTool(agent, name + ".pay");
            fixture.operator.get("/v1/connectors/" + name).then().body("health.status", equalTo("unknown"));
            assertThat(metrics()).contains("writ_connector_up{connector=\"" + name + "\"} NaN");

            agent.call(name + ".pay", Map.of("to", "acme", "amount", 1))
                    .then()
                    .statusCode(502)
                    .body("detail", containsString("could not be reached"));
            agent.call(name + ".pay", Map.of("to", "acme", "amount", 2))
                    .then()
                    .statusCode(502)
                    .body(
                            "detail",
                            matchesPattern(".*the service is failing; nothing was sent; try again in 3[56]\\d\\d s.*"));

            fixture.operator
                    .get("/v1/connectors/" + name)
                    .then()
                    .body("health.status", equalTo("failing"))
                    .body("health.since", notNullValue())
                    .body("health.why", equalTo("it could not be reached"));
            assertThat(metrics()).contains("writ_connector_up{connector=\"" + name + "\"} 0.0");
            fixture.ready()
                    .body("checks.find { it.name == 'connectors' }.status", equalTo("UP"))
                    .body("checks.find { it.name == 'connectors' }.data." + name, startsWith("failing since "));
        } finally {
            fixture.deactivate(policy);
        }
    }

    @Test
    void isForgottenWhenItIsRemoved() {
        register(nobody.url(), AT_ONCE).then().statusCode(201);
        assertThat(metrics()).contains("connector=\"" + name + "\"");

        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);

        assertThat(metrics()).doesNotContain("connector=\"" + name + "\"");
    }

    @Test
    void showsHowCallsAreBroughtThere() {
        register(nobody.url(), Map.of("permit", "none", "repeats", 0)).then().statusCode(201);

        fixture.operator
                .get("/v1/connectors/" + name)
                .then()
                .body("delivery.permit", equalTo("none"))
                .body("delivery.repeats", equalTo(0))
                .body("delivery.breaker.failures", equalTo(5))
                .body("health.why", nullValue());
    }

    @ParameterizedTest
    @CsvSource({"permit, everybody", "repeats, 9", "repeats, -1"})
    void refusesADeliveryThatCannotBe(String member, String value) {
        Object said = member.equals("repeats") ? Integer.valueOf(value) : value;

        register(nobody.url(), Map.of(member, said))
                .then()
                .statusCode(422)
                .body("problems[0]", startsWith("delivery: "));
    }
}
