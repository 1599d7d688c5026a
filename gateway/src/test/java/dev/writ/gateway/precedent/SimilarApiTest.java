package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Client;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Journal;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How similar escalations ended, as an approver is shown it. */
@WritTest
class SimilarApiTest {

    @Inject
    Journal journal;

    private Escalating world;
    private Client agent;

    @BeforeEach
    void start() {
        world = new Escalating(journal);
        agent = world.fixture.agent();
    }

    @AfterEach
    void putThingsBack() {
        world.putThingsBack();
    }

    private JsonPath similar(String call, Client by) {
        return by.get("/v1/approvals/" + call + "/similar")
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @Test
    void showsNothingBeforeTheCallItselfWasLookedAt() {
        String call = world.escalated(agent, 10, "rent");
        world.viewed(call, world.fixture.approver("fred", "finance"));

        world.fay
                .get("/v1/approvals/" + call + "/similar")
                .then()
                .statusCode(409)
                .body("detail", containsString("/view"));

        world.viewed(call, world.fay);
        assertThat(similar(call, world.fay).getList("cases")).isEmpty();
    }

    @Test
    void showsHowTheyEnded() {
        String approved = world.approved(agent, 100, "rent for May");
        String refused = world.escalated(agent, 90, "a yacht");
        world.fay.refuse(refused, "no yachts").then().statusCode(200);
        String withdrawn = world.escalated(agent, 80, "rent for July");
        agent.request().delete("/v1/tool-calls/" + withdrawn).then().statusCode(200);
        world.escalated(agent, 70, "still open");
        String call = world.escalated(agent, 110, "rent for June");
        world.viewed(call, world.fay);

        JsonPath similar = similar(call, world.fay);

        assertThat(similar.getInt("looked")).isEqualTo(3);
        assertThat(similar.getBoolean("complete")).isTrue();
        assertThat(similar.getList("cases.id")).containsExactly(approved, withdrawn, refused);
        assertThat(similar.<String, Object>getMap("cases[0]"))
                .containsEntry("state", "approved")
                .containsEntry("outcome", "succeeded")
                .containsEntry("sameAgent", true)
                .containsEntry("sameRules", true)
                .containsEntry("groups", List.of("finance"))
                .containsEntry("deciders", List.of(world.fay.name()))
                .containsEntry("reason", "checked")
                .containsEntry("numbers", Map.of("amount", 100));
        assertThat(similar.<String, Object>getMap("cases[2]"))
                .containsEntry("state", "refused")
                .containsEntry("reason", "no yachts")
                .doesNotContainKey("outcome");
        assertThat(similar.<String, Object>getMap("approvers[0]"))
                .containsEntry("approver", world.fay.name())
                .containsEntry("approved", 1)
                .containsEntry("refused", 1)
                .containsEntry("approvedOfRequester", 1);
    }

    @Test
    void whatWasAskedAboutOrChangedIsComparedAsItEnded() {
        String edited = world.escalated(agent, 900, "rent for May");
        String path = "/v1/approvals/" + edited;
        world.fay
                .post(
                        path + "/edit",
                        Map.of(
                                "arguments",
                                Map.of("to", "acme", "amount", 90, "note", "rent for May"),
                                "reason",
                                "it is less",
                                "view",
                                world.fay.get(path).path("viewDigest")))
                .then()
                .statusCode(200);
        agent.ended(edited).then().statusCode(200);
        String asked = world.escalated(agent, 80, "rent for April");
        world.fay
                .post("/v1/approvals/" + asked + "/clarify", Map.of("question", "whose?"))
                .then()
                .statusCode(200);
        world.fay.refuse(asked, "nobody's").then().statusCode(200);
        String call = world.escalated(agent, 100, "rent for June");
        world.viewed(call, world.fay);

        JsonPath similar = similar(call, world.fay);

        assertThat(similar.getInt("erased")).isZero();
        assertThat(similar.getInt("looked")).isEqualTo(2);
        assertThat(similar.getBoolean("complete")).isTrue();
        assertThat(similar.<Map<String, Object>>getList("cases"))
                .anySatisfy(one -> assertThat(one)
                        .containsEntry("id", edited)
                        .containsEntry("numbers", Map.of("amount", 90))
                        .containsEntry("state", "approved"))
                .anySatisfy(one ->
                        assertThat(one).containsEntry("id", asked).containsEntry("numbers", Map.of("amount", 80)));
        assertThat(similar.<String, Object>getMap("numbers[0]")).containsEntry("largest", 90);
    }

    @Test
    void farmedApprovalsDoNotHideHowFarTheNextOneGoes() {
        Client other = world.fixture.agent();
        String refused = world.escalated(other, 900, "furniture");
        world.fay.refuse(refused, "too much").then().statusCode(200);
        for (int i = 0; i < 6; i++) {
            world.approved(agent, 2, "coffee");
        }
        String call = world.escalated(agent, 960, "coffee");
        world.viewed(call, world.fay);

        JsonPath similar = similar(call, world.fay);

        assertThat(similar.<String, Object>getMap("numbers[0]"))
                .containsEntry("path", "amount")
                .containsEntry("approved", 6)
                .containsEntry("beyond", true)
                .containsEntry("says", "'amount' is 480x the largest approved")
                .doesNotContainKey("largestOfOthers");
        assertThat(similar.getList("cases.findAll { it.agent == '" + agent.name() + "' }"))
                .as("of one requester and approver")
                .hasSize(3);
        assertThat(similar.getList("cases.id")).contains(refused);
        assertThat(similar.<String, Object>getMap("approvers[0]"))
                .containsEntry("approved", 6)
                .containsEntry("approvedOfRequester", 6);
    }

    @Test
    void showsNothingOfWhatOtherGroupsWereAsked() {
        Client lea = world.fixture.approver("lea", "legal");
        String legal = world.escalated(agent, 5_000, "a house");
        lea.refuse(legal, "no houses").then().statusCode(200);
        String call = world.escalated(agent, 500, "a shed");
        world.viewed(call, world.fay);

        assertThat(similar(call, world.fay).getInt("looked")).isZero();
        lea.get("/v1/approvals/" + call + "/similar").then().statusCode(404);
    }

    @Test
    void comparesNothingThatWasErased() {
        String past = world.approved(agent, 100, "rent");
        String call = world.escalated(agent, 110, "rent");
        world.viewed(call, world.fay);
        int index = world.fixture
                .entries("kind=DECIDED&verdict=escalate&call=" + past)
                .get(0)
                .index();
        try (Superuser superuser = Superuser.connect()) {
            superuser.takeInputs("idx = " + index);
            try {
                JsonPath similar = similar(call, world.fay);
                assertThat(similar.getInt("erased")).isEqualTo(1);
                assertThat(similar.getInt("looked")).isZero();
            } finally {
                superuser.putInputsBack();
            }
        }
    }

    @Test
    void thatSomebodyWasShownThemIsRecorded() {
        String past = world.approved(agent, 100, "rent");
        String call = world.escalated(agent, 110, "rent");
        world.viewed(call, world.fay);

        similar(call, world.fay);

        assertThat(world.fixture.entries("kind=AUDIT_READ&agent=" + world.fay.name()))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.text("what")).isEqualTo("similar-approvals");
                    assertThat(entry.text("call")).isEqualTo(call);
                    assertThat(entry.body()).containsEntry("shown", List.of(past));
                });
    }

    @Test
    void isForApprovers() {
        String call = world.escalated(agent, 10, "rent");
        agent.get("/v1/approvals/" + call + "/similar").then().statusCode(403);
        world.fixture.auditor.get("/v1/approvals/" + call + "/similar").then().statusCode(403);
        world.fay
                .get("/v1/approvals/no-id/similar")
                .then()
                .statusCode(404)
                .body("title", equalTo("There is no such thing"));
    }
}
