package dev.writ.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WritTest
class ReplayApiTest {

    /** As {@link Fixture#RULES}, but payments up to 50 only, and 100 in all. */
    private static final String STRICTER = Fixture.RULES
            .replace("number(\"amount\") <= 100", "number(\"amount\") <= 50")
            .replace("number(\"amount\") > 100", "number(\"amount\") > 50")
            .replace("$spent + $amount > 300", "$spent + $amount > 100");

    private static final String FOR_BOTH = Fixture.RULES + """
            rule "large payment needs legal"
            when
                ToolCall( tool == "bank.pay", number("amount") > 100 )
            then
                escalate("payments over 100 need legal").to("legal").within("4h");
            end
            """;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana");
    private final long from = size();

    @AfterEach
    void putBack() {
        fixture.killSwitch("agent", agent.name(), false);
        try (Superuser database = Superuser.connect()) {
            database.putInputsBack();
        }
    }

    @Test
    void showsWhatAStricterPolicyWouldHaveChanged() {
        pay(80);
        pay(10);
        pay(40);
        agent.call("bank.balance", Map.of("id", "a")).then().statusCode(200);

        JsonPath report = replayed(STRICTER);

        assertThat(report.getLong("report.compared")).isEqualTo(4);
        assertThat(report.getLong("report.flipped")).isEqualTo(2);
        assertThat(directions(report))
                .containsExactlyInAnyOrder(
                        "allow by small payment -> deny by payments of 300 in all: 1",
                        "allow by small payment -> escalate by large payment needs finance: 1");
        assertThat(report.getList("report.flips.samples.flatten().explanation", String.class))
                .allMatch(link -> link.startsWith("/v1/audit/calls/"));
    }

    @Test
    void whatHappenedBeforeTheRangeCounts() {
        pay(80);
        long begin = size();
        pay(40);

        JsonPath report = replayed(STRICTER, begin);

        assertThat(directions(report)).containsExactly("allow by small payment -> deny by payments of 300 in all: 1");
        assertThat(report.getLong("report.recorded.reproduced")).isEqualTo(1);
    }

    @Test
    void theBundlesOfThenSayAgainWhatWasRecorded() {
        pay(40);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 200)).then().statusCode(202);
        pay(100);

        JsonPath report = replayed(Fixture.RULES);

        assertThat(report.getLong("report.flipped")).isZero();
        assertThat(report.getLong("report.recorded.reproduced")).isEqualTo(3);
        assertThat(report.getLong("report.recorded.differing")).isZero();
        assertThat(report.getLong("report.recorded.unchecked")).isZero();
    }

    @Test
    void anApprovedCallIsReplayedWithItsApproval() {
        Client finance = fixture.approver("fin-" + UUID.randomUUID(), "finance");
        String call = agent.call("bank.pay", Map.of("to", "acme", "amount", 200))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        finance.post("/v1/approvals/" + call + "/approve", Map.of("reason", "known"))
                .then()
                .statusCode(200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> agent.get("/v1/tool-calls/" + call).path("status"), "succeeded"::equals);

        JsonPath report = replayed(Fixture.RULES);

        assertThat(report.getLong("report.compared")).isEqualTo(2);
        assertThat(report.getLong("report.flipped")).isZero();
        assertThat(report.getLong("report.recorded.reproduced")).isEqualTo(2);
    }

    @Test
    void aVoiceThatLapsedBeforeTheDecisionDoesNotCountInItsReplay() {
        Client fay = fixture.approver("fay-" + UUID.randomUUID(), "finance");
        Client lea = fixture.approver("lea-" + UUID.randomUUID(), "legal");
        lea.post(
                        "/v1/delegations",
                        Map.of(
                                "to",
                                fay.name(),
                                "groups",
                                List.of("legal"),
                                "until",
                                Instant.now().plusSeconds(600).toString(),
                                "reason",
                                "on leave"))
                .then()
                .statusCode(201);
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        !fay.get("/v1/delegations").<List<String>>path("items").isEmpty());
        fixture.activate(FOR_BOTH);
        Map<String, Object> waits =
                Map.of("mode", "decide", "wait", true, "key", UUID.randomUUID().toString());
        Map<String, Object> payment = Map.of("to", "acme", "amount", 200);
        String call = agent.call("bank.pay", payment, waits)
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        fay.approve(call).then().statusCode(200).body("state", equalTo("approved"));
        fixture.admin.request().delete("/v1/keys/" + lea.keyId()).then().statusCode(204);
        // Nobody asks for her word any more, so that it is allowed all the same.
        fixture.activate(Fixture.RULES);
        agent.call("bank.pay", payment, waits).then().statusCode(200).body("decision.effect", equalTo("allow"));

        JsonPath report = replayed(FOR_BOTH);

        LogEntry decided = fixture.entries("kind=DECIDED&call=" + call).get(0);
        assertThat(decided.body().toString()).contains("lapsed", lea.keyId());
        assertThat(directions(report))
                .containsExactly("allow by large payment needs finance -> escalate by large payment needs legal: 1");
        assertThat(report.getLong("report.recorded.differing")).isZero();
    }

    @Test
    void aCallThatAnApproverChangedIsReplayedAsItWasDecided() {
        Client finance = fixture.approver("fin-" + UUID.randomUUID(), "finance");
        String call = agent.call("bank.pay", Map.of("to", "acme", "amount", 200))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        String view = finance.get("/v1/approvals/" + call).path("viewDigest");
        finance.post(
                        "/v1/approvals/" + call + "/edit",
                        Map.of("arguments", Map.of("to", "acme", "amount", 110), "reason", "known", "view", view))
                .then()
                .statusCode(200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> agent.get("/v1/tool-calls/" + call).path("status"), "succeeded"::equals);
        // It has spent 110, not 200.
        pay(90);

        JsonPath report = replayed(Fixture.RULES);

        assertThat(report.getLong("report.compared")).isEqualTo(3);
        assertThat(report.getLong("report.flipped")).isZero();
        assertThat(report.getLong("report.recorded.reproduced")).isEqualTo(3);
    }

    @Test
    void decisionsWhoseFactsAreGoneAreCountedAndNotGuessed() {
        pay(40);
        pay(41);
        try (Superuser database = Superuser.connect()) {
            database.takeInputs("idx = "
                    + fixture.entries("kind=DECIDED&agent=" + agent.name())
                            .get(0)
                            .index());
        }

        JsonPath report = replayed(STRICTER);

        assertThat(report.getLong("report.incomplete")).isEqualTo(1);
        assertThat(report.getLong("report.compared")).isEqualTo(1);
    }

    @Test
    void whatWritItselfDecidedIsNobodysFlip() {
        fixture.killSwitch("agent", agent.name(), true);
        agent.call("bank.balance", Map.of("id", "a")).then().statusCode(403);

        JsonPath report = replayed(Fixture.RULES);

        assertThat(report.getLong("report.byGateway")).isEqualTo(1);
        assertThat(report.getLong("report.flipped")).isZero();
    }

    @Test
    void aReportIsInTheLogBeforeItIsShown() {
        pay(40);

        JsonPath report = replayed(STRICTER);

        LogEntry entry = fixture.entries("kind=POLICY_REPLAYED&limit=1").get(0);
        assertThat(entry.text("digest")).isEqualTo(report.getString("digest"));
        assertThat(entry.number("compared")).isEqualTo(1);
    }

    @Test
    void aCandidateThatCannotBeUsedSaysWhereAndReplaysNothing() {
        start(Map.of("files", files("rule \"x\" when ToolCall( tool == \"bank.steal\" ) then allow(\"y\"); end")))
                .then()
                .statusCode(422)
                .body("problems.message", hasItem(containsString("there is no tool 'bank.steal'")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"digest\":\"x\"}",
                "{\"files\":{}}",
                "{\"digest\":\"sha256:00\",\"files\":{\"a\":\"b\"}}",
                "{\"files\":{\"a\":\"b\"},\"from\":-1}",
                "{\"files\":{\"a\":\"b\"},\"from\":1,\"since\":\"2026-01-01T00:00:00Z\"}",
                "{\"files\":{\"a\":\"b\"},\"until\":\"yesterday\"}"
            })
    void aMalformedQuestionIsRefused(String body) {
        fixture.author.post("/v1/policy-replays", body).then().statusCode(400).contentType("application/problem+json");
    }

    @Test
    void aRangeBeyondTheLogIsRefused() {
        start(Map.of("files", files(STRICTER), "to", 1_000_000_000))
                .then()
                .statusCode(422)
                .body("detail", containsString("the size of the log"));
    }

    @Test
    void agentsReplayNothing() {
        agent.post("/v1/policy-replays", Map.of("files", files(STRICTER)))
                .then()
                .statusCode(403);
        fixture.author.get("/v1/policy-replays/none").then().statusCode(404).body("detail", containsString("replica"));
    }

    @Test
    void aReplayEndsWhenItIsCancelled() {
        String id = start(Map.of("files", files(STRICTER), "from", 0))
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        String state = fixture.author
                .request()
                .delete("/v1/policy-replays/" + id)
                .then()
                .statusCode(200)
                .extract()
                .path("state");

        assertThat(state).isIn("cancelled", "done");
        fixture.author.get("/v1/policy-replays/" + id).then().body("state", equalTo(state));
    }

    private void pay(int amount) {
        agent.call("bank.pay", Map.of("to", "acme", "amount", amount)).then().statusCode(200);
    }

    private long size() {
        return fixture.auditor.get("/v1/audit/entries?limit=1").jsonPath().getLong("entries[0].index") + 1;
    }

    private static Map<String, String> files(String rules) {
        return Map.of(
                "bundle.yaml",
                "name: bank\nversion: " + UUID.randomUUID() + "\ndescription: for tests\nowners: [tests]\n"
                        + "groups: [finance, legal]\nscope: [\"bank.*\"]\n",
                "rules.drl",
                rules);
    }

    private Response start(Map<String, ?> question) {
        return fixture.author.post("/v1/policy-replays", question);
    }

    private JsonPath replayed(String rules) {
        return replayed(rules, from);
    }

    private JsonPath replayed(String rules, long begin) {
        Map<String, Object> question = new HashMap<>(Map.of("files", files(rules), "from", begin, "to", size()));
        String id = start(question).then().statusCode(202).extract().path("id");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> fixture.author.get("/v1/policy-replays/" + id).path("state"), "done"::equals);
        return fixture.author.get("/v1/policy-replays/" + id).jsonPath();
    }

    private static List<String> directions(JsonPath report) {
        return report.<Map<String, Object>>getList("report.flips").stream()
                .map(flips -> flips.get("was") + " by " + flips.get("wasBy") + " -> " + flips.get("is") + " by "
                        + flips.get("isBy") + ": " + flips.get("count"))
                .toList();
    }
}
