package dev.writ.gateway.envelope;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What ends an envelope or makes it smaller, and what does not. */
@WritTest
class EnvelopeEndApiTest extends EnvelopeScene {

    @Test
    void theKillSwitchBeatsIt() {
        envelope(3);
        fixture.killSwitch("agent", agent.name(), true);

        pay(300).then().statusCode(403);

        fixture.killSwitch("agent", agent.name(), false);
    }

    @Test
    void endsWithTheKeyThatItWasGivenWith() {
        envelope(3);
        fixture.admin.request().delete("/v1/keys/" + jd.keyId()).then().statusCode(204);

        pay(300).then().statusCode(202);
    }

    @Test
    void endsWithTheRuleThatAsked() {
        envelope(3);
        fixture.activate(RULES.replace("payments over 100 need finance", "payments over 100 still need finance"));

        pay(300).then().statusCode(202);
    }

    @Test
    void staysWhenOtherRulesChange() {
        envelope(3);
        fixture.activate(RULES.replace("an unlucky number", "a very unlucky number"));

        pay(300).then().statusCode(200);
    }

    @Test
    void onceItIsRevokedPeopleAreAskedAgainAndWhatRestedOnItIsListed() {
        String envelope = envelope(3);
        String first = pay(201).path("id");
        String second = pay(202).path("id");

        jd.request()
                .queryParam("limit", 1)
                .queryParam("reason", "no more")
                .delete("/v1/envelopes/" + envelope)
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("envelope.state", equalTo("revoked"))
                .body("envelope.revoked.by", equalTo(jd.name()))
                .body("uses.items", hasSize(1))
                .body("uses.items[0].call", equalTo(first))
                .body("uses.items[0].outcome", equalTo("succeeded"))
                .body("uses.next", equalTo("1"));

        pay(300).then().statusCode(202);
        jd.get("/v1/envelopes/" + envelope + "/uses?cursor=1")
                .then()
                .body("items.call", equalTo(List.of(second)))
                .body("next", nullValue());
        jd.request()
                .delete("/v1/envelopes/" + envelope + "?reason=again")
                .then()
                .statusCode(409);
        shown(envelope).then().body("revoked.reason", equalTo("no more")).body("used", equalTo(2));
    }

    @Test
    void whatIsRevokedWhileAnotherRuleAsksIsNotThereAnyMore() {
        Client legal = fixture.approver("lex", "legal");
        String envelope = envelope(3);
        String call = waiting(pay(401));
        jd.request().delete("/v1/envelopes/" + envelope + "?reason=x").then().statusCode(200);

        legal.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("denied")).body("decision.rule", equalTo("writ:not-approved"));
    }

    @Test
    void isMadeNarrowerWithoutAskingAndWiderNever() {
        String envelope = envelope(5);
        String path = "/v1/envelopes/" + envelope + "/narrow";

        jd.post(path, Map.of("uses", 6, "reason", "more")).then().statusCode(422);
        jd.post(path, Map.of("bounds", List.of(Map.of("path", "/amount", "from", 101, "to", 501)), "reason", "more"))
                .then()
                .statusCode(422);
        jd.post(path, Map.of("bounds", List.of(Map.of("path", "/amount", "from", 101, "to", 300)), "reason", "less"))
                .then()
                .statusCode(200);
        pay(301).then().statusCode(202);
        pay(300).then().statusCode(200);
        jd.post(path, Map.of("uses", 1, "reason", "that was it"))
                .then()
                .statusCode(200)
                .body("state", equalTo("used"));
        pay(299).then().statusCode(202);
    }
}
