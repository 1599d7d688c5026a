package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Errand;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where arguments come from, over REST: the person's words, and what tools answered. */
@WritTest
class OriginsApiTest {

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Errand errand = new Errand(fixture, "ana", "ben");
    private final Client agent = errand.agent;

    @BeforeEach
    void activate() {
        fixture.activate(Errand.RULES);
    }

    @AfterEach
    void restore() {
        fixture.activate(Fixture.RULES);
    }

    @Test
    void moneyGoesToWhomThePersonNamed() {
        String session = errand.open("ana", "pay acme-17 what we owe them");

        pay("acme-17", "ana", session).then().statusCode(200);
        pay("acme-18", "ana", session).then().statusCode(403);
        pay("acme-17", "ana", errand.open("ana", "something else")).then().statusCode(403);
        assertThat(errand.application
                        .post("/v1/sessions/" + session + "/turns", Map.of("text", "and acme-18", "onBehalfOf", "ana"))
                        .statusCode())
                .isEqualTo(201);
        pay("acme-18", "ana", session).then().statusCode(200);
    }

    @Test
    void theDecisionRecordsWhereItsArgumentsComeFrom() {
        String session = errand.open("ana", "pay acme-17 an amount of 12.50");

        String call =
                pay("acme-17", "ana", session).then().statusCode(200).extract().path("id");

        LogEntry opened =
                fixture.entries("kind=SESSION_OPENED&session=" + session).get(0);
        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .statusCode(200)
                .body("decisions[0].origins.argument", contains("amount", "note", "to"))
                .body("decisions[0].origins.source", contains("user", "nowhere", "user"))
                .body("decisions[0].origins.tainted", contains(false, false, false))
                .body("decisions[0].origins[2].seenAt", contains(opened.index()))
                .body("decisions[0].matched", hasItem(opened.index()));
    }

    @Test
    void whatAToolAnsweredIsUntrustedUnlessDeclared() {
        String session = errand.open("ana", "pay whoever it says");
        String answered = lookAtBalance("ana", session);

        pay(answered, "ana", session).then().statusCode(202).body("status", equalTo("escalated"));
    }

    @Test
    void noOneElsesWordsCount() {
        String session = errand.open("ana", "pay acme-17");

        pay("acme-17", "ben", errand.open("ben", "look around")).then().statusCode(403);
        assertThat(errand.application
                        .post("/v1/sessions/" + session + "/turns", Map.of("text", "acme-18", "onBehalfOf", "ben"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(agent.post("/v1/sessions/" + session + "/turns", Map.of("text", "acme-18", "onBehalfOf", "ana"))
                        .statusCode())
                .as("a model would choose its own payees")
                .isEqualTo(403);
        assertThat(errand.application
                        .post("/v1/sessions/" + session + "/turns", Map.of("text", " ", "onBehalfOf", "ana"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void theSameIsReadFromTheLogAgain() {
        fixture.activate(Fixture.RULES);
        String session = errand.open("ana", "pay acme-17");
        fixture.activate(Errand.RULES);

        pay("acme-17", "ana", session).then().statusCode(200);
    }

    private Response pay(String to, String person, String session) {
        return agent.call(
                "bank.pay",
                Map.of("to", to, "amount", 12.5, "note", UUID.randomUUID().toString()),
                new HashMap<>(Map.of("onBehalfOf", person, "session", session)));
    }

    /** The id in the answer. */
    private String lookAtBalance(String person, String session) {
        return agent.call("bank.balance", Map.of("id", "x"), Map.of("onBehalfOf", person, "session", session))
                .then()
                .statusCode(200)
                .extract()
                .path("result.id");
    }
}
