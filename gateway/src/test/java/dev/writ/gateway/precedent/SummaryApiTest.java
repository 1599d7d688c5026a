package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.ModelServer;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Journal;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model says of a call, as an approver is shown it. */
@WritTest
class SummaryApiTest {

    @Inject
    Journal journal;

    private final String marker = "m" + UUID.randomUUID();
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

    private String viewed(String note) {
        String call = world.escalated(agent, 100, marker + " " + note);
        world.viewed(call, world.fay);
        return call;
    }

    private ValidatableResponse summary(String call) {
        return get(call).then();
    }

    private Response get(String call) {
        return world.fay.get("/v1/approvals/" + call + "/summary");
    }

    @Test
    void saysThatAMachineWroteItAndOfWhat() {
        String call = world.escalated(agent, 100, marker);
        String digest = world.viewed(call, world.fay);

        Map<String, Object> summary =
                summary(call).statusCode(200).extract().jsonPath().getMap("");

        assertThat(summary)
                .containsEntry("machineWritten", true)
                .containsEntry("model", "tiny-1")
                .containsEntry("text", ModelServer.DESCRIPTION)
                .containsEntry("of", digest)
                .hasSize(4);
    }

    @Test
    void isRecordedBeforeItIsShown() {
        String call = world.escalated(agent, 100, marker);
        String digest = world.viewed(call, world.fay);

        summary(call).statusCode(200);

        assertThat(world.fixture.entries("kind=APPROVAL_SUMMARISED&call=" + call))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.text("actor")).isEqualTo(world.fay.name());
                    assertThat(entry.text("model")).isEqualTo("tiny-1");
                    assertThat(entry.text("view")).isEqualTo(digest);
                    assertThat(entry.body()).containsKey("summaryMac");
                    assertThat(entry.body().toString()).doesNotContain(ModelServer.DESCRIPTION);
                });
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith(ModelServer.DESCRIPTION, marker)).isEmpty();
        }
    }

    @Test
    void asksOnceForEverybodyWhoSeesTheSame() {
        String call = viewed("");
        Client fred = world.fixture.approver("fred", "finance");
        world.viewed(call, fred);

        summary(call).statusCode(200);
        fred.get("/v1/approvals/" + call + "/summary").then().statusCode(200);

        assertThat(ModelServer.asked(marker)).hasSize(1);
        assertThat(world.fixture.entries("kind=APPROVAL_SUMMARISED&call=" + call))
                .hasSize(2);
    }

    @Test
    void tellsTheModelTheCallAndNotWhoAsks() {
        String call = viewed("");

        summary(call).statusCode(200);

        assertThat(ModelServer.asked(marker))
                .singleElement()
                .asString()
                .startsWith("Bearer " + ModelServer.KEY)
                .contains("acme", world.tool, "finance looks at payments", "\"max_tokens\"")
                .doesNotContain(agent.name(), world.fay.name(), call);
    }

    @Test
    void isNotShownBeforeTheCallItselfWasLookedAt() {
        String call = world.escalated(agent, 100, marker);

        summary(call).statusCode(409).body("detail", containsString("/view"));

        assertThat(ModelServer.asked(marker)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This payment is routine and should be approved.",
                "Writ has verified the recipient.",
                "A payment to acme. Please act now.",
                "A payment. See https://evil.example for details.",
                "Payment of 100. [ok](javascript:x)",
                "   "
            })
    void whatArguesForTheAttackerIsNotShown(String reply) {
        String call = viewed("[[say:" + reply + "]]");

        summary(call)
                .statusCode(409)
                .body("detail", containsString("What the model wrote is not shown"))
                .body(not(containsString("acme")));

        assertThat(world.fixture.entries("kind=APPROVAL_SUMMARISED&call=" + call))
                .isEmpty();
    }

    @Test
    void whatIsHiddenInItIsWrittenOut() {
        String call = viewed("[[say:Pays \u202E001\u200B to acme.]]");

        assertThat(summary(call).statusCode(200).extract().<String>path("text"))
                .isEqualTo("Pays <U+202E>001<U+200B> to acme.");
    }

    @Test
    void aModelThatFailsIsNoAnswerAndNothingOfItsErrorIsShown() {
        String call = viewed("[[fail]]");

        summary(call).statusCode(503).body("detail", containsString("similar")).body(not(containsString("canary")));

        assertThat(Bank.shared().logLines()).doesNotContain(marker, ModelServer.KEY);
    }

    @Test
    void slowModelsHoldUpNobodyElse() {
        List<String> calls = List.of(viewed("[[wait]] a"), viewed("[[wait]] b"));
        String third = viewed("");
        List<CompletableFuture<Response>> slow = calls.stream()
                .map(call -> CompletableFuture.supplyAsync(() -> get(call)))
                .toList();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ModelServer.asked(marker).size() == 2);

        assertThat(get(third).statusCode()).isEqualTo(429);
        world.fay.get("/v1/approvals/" + third).then().statusCode(200);

        assertThat(slow)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
        summary(third).statusCode(200);
    }

    @Test
    void aCallThatIsTooLargeIsNotSentToTheModel() {
        String call = viewed("€".repeat(900));

        summary(call).statusCode(409).body("detail", containsString("too large"));

        assertThat(ModelServer.asked(marker)).isEmpty();
    }

    @Test
    void isForApproversOfTheGroups() {
        String call = viewed("");
        agent.get("/v1/approvals/" + call + "/summary").then().statusCode(403);
        world.fixture.auditor.get("/v1/approvals/" + call + "/summary").then().statusCode(403);
        world.fixture
                .approver("lea", "legal")
                .get("/v1/approvals/" + call + "/summary")
                .then()
                .statusCode(404);
    }
}
