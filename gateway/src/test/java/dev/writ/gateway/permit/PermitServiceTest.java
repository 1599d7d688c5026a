package dev.writ.gateway.permit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.writ.audit.LogKeys;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service behind the gateway refuses what did not come through it. */
@WritTest
class PermitServiceTest {

    private static final Map<String, ?> PAYMENT = Map.of("to", "acme", "amount", 40.50);
    private static final String BODY = "{\"amount\": 40.50, \"to\": \"acme\"}";

    @Inject
    LogKeys log;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ann");
    private final String connector = "vault" + UUID.randomUUID().toString().substring(0, 8);

    private GuardedService service;
    private String policy;

    @BeforeEach
    void guard() throws IOException {
        service = new GuardedService(fixture.operator.baseUrl());
        fixture.register(connector, service.url());
        policy = fixture.activate(
                connector, "rule \"pay\" when ToolCall( tool == \"" + connector + ".pay\" ) then allow(\"so\"); end\n");
        fixture.awaitPolicyAndTool(agent, connector + ".pay");
    }

    @AfterEach
    void close() {
        fixture.deactivate(policy);
        service.close();
    }

    private Response pay() {
        return agent.call(connector + ".pay", PAYMENT, Map.of("onBehalfOf", "ann"));
    }

    private Response directly(String token, String body) {
        return given().header("Writ-Permit", token).body(body).post(service.url() + "/payments");
    }

    @Test
    void whatCameThroughTheGatewayIsServedAndCanBeFoundInTheLog() {
        Response paid = pay();

        paid.then().statusCode(200).body("result.seen", equalTo("[redacted]"));
        JsonObject claims = Mint.part(service.lastToken(), 1);
        assertThat(claims.text("jti")).contains(paid.<String>path("id"));
        assertThat(claims.text("iss")).contains(log.origin());
        assertThat(claims.object("act").orElseThrow().text("sub")).contains(agent.name());
        fixture.auditor
                .get("/v1/audit/entries/" + claims.number("idx").orElseThrow().longValueExact())
                .then()
                .statusCode(200)
                .body("kind", equalTo("DECIDED"))
                .body("columns.subject", equalTo(claims.text("sub").orElseThrow()))
                .body("columns.call", equalTo(paid.path("id")));
        fixture.auditor
                .get("/v1/audit/entries/" + claims.number("idx").orElseThrow().longValueExact() + "/proof")
                .then()
                .statusCode(200);
    }

    @Test
    void aDirectCallIsRefused() {
        given().body(BODY)
                .post(service.url() + "/payments")
                .then()
                .statusCode(401)
                .body(containsString("no permit"));
    }

    @Test
    void aReplayedCallIsRefused() {
        pay().then().statusCode(200);

        directly(service.lastToken(), BODY).then().statusCode(401).body(containsString("used before"));
    }

    @Test
    void otherArgumentsAreRefusedAndTheSameOnesServed() {
        service.onlyListens();
        pay().then().statusCode(200);
        service.checksAgain();

        directly(service.lastToken(), BODY.replace("40.50", "41"))
                .then()
                .statusCode(401)
                .body(containsString("other arguments"));
        directly(service.lastToken(), BODY).then().statusCode(200);
    }

    @Test
    void anExpiredPermitIsRefused() {
        service.onlyListens();
        pay().then().statusCode(200);
        service.checksAgain();
        service.clockIsAhead(Duration.ofMinutes(1));

        directly(service.lastToken(), BODY).then().statusCode(401).body(containsString("expired"));
    }

    @Test
    void aPermitForAnotherServiceIsRefused() {
        fixture.register(connector, service.url().replace("127.0.0.1", "localhost"));

        pay().then().statusCode(502);

        assertThat(service.refusals()).containsExactly("for another service");
    }

    @Test
    void theTokenIsNowhereButInTheRequest() {
        Response paid = pay();

        String signature = service.lastToken().substring(service.lastToken().lastIndexOf('.') + 1);
        assertThat(paid.asString()).doesNotContain(signature);
        assertThat(fixture.auditor.get("/v1/audit/calls/" + paid.path("id")).asString())
                .doesNotContain(signature);
        assertThat(bank.logLines()).doesNotContain(signature);
        assertThat(String.join("\n", bank.spans())).doesNotContain(signature);
    }

    @Test
    void theKeysAreForEverybodyAndMayBeCached() {
        given().baseUri(fixture.operator.baseUrl())
                .get("/.well-known/jwks.json")
                .then()
                .statusCode(200)
                .contentType("application/jwk-set+json")
                .header("Cache-Control", "public, max-age=300")
                .body("keys", hasSize(3))
                .body("keys[1].alg", equalTo("ES256"));
        given().baseUri(fixture.operator.baseUrl())
                .get("/.well-known/jwks.json?kid=1")
                .then()
                .statusCode(400);
    }
}
