package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decisions that somebody else carries out, and that wait for people. */
@WritTest
class AskingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Needs approval, and twice of it is within what one agent may pay. */
    private static final Map<String, ?> PAYMENT = Map.of("to", "acme", "amount", 150);

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ann");
    private final Client approver = fixture.approver("fin-" + UUID.randomUUID(), "finance");
    private final String key = UUID.randomUUID().toString();

    @BeforeEach
    void begin() {
        fixture.activate(Fixture.RULES);
    }

    @AfterEach
    void nothingWasEverSent() {
        fixture.activate(Fixture.RULES);
        assertThat(bank.requestsOf(agent)).isZero();
    }

    private Response ask(String named) {
        Map<String, Object> further = new HashMap<>(Map.of("mode", "decide", "wait", true));
        if (!named.isEmpty()) {
            further.put("key", named);
        }
        return agent.call("bank.pay", PAYMENT, further);
    }

    private String waiting() {
        return ask(key).then()
                .statusCode(202)
                .body("status", equalTo("escalated"))
                .body("approval.state", equalTo("open"))
                .extract()
                .path("id");
    }

    private String approved() {
        String call = waiting();
        approver.approve(call).then().statusCode(200);
        return call;
    }

    private Response state(String call) {
        return agent.get("/v1/tool-calls/" + call);
    }

    private List<LogEntry> decisions(String call) {
        return fixture.entries("kind=DECIDED&call=" + call);
    }

    @Test
    void isDecidedAgainForWhoeverComesForIt() {
        String call = waiting();
        ask(key).then().statusCode(202).body("id", equalTo(call));
        approver.approve(call).then().statusCode(200);

        // The wait is over, and nothing is decided while nobody is there to act on it.
        agent.get("/v1/tool-calls/" + call + "?wait=20s")
                .then()
                .statusCode(200)
                .body("status", equalTo("approved"))
                .body("decision.effect", equalTo("escalate"));
        assertThat(decisions(call)).hasSize(1);

        ask(key).then()
                .statusCode(200)
                .body("id", equalTo(call))
                .body("status", equalTo("decided"))
                .body("decision.effect", equalTo("allow"));
        assertThat(decisions(call)).hasSize(2);
    }

    @Test
    void theSameKeyGetsTheSameAnswerAndNobodyElseDoes() {
        String call = approved();
        int index = ask(key).then().statusCode(200).extract().path("decision.index");

        ask(key).then().statusCode(200).body("decision.index", equalTo(index));
        ask(UUID.randomUUID().toString()).then().statusCode(202).body("id", not(equalTo(call)));
        assertThat(decisions(call)).hasSize(2);
    }

    @Test
    void aFurtherKeyComesToWhatWasApprovedAndIsItsOnlyUser() {
        String call = approved();
        String further = UUID.randomUUID().toString();

        ask(further).then().statusCode(200).body("id", equalTo(call)).body("decision.effect", equalTo("allow"));

        ask(further).then().statusCode(200).body("id", equalTo(call)).body("decision.effect", equalTo("allow"));
        ask(key).then().statusCode(409).body("detail", containsString("used by another submission"));
    }

    @Test
    void ofTwoThatComeAtOnceOneIsAllowed() {
        String call = approved();

        List<CompletableFuture<Response>> both = Stream.of("", "")
                .map(named -> CompletableFuture.supplyAsync(() -> ask(named)))
                .toList();

        List<Response> answers = both.stream().map(CompletableFuture::join).toList();
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 200
                        && answer.path("decision.effect").equals("allow"))
                .hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() != 200)
                .singleElement()
                .satisfies(answer -> assertThat(answer.statusCode()).isIn(409, 202));
        assertThat(decisions(call)).hasSize(2);
    }

    @Test
    void theSameKeyTwiceAtOnceIsOneDecision() {
        String call = approved();

        List<CompletableFuture<Response>> both = Stream.of(key, key)
                .map(named -> CompletableFuture.supplyAsync(() -> ask(named)))
                .toList();

        both.forEach(answer -> answer.join().then().statusCode(200).body("decision.effect", equalTo("allow")));
        assertThat(decisions(call)).hasSize(2);
    }

    @Test
    void anApprovalThatRanOutBeforeItIsUsedDenies() {
        fixture.activate(Fixture.RULES.replace("4h", "10s"));
        String call = approved();
        Instant end = Instant.parse(state(call).then().extract().path("approval.expiresAt"));
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(end));

        ask(key).then()
                .statusCode(200)
                .body("id", equalTo(call))
                .body("decision.effect", equalTo("deny"))
                .body("decision.rule", equalTo("writ:not-approved"))
                .body("decision.reason", containsString("expired"));
        ask("").then().statusCode(202).body("id", not(equalTo(call)));
    }

    @Test
    void whatNobodyAnswersExpires() {
        fixture.activate(Fixture.RULES.replace("4h", "2s"));
        String call = waiting();

        await().atMost(PATIENCE).untilAsserted(() -> state(call).then().body("status", equalTo("expired")));

        ask(key).then().statusCode(200).body("status", equalTo("expired")).body("decision.effect", equalTo("escalate"));
    }

    @Test
    void whatIsRefusedOrWithdrawnIsNeverAllowed() {
        String refused = waiting();
        approver.refuse(refused, "no").then().statusCode(200);
        ask(key).then().statusCode(200).body("status", equalTo("refused")).body("decision.effect", equalTo("escalate"));

        String withdrawn = ask("").then().statusCode(202).extract().path("id");
        agent.request()
                .delete("/v1/tool-calls/" + withdrawn)
                .then()
                .statusCode(200)
                .body("status", equalTo("withdrawn"));
        assertThat(decisions(withdrawn)).hasSize(1);
    }

    @Test
    void aRevokedApproverAndTheKillSwitchCount() {
        Client gone = fixture.approver("gone-" + UUID.randomUUID(), "finance");
        String call = waiting();
        gone.approve(call).then().statusCode(200);
        fixture.admin.request().delete("/v1/keys/" + gone.keyId());
        ask(key).then().body("decision.effect", equalTo("deny")).body("decision.reason", containsString("revoked"));

        String stopped = ask("").then().statusCode(202).extract().path("id");
        approver.approve(stopped).then().statusCode(200);
        fixture.killSwitch("agent", agent.name(), true);
        // Known by its key alone: what the kill switch denies is never looked for among approved calls.
        ask("").then().statusCode(200).body("decision.rule", equalTo("writ:kill-switch"));
        fixture.killSwitch("agent", agent.name(), false);
        ask("").then().statusCode(200).body("id", equalTo(stopped)).body("decision.effect", equalTo("allow"));
    }

    @Test
    void whereItStandsIsNoPermission() {
        String call = approved();
        state(call).then().statusCode(200).body("status", equalTo("approved"));

        ask(key).then().body("status", equalTo("decided")).body("decision.effect", equalTo("allow"));

        // Whoever was told to wait for it as well must not take the other's permission for theirs.
        state(call).then().statusCode(200).body("status", equalTo("used")).body("decision.effect", equalTo("escalate"));
    }

    @Test
    void isUsedByTheSameAgentForTheSamePersonAndTheSameArgumentsAlone() {
        String call = approved();
        Map<String, ?> waits = Map.of("mode", "decide", "wait", true);

        Stream.of(
                        fixture.agent("ann").call("bank.pay", PAYMENT, waits),
                        agent.call("bank.pay", PAYMENT, Map.of("mode", "decide", "wait", true, "onBehalfOf", "ann")),
                        agent.call("bank.pay", Map.of("to", "acme", "amount", 149), waits),
                        agent.call("bank.pay", Map.of("to", "other", "amount", 150), waits))
                .forEach(answer -> answer.then()
                        .statusCode(202)
                        .body("status", equalTo("escalated"))
                        .body("id", not(equalTo(call))));
        agent.call("bank.pay", Map.of("to", "other", "amount", 150), Map.of("mode", "decide", "wait", true, "key", key))
                .then()
                .statusCode(409);
        assertThat(decisions(call)).hasSize(1);
    }

    @Test
    void aToolThatWasRegisteredAnewMeanwhileDenies() {
        String call = approved();
        try (Upstream other = Upstream.start()) {
            fixture.register(other);

            ask(key).then()
                    .statusCode(200)
                    .body("id", equalTo(call))
                    .body("decision.effect", equalTo("deny"))
                    .body("decision.rule", equalTo("writ:tool-changed"));
        } finally {
            fixture.register(bank.upstream());
        }
    }

    @Test
    void thePolicyOfThenDecides() {
        String call = approved();
        fixture.activate("""
                rule "no payments" when ToolCall( tool == "bank.pay" ) then deny("closed"); end
                """);

        ask(key).then()
                .statusCode(200)
                .body("id", equalTo(call))
                .body("decision.effect", equalTo("deny"))
                .body("decision.rule", equalTo("no payments"));
    }

    @Test
    void aBudgetCountsItOnceAndFromItsUse() {
        approved();
        ask(key).then().body("decision.effect", equalTo("allow"));

        agent.call("bank.pay", Map.of("to", "acme", "amount", 100), Map.of("mode", "decide"))
                .then()
                .body("decision.effect", equalTo("allow"));
        agent.call("bank.pay", Map.of("to", "acme", "amount", 51), Map.of("mode", "decide"))
                .then()
                .body("decision.effect", equalTo("deny"));
    }

    @Test
    void isReportedOnceItIsAllowed() {
        String call = approved();
        String outcome = "/v1/tool-calls/" + call + "/outcome";
        agent.post(outcome, Map.of("outcome", "succeeded")).then().statusCode(409);

        ask(key).then().body("decision.effect", equalTo("allow"));

        agent.post(outcome, Map.of("outcome", "succeeded")).then().statusCode(201);
        state(call).then().body("reported.outcome", equalTo("succeeded"));
    }

    @Test
    void isNotTakenForTheSameCallThatTheGatewayCarriesOut() {
        String call = waiting();

        agent.call("bank.pay", PAYMENT, Map.of("mode", "execute"))
                .then()
                .statusCode(202)
                .body("id", not(equalTo(call)));
        agent.call("bank.pay", PAYMENT, Map.of("key", key)).then().statusCode(409);
        agent.call("bank.pay", PAYMENT, Map.of("mode", "decide", "key", key))
                .then()
                .statusCode(409);
        agent.call("bank.pay", PAYMENT, Map.of("mode", "decide"))
                .then()
                .statusCode(200)
                .body("decision.effect", equalTo("escalate"))
                .body("approval", nullValue());
    }

    @Test
    void goesWithModeDecide() {
        agent.call("bank.pay", PAYMENT, Map.of("wait", true))
                .then()
                .statusCode(400)
                .body("detail", containsString("mode decide"));
    }

    @Test
    void whatApproversSeeSaysThatOthersCarryItOut() {
        String call = waiting();

        approver.get("/v1/approvals/" + call).then().statusCode(200).body("view.mode", equalTo("decide"));
    }
}
