package dev.writ.gateway.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What approvers ask the agent, and what it answers. */
@WritTest
class ClarificationTest {

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana");
    private final Client fay = fixture.approver(name("fay"), "finance");
    private final Client mk = fixture.approver(name("mk"), "finance");
    private final String call =
            agent.call("bank.pay", Map.of("to", "acme", "amount", 150)).path("id");

    private static String name(String person) {
        return person + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private Response ask(Client by, String question) {
        return by.post("/v1/approvals/" + call + "/clarify", Map.of("question", question));
    }

    private Response answer(Client by, String answer) {
        return by.post("/v1/tool-calls/" + call + "/answer", Map.of("answer", answer));
    }

    private Response approve(Client by, String view) {
        return by.post("/v1/approvals/" + call + "/approve", Map.of("reason", "fine", "view", view));
    }

    private String view() {
        return fay.get("/v1/approvals/" + call).path("viewDigest");
    }

    private Response state() {
        return agent.get("/v1/tool-calls/" + call);
    }

    private List<String> kinds() {
        return fixture.entries("call=" + call).stream().map(LogEntry::kind).toList();
    }

    @Test
    void theAgentIsShownTheQuestionAndTheApproversItsAnswer() {
        ask(fay, "Which invoice is it?").then().statusCode(200).body("state", equalTo("open"));

        state().then()
                .statusCode(202)
                .body("status", equalTo("escalated"))
                .body("approval.question.text", equalTo("Which invoice is it?"));
        assertThat(state().asString()).doesNotContain(fay.name());
        answer(agent, "RE-2041 \"urgent\"").then().statusCode(200).body("approval.question", nullValue());

        mk.get("/v1/approvals/" + call)
                .then()
                .body("view.clarifications", hasSize(1))
                .body("view.clarifications[0].question", equalTo("Which invoice is it?"))
                .body("view.clarifications[0].by", equalTo(fay.name()))
                .body("view.clarifications[0].answer", equalTo("RE-2041 \"urgent\""))
                .body("view.arguments.amount", equalTo(150));
        assertThat(kinds()).containsExactly("APPROVAL_ANSWERED", "APPROVAL_ASKED", "DECIDED");
    }

    @Test
    void whoSawItBeforeTheAnswerReadsItAgain() {
        String first = view();
        ask(fay, "Which invoice?").then().statusCode(200);
        String asked = view();
        answer(agent, "RE-2041").then().statusCode(200);
        String answered = view();

        assertThat(List.of(first, asked, answered)).doesNotHaveDuplicates();
        approve(fay, first).then().statusCode(409).body("detail", containsString("'view'"));
        approve(fay, asked).then().statusCode(409);
        fay.approve(call).then().statusCode(409).body("detail", containsString("'view'"));
        approve(fay, answered).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().body("status", equalTo("succeeded"));
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
    }

    @Test
    void whoLookedAtTheAnswerThroughWritNeedNotSaySo() {
        ask(fay, "Which invoice?").then().statusCode(200);
        fay.request().post("/v1/approvals/" + call + "/view").then().statusCode(200);

        fay.approve(call).then().statusCode(200).body("state", equalTo("approved"));
    }

    @Test
    void itMayBeRefusedWhateverIsOpen() {
        ask(fay, "Which invoice?").then().statusCode(200);

        mk.refuse(call, "too late").then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("refused")).body("approval.question", nullValue());
        answer(agent, "RE-2041").then().statusCode(409);
    }

    @Test
    void theTimeGoesOn() {
        String expires = fay.get("/v1/approvals/" + call).path("expiresAt");

        ask(fay, "Which invoice?").then().body("expiresAt", equalTo(expires));
    }

    @Test
    void whoWaitsIsToldAtOnceThatThereIsAQuestion() {
        Instant began = Instant.now();
        CompletableFuture<Response> waits =
                CompletableFuture.supplyAsync(() -> agent.get("/v1/tool-calls/" + call + "?wait=50s"));
        // Asked as often as it takes, since nobody can see whether the other is waiting yet.
        Awaitility.await()
                .pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(45))
                .until(() -> {
                    ask(fay, "Which invoice?");
                    answer(agent, "RE-2041");
                    return waits.isDone();
                });

        waits.join().then().statusCode(202);
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(50));
    }

    @Test
    void oneQuestionIsOpenAtATime() {
        ask(fay, "Which invoice?").then().statusCode(200);

        ask(mk, "And why now?").then().statusCode(409).body("detail", containsString("earlier question"));

        answer(agent, "RE-2041").then().statusCode(200);
        answer(agent, "RE-2042").then().statusCode(409);
        ask(mk, "And why now?").then().statusCode(200).body("view.clarifications", hasSize(2));
    }

    @Test
    void nobodyAsksWithoutEnd() {
        for (int i = 0; i < 5; i++) {
            ask(fay, "Question " + i + "?").then().statusCode(200);
            answer(agent, "Answer " + i).then().statusCode(200);
        }

        ask(mk, "One more?").then().statusCode(409).body("detail", containsString("5 questions"));
    }

    @Test
    void onlyWhoMayDecideAsks() {
        ask(fixture.approver(name("lea"), "legal"), "Why?").then().statusCode(403);
        ask(fixture.approver("tests", "finance"), "Why?")
                .then()
                .statusCode(403)
                .body("detail", containsString("owner"));
        ask(agent, "Why?").then().statusCode(403);
        ask(fixture.auditor, "Why?").then().statusCode(403);

        assertThat(kinds()).containsExactly("DECIDED");
    }

    @Test
    void onlyItsAgentAnswers() {
        ask(fay, "Which invoice?").then().statusCode(200);

        answer(fixture.agent("ana"), "RE-2041").then().statusCode(404);
        answer(fay, "RE-2041").then().statusCode(403);
    }

    @Test
    void nothingIsAnsweredThatNobodyAsked() {
        answer(agent, "By the way, it is urgent").then().statusCode(409);
        String allowed =
                agent.call("bank.pay", Map.of("to", "acme", "amount", 1)).path("id");
        agent.post("/v1/tool-calls/" + allowed + "/answer", Map.of("answer", "x"))
                .then()
                .statusCode(409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "a\u202eb", "a\u200bb", "a\u0000b", "a\ufe0fb"})
    void nothingHiddenIsAskedOrAnswered(String text) {
        ask(fay, text).then().statusCode(400).body("detail", containsString("'question'"));
        ask(fay, "Which invoice?").then().statusCode(200);

        answer(agent, text).then().statusCode(400).body("detail", containsString("'answer'"));
    }

    @Test
    void nothingLongIsAskedOrAnswered() {
        ask(fay, "x".repeat(1_001)).then().statusCode(400);
        ask(fay, "x".repeat(1_000)).then().statusCode(200);
        answer(agent, "x".repeat(4_001)).then().statusCode(400);
        answer(agent, "x".repeat(4_000)).then().statusCode(200);
    }

    @Test
    void questionsAndAnswersCanBeErased() {
        ask(fay, "marker-77f2 of Ana?").then().statusCode(200);
        answer(agent, "marker-77f2 is her own").then().statusCode(200);

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith("marker-77f2")).isEmpty();
        }
    }

    @Test
    void theExplanationTellsOfBoth() {
        ask(fay, "Which invoice?").then().statusCode(200);
        answer(agent, "RE-2041").then().statusCode(200);
        approve(fay, view()).then().statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));

        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .statusCode(200)
                .body("approval.view.value.clarifications[0].answer", equalTo("RE-2041"))
                .body(
                        "approval.answers.kind",
                        equalTo(List.of("APPROVAL_ASKED", "APPROVAL_ANSWERED", "APPROVAL_GRANTED")))
                .body("approval.answers[0].said", equalTo("Which invoice?"))
                .body("approval.answers[1].said", equalTo("RE-2041"));
    }
}
