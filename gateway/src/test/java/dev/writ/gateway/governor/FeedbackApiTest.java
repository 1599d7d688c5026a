package dev.writ.gateway.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people say of decisions afterwards, and how they are seen to answer. */
@WritTest
class FeedbackApiTest {

    private final Payments bank = Payments.reversible();
    private final Fixture fixture = Bank.shared().fixture();

    @AfterEach
    void end() {
        bank.end();
    }

    private static Response say(Client who, String call, String verdict) {
        return who.post("/v1/tool-calls/" + call + "/feedback", Map.of("verdict", verdict, "reason", "as I see it"));
    }

    private List<String> said(String query) {
        return fixture.auditor
                .get("/v1/feedback?tool=" + bank.tool + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("items.verdict");
    }

    @Test
    void theLastWordOfEachPersonCounts() {
        String call = bank.waiting("acme", 500);

        say(bank.jd, call, "right").then().statusCode(201).body("verdict", equalTo("right"));
        say(fixture.auditor, call, "too-strict").then().statusCode(201);
        say(bank.jd, call, "wrong").then().statusCode(201);

        assertThat(said("")).containsExactly("wrong", "too-strict");
        assertThat(said("&verdict=right")).isEmpty();
        assertThat(said("&verdict=too-strict")).hasSize(1);
        assertThat(said("&rule=large " + bank.name)).hasSize(2);
        fixture.auditor
                .get("/v1/feedback?limit=1&tool=" + bank.tool)
                .then()
                .body("items.by", contains(bank.jd.name()))
                .body("items.reason", contains("as I see it"))
                .body("items.call", contains(call));
    }

    @Test
    void agentsSayNothing() {
        String call = bank.waiting("acme", 500);

        say(bank.agent, call, "too-strict").then().statusCode(403);
        bank.agent.get("/v1/feedback").then().statusCode(403);
        assertThat(said("")).isEmpty();
    }

    @Test
    void whatIsMalformedIsRefused() {
        String call = bank.waiting("acme", 500);

        say(bank.jd, call, "maybe").then().statusCode(400);
        bank.jd
                .post("/v1/tool-calls/" + call + "/feedback", Map.of("verdict", "right", "reason", " "))
                .then()
                .statusCode(400);
        say(bank.jd, UUID.randomUUID().toString(), "right").then().statusCode(404);
        fixture.auditor.get("/v1/feedback?verdict=maybe").then().statusCode(400);
        fixture.auditor.get("/v1/feedback?cursor=x").then().statusCode(400);
    }

    @Test
    void everybodySeesTheirOwnFiguresAndSomeThoseOfAll() {
        bank.approved(bank.jd, "acme", 500);
        bank.approved(bank.jd, "acme", 500);
        bank.mk.refuse(bank.waiting("acme", 500), "no").then().statusCode(200);

        bank.jd
                .get("/v1/approver-figures")
                .then()
                .statusCode(200)
                .body("items.approver", contains(bank.jd.name()))
                .body("items[0].approvals", equalTo(2))
                .body("items[0].shareApproved", equalTo(1.0f))
                .body("items[0].longestStreak", equalTo(2))
                .body("cut", equalTo(false));
        assertThat(fixture.operator
                        .get("/v1/approver-figures?limit=1000")
                        .jsonPath()
                        .getList("items.approver", String.class))
                .contains(bank.jd.name(), bank.mk.name())
                .isSorted();
        bank.jd.get("/v1/approver-figures?to=2020-01-01T00:00:00Z").then().body("items", empty());
        bank.agent.get("/v1/approver-figures").then().statusCode(403);
        fixture.operator
                .get("/v1/approver-figures?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")
                .then()
                .statusCode(400);
    }

    @Test
    void whoeverApprovesFasterThanTheyCanReadIsToldWithTheAnswer() {
        String call = bank.waiting("acme", 500);
        view(bank.jd, call);

        bank.jd
                .approve(call)
                .then()
                .statusCode(200)
                .body("warnings[0]", containsString("after they were shown to you"));

        assertThat(fixture.entries("kind=APPROVAL_TOO_FAST&agent=" + bank.jd.name()))
                .singleElement()
                .satisfies(note -> assertThat(note.column("call")).isEqualTo(call));
        bank.jd.get("/v1/approver-figures").then().body("items[0].tooFast", equalTo(1));
        String other = bank.waiting("acme", 500);
        bank.mk.approve(other).then().statusCode(200).body("warnings", nullValue());
    }

    private void view(Client by, String call) {
        by.post("/v1/approvals/" + call + "/view", Map.of()).then().statusCode(200);
    }

    @Test
    void figuresComePageByPage() {
        bank.approved(bank.jd, "acme", 500);
        bank.approved(bank.mk, "acme", 500);

        String next = fixture.operator
                .get("/v1/approver-figures?limit=1&cursor=jd-" + bank.name.substring(0, 10))
                .jsonPath()
                .getString("next");

        assertThat(next).isEqualTo(bank.jd.name());
        assertThat(fixture.operator
                        .get("/v1/approver-figures?limit=1&cursor=" + next)
                        .jsonPath()
                        .getString("items[0].approver"))
                .isGreaterThan(next);
    }
}
