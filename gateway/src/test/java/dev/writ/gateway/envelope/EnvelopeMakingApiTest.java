package dev.writ.gateway.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who makes an envelope of what, and who is shown it. */
@WritTest
class EnvelopeMakingApiTest extends EnvelopeScene {

    @Test
    void mayNotBeMadeOnceTheRuleThatAskedHasChanged() {
        String call = waiting(pay(200));
        fixture.activate(RULES.replace("\"7d\", \"irreversible\"", "\"6d\", \"irreversible\""));

        propose(jd, call, extent(1)).then().statusCode(409).body("detail", containsString("changed"));
    }

    @Test
    void anAgentHasOnlySoMany() {
        for (int i = 0; i < 100; i++) {
            propose(jd, waiting(pay(agent, "payee-" + i, 200)), extent(1))
                    .then()
                    .statusCode(200);
        }

        propose(jd, waiting(pay(200)), extent(1)).then().statusCode(429);
    }

    @Test
    void isLiveOnceAsManyHaveConsentedAsTheRuleAsksFor() {
        Client mk = fixture.approver("mk", "finance");
        String call = waiting(pay(2000));
        Map<String, Object> extent = extent(3);
        extent.put("bounds", List.of(Map.of("path", "/amount", "from", 1001, "to", 3000)));
        String envelope = propose(jd, call, extent)
                .then()
                .statusCode(200)
                .body("state", equalTo("proposed"))
                .extract()
                .path("id");
        pay(2001).then().statusCode(202);

        jd.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "me again"))
                .then()
                .statusCode(409);
        mk.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "agreed"))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("state", equalTo("live"));

        agent.ended(call).then().statusCode(200);
        pay(2002).then().statusCode(200);
    }

    @Test
    void isMadeFromTheArgumentsAsTheyAreToBeApprovedNow() {
        Client mk = fixture.approver("mk", "finance");
        String call = waiting(pay(4000));
        jd.post(
                        "/v1/approvals/" + call + "/edit",
                        Map.of(
                                "arguments",
                                Map.of("to", "acme", "amount", 2000),
                                "reason",
                                "the invoice says so",
                                "view",
                                view(call)))
                .then()
                .statusCode(200);
        Map<String, Object> extent = extent(3);
        extent.put("bounds", amounts(1001, 3000));
        propose(mk, call, extent).then().statusCode(409).body("detail", containsString("Read it again"));
        extent.put("view", view(call));
        extent.put("bounds", amounts(3500, 5000));
        propose(mk, call, extent).then().statusCode(422).body("detail", containsString("the call itself"));

        extent.put("bounds", amounts(1001, 3000));
        String envelope = propose(mk, call, extent)
                .then()
                .statusCode(200)
                .body("arguments.amount", equalTo(2000))
                .extract()
                .path("id");

        agent.ended(call).then().statusCode(200);
        jd.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "agreed", "view", view(call)))
                .then()
                .statusCode(200)
                .body("state", equalTo("live"));
        pay(2500).then().statusCode(200);
    }

    /** One that finance proposed and that another has to consent to; legal is asked later. */
    private String proposed(String after) {
        fixture.activate(RULES.replace(
                ".to(\"finance\").approvals(2)",
                ".to(\"finance\").then(\"legal\").after(\"" + after + "\").approvals(2)"));
        Map<String, Object> extent = extent(3);
        extent.put("bounds", amounts(1001, 3000));
        return propose(jd, waiting(pay(2000)), extent)
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    @Test
    void aGroupFurtherUpTheLadderSeesItOnceItMayConsent() {
        Client lea = fixture.approver("lea", "legal");
        String envelope = proposed("1s");

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> lea.get("/v1/envelopes/" + envelope).statusCode() == 200);

        lea.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "agreed"))
                .then()
                .statusCode(200)
                .body("state", equalTo("live"));
    }

    @Test
    void aGroupFurtherUpTheLadderDoesNotSeeItBefore() {
        String envelope = proposed("1h");

        fixture.approver("lea", "legal").get("/v1/envelopes/" + envelope).then().statusCode(404);
    }

    @Test
    void aDelegateConsentsInTheNameOfTheLenderAndOnce() {
        Client del = fixture.approver("del", "sales");
        jd.post(
                        "/v1/delegations",
                        Map.of(
                                "to",
                                del.name(),
                                "groups",
                                List.of("finance"),
                                "until",
                                Instant.now().plusSeconds(600).toString(),
                                "reason",
                                "on leave"))
                .then()
                .statusCode(201);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !del.get("/v1/delegations")
                        .<List<String>>path("items.id")
                        .isEmpty());
        Map<String, Object> extent = extent(3);
        extent.put("bounds", amounts(1001, 3000));
        String ofTwo = propose(jd, waiting(pay(2000)), extent).path("id");
        del.post("/v1/envelopes/" + ofTwo + "/consent", Map.of("reason", "for jd"))
                .then()
                .statusCode(403);

        propose(del, waiting(pay(200)), extent(3))
                .then()
                .statusCode(200)
                .body("state", equalTo("live"))
                .body("consents[0].for", equalTo(jd.name()));
        pay(300).then().statusCode(200);

        fixture.admin.request().delete("/v1/keys/" + jd.keyId()).then().statusCode(204);
        pay(301).then().statusCode(202);
    }

    @Test
    void refusesWhatTheRuleDoesNotAllowFor() {
        String call = waiting(pay(200));

        propose(jd, waiting(pay(7000)), extent(1)).then().statusCode(409).body("detail", containsString("No rule"));
        propose(jd, waiting(pay(5500)), extent(1)).then().statusCode(409).body("detail", containsString("undone"));
        propose(jd, call, extent(21)).then().statusCode(422).body("detail", containsString("20 uses"));
        Map<String, Object> tooLong = extent(1);
        tooLong.put("until", Instant.now().plus(Duration.ofDays(8)).toString());
        propose(jd, call, tooLong).then().statusCode(422);
        Map<String, Object> outside = extent(1);
        outside.put("bounds", List.of(Map.of("path", "/amount", "from", 201, "to", 500)));
        propose(jd, call, outside).then().statusCode(422).body("detail", containsString("outside"));
        jd.get("/v1/approvals/" + call).then().body("state", equalTo("open"));
        assertThat(listed("limit=10")).isEmpty();
    }

    @Test
    void isForThoseWhoMayAnswerTheCall() {
        String call = waiting(pay(200));
        Client stranger = fixture.approver("stranger", "legal");

        propose(stranger, call, extent(1)).then().statusCode(403);
        propose(agent, call, extent(1)).then().statusCode(403);
        propose(fixture.operator, call, extent(1)).then().statusCode(403);
        String envelope = propose(jd, call, extent(1)).path("id");
        stranger.get("/v1/envelopes/" + envelope).then().statusCode(404);
        stranger.request()
                .delete("/v1/envelopes/" + envelope + "?reason=x")
                .then()
                .statusCode(404);
        agent.get("/v1/envelopes").then().statusCode(403);
        fixture.operator
                .request()
                .delete("/v1/envelopes/" + envelope + "?reason=x")
                .then()
                .statusCode(200);
    }

    @Test
    void isMadeOfAnOpenCallOnly() {
        String call = waiting(pay(200));
        jd.refuse(call, "no").then().statusCode(200);

        propose(jd, call, extent(1)).then().statusCode(409).body("detail", containsString("not open"));
    }

    @Test
    void isListedByState() {
        String live = envelope(1);

        assertThat(listed("state=live")).containsExactly(live);
        pay(300).then().statusCode(200);
        assertThat(listed("state=live")).isEmpty();
        assertThat(listed("state=used")).containsExactly(live);
        jd.get("/v1/envelopes?state=done").then().statusCode(400);
    }

    @Test
    void showsItsBoundsToThoseItConcerns() {
        shown(envelope(2))
                .then()
                .body("arguments.to", equalTo("acme"))
                .body("bounds[0].path", equalTo("/amount"))
                .body("bounds[0].to", equalTo(500))
                .body("consents[0].approver", equalTo(jd.name()))
                .body("rule", equalTo("large payment"));
    }
}
