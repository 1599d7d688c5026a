package dev.writ.gateway.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may answer a call that waits, over HTTP and with rules that ask. */
@WritTest
class DutiesApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ASKS = """
            rule "duties ask" when ToolCall( tool == "%1$s.pay" )
            then escalate("ask").to("finance").then("legal").after("3s").within("1h"); end
            """;
    private static final String DENIES = """
            rule "duties deny" when ToolCall( tool == "%1$s.pay" ) then deny("no more"); end
            """;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ann");

    /** Of this test alone, and so are its approvers. */
    private final String own = "duties" + UUID.randomUUID().toString().substring(0, 8);

    private final Client fay = fixture.approver("fay-" + own, "finance");
    private final Client lea = fixture.approver("lea-" + own, "legal");
    private String digest = "";

    @BeforeEach
    void ask() {
        fixture.register(own, bank.upstream().url());
        digest = fixture.activate(own, ASKS.formatted(own));
        fixture.awaitPolicyAndTool(agent, own + ".pay");
    }

    @AfterEach
    void askNoMore() {
        fixture.deactivate(digest);
    }

    private String escalated() {
        Response answer = agent.call(own + ".pay", Map.of("to", "acme", "amount", 5));
        answer.then().log().ifValidationFails().statusCode(202);
        return answer.path("id");
    }

    private static String path(String call) {
        return "/v1/approvals/" + call;
    }

    private Response breakGlass(Client by, String call) {
        String view = fixture.auditor.get(path(call)).path("viewDigest");
        return by.post(path(call) + "/break-glass", Map.of("reason", "it burns", "view", view));
    }

    private static List<String> inbox(Client by, String group) {
        return by.get("/v1/approvals?group=" + group)
                .then()
                .statusCode(200)
                .extract()
                .path("items.id");
    }

    private static Map<String, Object> lending(String to, String group, Instant until) {
        return Map.of("to", to, "groups", List.of(group), "until", until.toString(), "reason", "on leave");
    }

    @Test
    void theNextGroupIsAskedInItsTime() {
        String call = escalated();
        fay.get(path(call))
                .then()
                .body("requirements[0].then[0].group", equalTo("legal"))
                .body("view.asks[0].then[0].from", notNullValue());

        await().atMost(PATIENCE).until(() -> inbox(lea, "legal").contains(call));

        LogEntry raised = fixture.entries("kind=APPROVAL_RAISED&call=" + call).get(0);
        assertThat(raised.text("actor")).isEqualTo("writ");
        lea.approve(call).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().statusCode(200);
        assertThat(bank.upstream().requestsOf(call)).isOne();
    }

    @Test
    void theNextGroupNeitherSeesItNorAnswersBefore() {
        String call = escalated();
        Instant opened = Instant.parse(fay.get(path(call)).path("openedAt"));

        Response seen = lea.get(path(call));
        Response answered = lea.approve(call);

        // Told by the log's own time, however slow this machine is.
        if (Instant.now().isBefore(opened.plusSeconds(3))) {
            seen.then().statusCode(404);
            answered.then().statusCode(403).body("detail", containsString("asked from"));
        }
    }

    @Test
    void whoPublishedTheRuleDoesNotAnswerIt() {
        String call = escalated();

        fixture.approver("arno", "finance")
                .approve(call)
                .then()
                .statusCode(403)
                .body("detail", containsString("author"));
        fay.approve(call).then().statusCode(200);
    }

    @Test
    void aDelegateStandsForWhoeverLent() {
        Client del = fixture.approver("del-" + own, own);
        String call = escalated();
        del.get(path(call)).then().statusCode(404);

        String id = fay.post(
                        "/v1/delegations",
                        lending(del.name(), "finance", Instant.now().plusSeconds(600)))
                .then()
                .statusCode(201)
                .body("from", equalTo(fay.name()))
                .extract()
                .path("id");

        await().atMost(PATIENCE)
                .until(() -> del.get("/v1/delegations")
                        .<List<String>>path("items.id")
                        .contains(id));
        assertThat(inbox(del, "finance")).contains(call);
        del.approve(call).then().statusCode(200);
        fixture.auditor.get(path(call)).then().body("grants[0].standsFor", contains(fay.name()));
        agent.ended(call).then().statusCode(200);
        assertThat(bank.upstream().requestsOf(call)).isOne();
        fixture.auditor.get("/v1/delegations?limit=1000").then().body("items.id", hasItem(id));
        lea.get("/v1/delegations").then().body("items.size()", equalTo(0));
        lea.request().delete("/v1/delegations/" + id).then().statusCode(404);
        fay.request().delete("/v1/delegations/" + id).then().statusCode(204);
        await().atMost(PATIENCE)
                .until(() ->
                        del.get("/v1/delegations").<List<String>>path("items").isEmpty());
        String next = escalated();
        del.approve(next).then().statusCode(403);
    }

    @Test
    void refusesADelegationThatMeansNothing() {
        Instant soon = Instant.now().plusSeconds(600);

        fay.post("/v1/delegations", lending(lea.name(), "legal", soon)).then().statusCode(403);
        fay.post("/v1/delegations", lending(fay.name(), "finance", soon)).then().statusCode(422);
        fay.post("/v1/delegations", lending(lea.name(), "finance", soon.plus(Duration.ofDays(15))))
                .then()
                .statusCode(422);
        fay.post("/v1/delegations", Map.of("to", lea.name(), "groups", List.of("finance"), "reason", "x"))
                .then()
                .statusCode(400);
        fay.post("/v1/delegations", lending("no one\u0000", "finance", soon))
                .then()
                .statusCode(400);
        agent.post("/v1/delegations", lending(lea.name(), "finance", soon))
                .then()
                .statusCode(403);
    }

    @Test
    void theGlassIsBrokenByTheFewWhoMayAndThatIsReviewed() {
        Client olaf = fixture.approver("olaf-" + own, "glass-breakers");
        String call = escalated();
        breakGlass(fay, call).then().statusCode(403);
        olaf.post(path(call) + "/break-glass", Map.of("reason", "it burns"))
                .then()
                .statusCode(400);

        // Though olaf is in none of the groups that are asked.
        String view = olaf.get(path(call)).then().statusCode(200).extract().path("viewDigest");
        olaf.post(path(call) + "/view", Map.of()).then().statusCode(200);
        assertThat(inbox(olaf, "finance")).doesNotContain(call);
        olaf.post(path(call) + "/break-glass", Map.of("reason", "it burns", "view", view))
                .then()
                .statusCode(200)
                .body("state", equalTo("approved"));
        olaf.get(path(call)).then().statusCode(200);

        agent.ended(call).then().statusCode(200);
        assertThat(bank.upstream().requestsOf(call)).isOne();
        LogEntry broken =
                fixture.entries("kind=APPROVAL_BREAK_GLASS&call=" + call).get(0);
        LogEntry granted = fixture.entries("kind=APPROVAL_GRANTED&call=" + call).get(0);
        assertThat(granted.number("brokeGlass")).isEqualTo(broken.index());
        assertThat(fixture.operator.get("/q/metrics").asString())
                .contains("writ_approvals_break_glass_total", "writ_reviews_open", "writ_reviews_overdue");
        assertThat(bank.logLines()).contains("the glass was broken, and that is to be reviewed callId=" + call);
        assertThat(bank.logLines()).doesNotContain("it burns");
        fixture.ready().body("checks.name", hasItem("reviews"));

        String review = "/v1/reviews/" + broken.index();
        await().atMost(PATIENCE)
                .until(() -> fixture.reviewer
                        .get("/v1/reviews?limit=1000")
                        .<List<String>>path("items.id")
                        .contains("" + broken.index()));
        Map<String, String> verdict = Map.of("verdict", "justified", "reason", "it did burn");
        olaf.post(review + "/close", verdict).then().statusCode(403);
        fixture.admin
                .issue("olaf-" + own, List.of("auditor"), List.of())
                .post(review + "/close", verdict)
                .then()
                .statusCode(403)
                .body("detail", containsString("You broke the glass"));
        fixture.reviewer
                .post(review + "/close", Map.of("verdict", "fine", "reason", "x"))
                .then()
                .statusCode(400);
        fixture.reviewer.post(review + "/close", verdict).then().statusCode(200).body("call", equalTo(call));
        fixture.reviewer.post(review + "/close", verdict).then().statusCode(409);
        fixture.reviewer.post("/v1/reviews/1/close", verdict).then().statusCode(404);
        assertThat(fixture.entries("kind=REVIEW_CLOSED&call=" + call).get(0).text("verdict"))
                .isEqualTo("justified");
    }

    @Test
    void brokenGlassOverrulesNoDenial() {
        Client olaf = fixture.approver("olaf-" + own, "glass-breakers");
        String call = escalated();
        digest = fixture.activate(own, DENIES.formatted(own));

        breakGlass(olaf, call).then().statusCode(200);

        agent.ended(call).then().statusCode(200).body("status", equalTo("denied"));
        assertThat(fixture.entries("kind=DECIDED&call=" + call).get(0).text("reason"))
                .isEqualTo("no more");
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }
}
