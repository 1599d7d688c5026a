package dev.writ.gateway.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the same approval again and again to a rule that other people activate, and what must not become one. */
@WritTest
class ProposalApiTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Payments bank = Payments.reversible();

    @Inject
    Proposing proposing;

    @AfterEach
    void end() {
        bank.end();
    }

    private List<Map<String, Object>> look() {
        proposing.look().await().atMost(PATIENCE);
        return bank.proposals();
    }

    private String proposed() {
        List<Map<String, Object>> found = look();
        assertThat(found)
                .singleElement()
                .satisfies(one -> assertThat(one).as("%s", one).containsEntry("state", "open"));
        return (String) Objects.requireNonNull(found.get(0).get("id"));
    }

    private String published(String id) {
        return bank.fixture
                .author
                .request()
                .post("/v1/proposals/" + id + "/publish")
                .then()
                .log()
                .ifValidationFails()
                .statusCode(201)
                .extract()
                .path("digest");
    }

    private String accepted() {
        String digest = published(proposed());
        bank.fixture
                .reviewer
                .request()
                .post("/v1/policies/" + digest + "/approve")
                .then()
                .statusCode(200);
        bank.activate(digest);
        return digest;
    }

    @Test
    void whatIsApprovedAgainAndAgainIsAllowedOnceOtherPeopleLetItBe() {
        List<String> calls = bank.habit("acme", 500);

        bank.fixture.author.request().post("/v1/proposals/refresh").then().statusCode(202);

        await().atMost(PATIENCE).until(() -> !bank.proposals().isEmpty());
        String id = (String) Objects.requireNonNull(bank.proposals().get(0).get("id"));
        JsonPath proposal = bank.fixture
                .author
                .get("/v1/proposals/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(proposal.getString("state")).as(proposal.prettify()).isEqualTo("open");
        assertThat(proposal.getList("calls", String.class)).containsExactlyInAnyOrderElementsOf(calls);
        assertThat(proposal.getInt("replay.allowed")).isEqualTo(5);
        assertThat(proposal.getMap("files").toString()).contains("@unless", "// Payments.");
        bank.pay("acme", 500).then().statusCode(202);
        String digest = published(id);
        bank.pay("acme", 500).then().statusCode(202);
        bank.fixture
                .reviewer
                .request()
                .post("/v1/policies/" + digest + "/shadow")
                .then()
                .statusCode(200);
        bank.fixture
                .reviewer
                .request()
                .post("/v1/policies/" + digest + "/approve")
                .then()
                .statusCode(200);
        bank.activate(digest);

        bank.pay("acme", 500).then().statusCode(200);

        assertThat(bank.proposals())
                .singleElement()
                .satisfies(one -> assertThat(one).containsEntry("state", "published"));
    }

    @Test
    void aHairOutsideStillAsksPeople() {
        bank.habit("acme", 500);
        accepted();

        bank.pay("acme", 500.01).then().statusCode(202);
        bank.pay("acme", 499.99).then().statusCode(202);
        bank.pay("acme ", 500).then().statusCode(202);
        bank.pay("acme", 500, Map.of("onBehalfOf", "ann")).then().statusCode(202);
        bank.agent
                .call(bank.tool, Map.of("to", "acme", "amount", 500, "note", "x"), Map.of("session", bank.session()))
                .then()
                .statusCode(202);
        bank.pay("acme", 500).then().statusCode(200);
    }

    @Test
    void theCallAfterTheBudgetOfADayAsksPeople() {
        bank.habit("acme", 500);
        accepted();
        for (int i = 0; i < 5; i++) {
            bank.pay("acme", 500).then().statusCode(200);
        }

        bank.pay("acme", 500).then().statusCode(202);
    }

    @Test
    void numbersStayInsideWhatWasApproved() {
        for (int amount : List.of(300, 350, 310, 340, 320)) {
            bank.approved(amount % 20 == 0 ? bank.jd : bank.mk, "acme", amount);
        }
        accepted();

        bank.pay("acme", 350).then().statusCode(200);
        bank.pay("acme", 300).then().statusCode(200);
        bank.pay("acme", 350.001).then().statusCode(202);
        bank.pay("acme", 299).then().statusCode(202);
    }

    @Test
    void nothingIsProposedForAToolThatCannotUndoOrOfWhichNobodySaysSo() {
        bank.end();
        bank = Payments.with(Map.of());
        bank.habit("acme", 500);
        assertThat(look()).isEmpty();
        bank.end();

        bank = Payments.with(Map.of("reversible", false, "risk", "low"));
        bank.habit("acme", 500);
        assertThat(look()).isEmpty();
    }

    @Test
    void onePersonWhoApprovesEverythingMakesNoRule() {
        Client again = bank.fixture.admin.issue(
                bank.jd.name(), Map.of("roles", List.of("approver"), "groups", List.of(bank.group)));
        for (int i = 0; i < 6; i++) {
            bank.approved(i % 2 == 0 ? bank.jd : again, "acme", 500);
        }

        assertThat(look()).isEmpty();
    }

    @Test
    void onePersonOfTwoNamesMakesNoRuleEither() {
        areOne(bank.jd.name(), bank.mk.name());
        bank.habit("acme", 500);

        assertThat(look()).isEmpty();
    }

    /** By keys that nobody uses here. */
    private void areOne(String principal, String other) {
        String person = "jo-" + UUID.randomUUID() + "@example.com";
        for (String name : List.of(principal, other)) {
            bank.fixture.admin.issue(
                    name, Map.of("roles", List.of("approver"), "groups", List.of("none"), "person", person));
        }
    }

    @Test
    void oneRefusalAmongThemIsEnough() {
        bank.habit("acme", 500);
        bank.mk.refuse(bank.waiting("other", 600), "never").then().statusCode(200);

        assertThat(look()).isEmpty();
    }

    @Test
    void oneThatSomebodyCallsWrongIsEnough() {
        String call = bank.habit("acme", 500).get(0);
        bank.fixture
                .auditor
                .post("/v1/tool-calls/" + call + "/feedback", Map.of("verdict", "wrong", "reason", "twice"))
                .then()
                .statusCode(201);

        assertThat(look()).isEmpty();
    }

    @Test
    void manyCallsOfOneSessionOnOneDayAreOne() {
        Map<String, String> session = Map.of("session", bank.session());
        for (int i = 0; i < 8; i++) {
            String call = bank.pay("acme", 500 + i, session)
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            bank.approved(i % 2 == 0 ? bank.jd : bank.mk, call);
        }

        assertThat(look()).isEmpty();
    }

    @Test
    void manyThatAreNotTheSameMakeNoRule() {
        for (int i = 0; i < 6; i++) {
            bank.approved(i % 2 == 0 ? bank.jd : bank.mk, "payee-" + i, 500);
        }

        assertThat(look()).isEmpty();
    }

    @Test
    void whatSomebodyElseCallsTooStrictCountsTwice() {
        String first = bank.approved(bank.jd, "acme", 500);
        String second = bank.approved(bank.mk, "acme", 500);
        bank.approved(bank.jd, "acme", 500);
        assertThat(look()).isEmpty();
        say(bank.jd, first, "too-strict");
        say(bank.mk, second, "too-strict");
        assertThat(look()).as("whoever approved it says nothing new").isEmpty();

        Client alias = bank.fixture.admin.issue("al-" + bank.name, List.of("auditor"), List.of());
        areOne(alias.name(), bank.jd.name());
        areOne(alias.name(), bank.mk.name());
        say(alias, first, "too-strict");
        say(alias, second, "too-strict");
        assertThat(look()).as("nor do they under another name").isEmpty();

        say(bank.fixture.auditor, first, "too-strict");
        say(bank.fixture.auditor, second, "too-strict");

        assertThat(look()).singleElement().satisfies(one -> assertThat(one).containsEntry("tooStrict", 2));
    }

    private static void say(Client who, String call, String verdict) {
        who.post("/v1/tool-calls/" + call + "/feedback", Map.of("verdict", verdict, "reason", "since I say so"))
                .then()
                .statusCode(201);
    }

    @Test
    void aRuleThatWouldLetThroughWhatNobodyApprovedIsWithheld() {
        bank.habit("acme", 500);
        bank.waiting("acme", 500);

        assertThat(look()).singleElement().satisfies(one -> {
            assertThat(one).containsEntry("state", "withheld");
            assertThat(one.get("withheld")).asString().contains("changes 1 decisions besides");
        });
    }

    @Test
    void theTextOfOnePersonsCallsGoesIntoNoBundle() {
        for (int i = 0; i < 5; i++) {
            String session = bank.session("ann");
            String call = bank.pay("acme", 500, Map.of("onBehalfOf", "ann", "session", session))
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            bank.approved(i % 2 == 0 ? bank.jd : bank.mk, call);
        }

        assertThat(look()).singleElement().satisfies(one -> {
            assertThat(one).containsEntry("state", "withheld");
            assertThat(one.get("withheld")).asString().contains("'to' may be a person's");
        });
    }

    @Test
    void whoeverApprovedDoesNotPublish() {
        bank.habit("acme", 500);
        String id = proposed();
        Client author = bank.fixture.admin.issue(bank.jd.name(), List.of("author"), List.of());

        author.request()
                .post("/v1/proposals/" + id + "/publish")
                .then()
                .statusCode(403)
                .body("detail", containsString("approvals of yours"));
        bank.fixture
                .reviewer
                .request()
                .post("/v1/proposals/" + id + "/publish")
                .then()
                .statusCode(403);
        bank.agent.get("/v1/proposals").then().statusCode(403);
    }

    @Test
    void whoeverApprovedDoesNotPublishUnderAnotherName() {
        bank.habit("acme", 500);
        String id = proposed();
        Client author = bank.fixture.admin.issue("al-" + bank.name, List.of("author"), List.of());
        areOne(author.name(), bank.jd.name());

        author.request()
                .post("/v1/proposals/" + id + "/publish")
                .then()
                .statusCode(403)
                .body("detail", containsString("approvals of yours"));
    }

    @Test
    void whatIsDismissedStaysSoUntilThereIsMuchMoreOfIt() {
        bank.habit("acme", 500);
        String id = proposed();
        bank.fixture
                .reviewer
                .post("/v1/proposals/" + id + "/dismiss", Map.of("reason", "we want to look at each"))
                .then()
                .statusCode(204);
        bank.approved(bank.jd, "acme", 500);

        assertThat(look()).singleElement().satisfies(one -> assertThat(one).containsEntry("state", "dismissed"));
        bank.fixture
                .author
                .request()
                .post("/v1/proposals/" + id + "/publish")
                .then()
                .statusCode(409)
                .body("detail", containsString("dismissed it already"));
        bank.habit("acme", 500);
        assertThat(look()).singleElement().satisfies(one -> assertThat(one).containsEntry("state", "open"));
    }

    @Test
    void aProposalForAnotherVersionThanTheActiveOneIsNotPublished() {
        bank.habit("acme", 500);
        String id = proposed();
        accepted();

        bank.fixture
                .author
                .request()
                .post("/v1/proposals/" + id + "/publish")
                .then()
                .statusCode(409);
        assertThat(look()).singleElement().satisfies(one -> assertThat(one).containsEntry("state", "published"));
        bank.fixture.author.get("/v1/proposals/none").then().statusCode(404);
        bank.fixture.author.get("/v1/proposals?state=mine").then().statusCode(400);
        bank.fixture.author.get("/v1/proposals/" + id).then().body("rule", equalTo("large " + bank.name));
    }
}
