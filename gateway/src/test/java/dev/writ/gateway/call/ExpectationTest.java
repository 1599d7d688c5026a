package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Needed;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that has to follow another one. Those about dying and several processes are in {@code ExpectationIT}. */
@WritTest
class ExpectationTest {

    private static final Map<String, ?> PAYMENT = Map.of("to", "acme", "amount", 10);
    private static final Map<String, ?> LOOK = Map.of("id", "1");
    private static final Duration LONG = Duration.ofSeconds(60);

    @Inject
    Expectations expectations;

    @Inject
    LaterExpectations later;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana", "ben");

    @AfterEach
    void putThingsBack() {
        fixture.activate(Fixture.RULES);
    }

    private void activate(String within, String otherwise) {
        fixture.activate("""
                rule "pay" when ToolCall( tool == "bank.pay" )
                then allow("so").expect("bank.balance").within("%s").otherwise(%s); end
                rule "look" when ToolCall( tool == "bank.balance" ) then allow("look"); end
                """.formatted(within, otherwise));
    }

    private String pay() {
        return agent.call("bank.pay", PAYMENT).then().statusCode(200).extract().path("id");
    }

    private LogEntry decided(String call) {
        return fixture.entries("kind=DECIDED&call=" + call).get(0);
    }

    private LogEntry ended(String kind) {
        await().atMost(LONG)
                .until(() -> !fixture.entries("kind=EXPECTATION_MET&agent=" + agent.name())
                                .isEmpty()
                        || !fixture.entries("kind=EXPECTATION_MISSED&agent=" + agent.name())
                                .isEmpty());
        List<LogEntry> entries = fixture.entries("kind=" + kind + "&agent=" + agent.name());
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    @Test
    void anAgentThatLeavesOutWhatHadToFollowIsStoppedUntilAPersonLetsItGoOn() {
        activate("1s", "\"freeze\"");
        String call = pay();

        LogEntry missed = ended("EXPECTATION_MISSED");

        assertThat(missed.column("call")).isEqualTo(call);
        assertThat(missed.text("tool")).isEqualTo("bank.balance");
        assertThat(missed.text("actor")).isEqualTo("writ");
        agent.call("bank.balance", LOOK).then().statusCode(403).body("rule", equalTo("writ:kill-switch"));
        fixture.operator
                .get("/v1/kill-switch")
                .then()
                .body("engaged.index", hasItem(missed.index()))
                .body("engaged.name", hasItem(agent.name()));
        fixture.agent().call("bank.balance", LOOK).then().statusCode(200);

        fixture.killSwitch("agent", agent.name(), false);
        agent.call("bank.balance", LOOK).then().statusCode(200);
    }

    @Test
    void aCallThatFollowedAndSucceededMeetsIt() {
        activate("1h", "\"freeze\"");
        String call = pay();
        String followed = agent.call("bank.balance", LOOK)
                .then()
                .statusCode(200)
                .extract()
                .path("id");

        later.end(decided(call));
        LogEntry met = ended("EXPECTATION_MET");

        assertThat(met.column("call")).isEqualTo(call);
        assertThat(met.number("by"))
                .isEqualTo(
                        fixture.entries("kind=EXECUTED&call=" + followed).get(0).index());
        agent.call("bank.balance", LOOK).then().statusCode(200);
        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .body("entries.kind", hasItem("EXPECTATION_MET"))
                .body("decisions[0].verdicts[0].obligations[0].expect", equalTo("bank.balance"));
    }

    @Test
    void whatCameBeforeOrWasForSomebodyElseDoesNotMeetIt() {
        activate("1h", "\"alert\"");
        agent.call("bank.balance", LOOK, Map.of("onBehalfOf", "ana")).then().statusCode(200);
        String call = agent.call("bank.pay", PAYMENT, Map.of("onBehalfOf", "ana"))
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        agent.call("bank.balance", LOOK, Map.of("onBehalfOf", "ben")).then().statusCode(200);
        agent.call("bank.balance", LOOK, Map.of("onBehalfOf", "ana", "mode", "decide"))
                .then()
                .statusCode(200);

        later.end(decided(call));
        ended("EXPECTATION_MISSED");

        agent.call("bank.balance", LOOK, Map.of("onBehalfOf", "ana")).then().statusCode(200);
    }

    @Test
    void whatFollowedAndFailedDoesNotMeetIt() {
        fixture.activate("""
                rule "look" when ToolCall( tool == "bank.balance" )
                then allow("so").expect("bank.pay").within("1h").otherwise("alert"); end
                rule "pay" when ToolCall( tool == "bank.pay" ) then allow("pay"); end
                """);
        String call = agent.call("bank.balance", LOOK)
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        agent.call("bank.pay", Map.of("to", "acme", "amount", 10, "note", "fail"))
                .then()
                .statusCode(502);

        later.end(decided(call));
        ended("EXPECTATION_MISSED");
    }

    @Test
    void whatBeganBeforeTheFirstCallEndedDoesNotMeetIt() {
        activate("1h", "\"alert\"");
        String account = "held-" + UUID.randomUUID();
        CountDownLatch answering = bank.upstream().hold(account);
        CompletableFuture<Response> early =
                CompletableFuture.supplyAsync(() -> agent.call("bank.balance", Map.of("id", account)));
        await().atMost(LONG).until(() -> bank.requestsOf(agent) == 1);
        String call = pay();
        answering.countDown();
        early.join().then().statusCode(200);
        int paid = fixture.entries("kind=EXECUTED&call=" + call).get(0).index();
        int looked = fixture.entries("kind=EXECUTED&call=" + early.join().path("id"))
                .get(0)
                .index();

        later.end(decided(call));
        ended("EXPECTATION_MISSED");

        assertThat(looked).as("the test's own premise").isGreaterThan(paid);
    }

    @Test
    void whatIsStillExpectedIsNotPruned() {
        activate("8s", "\"alert\"");
        int decided = decided(pay()).index();

        Optional<Needed.Need> need = expectations.need().await().atMost(LONG);

        assertThat(need.orElseThrow().from()).isLessThanOrEqualTo(decided);
        ended("EXPECTATION_MISSED");
        try (Superuser database = Superuser.connect()) {
            await().atMost(LONG)
                    .until(() -> database.query("SELECT task_instance FROM writ.scheduled_task"
                                    + " WHERE task_name = 'expectation' AND task_instance = '" + decided + "'")
                            .isEmpty());
        }
    }

    @Test
    void aCallThatIsOnlyDecidedExpectsNothing() {
        activate("1s", "\"freeze\"");
        agent.call("bank.pay", PAYMENT, Map.of("mode", "decide"))
                .then()
                .statusCode(200)
                .body("decision.obligations[0].expect", equalTo("bank.balance"));
        LogEntry decided = fixture.entries("kind=DECIDED&agent=" + agent.name()).get(0);

        assertThat(decided.body()).doesNotContainKey("expectations");
    }

    @Test
    void itEndsOnceHoweverOftenAndByWhomeverItIsLookedAt() {
        activate("1s", "\"alert\"");
        String call = pay();
        LogEntry decided = decided(call);
        ended("EXPECTATION_MISSED");

        Uni.join()
                .all(IntStream.range(0, 8)
                        .mapToObj(i -> expectations.run(Integer.toString(decided.index())))
                        .toList())
                .andFailFast()
                .await()
                .atMost(LONG);

        assertThat(fixture.entries("kind=EXPECTATION_MISSED&agent=" + agent.name()))
                .hasSize(1);
    }

    @Test
    void callsWaitForPeopleUntilItIsLifted() {
        Client fay = fixture.approver("fay", "finance");
        activate("1s", "\"escalate\", \"finance\"");
        pay();
        int missed = ended("EXPECTATION_MISSED").index();

        String waits = agent.call("bank.balance", LOOK)
                .then()
                .statusCode(202)
                .body("decision.rule", equalTo("writ:expectation"))
                .extract()
                .path("id");
        fay.approve(waits).then().statusCode(200);
        agent.ended(waits).then().body("status", equalTo("succeeded"));
        agent.call("bank.balance", LOOK, Map.of("onBehalfOf", "ana")).then().statusCode(200);
        fixture.auditor
                .get("/v1/expectations")
                .then()
                .statusCode(200)
                .body("missed.id", hasItem(missed))
                .body("missed.find { it.id == " + missed + " }.agent", equalTo(agent.name()));

        fixture.operator
                .post("/v1/expectations/" + missed + "/lift", Map.of("reason", "looked at it"))
                .then()
                .statusCode(200);

        agent.call("bank.balance", LOOK).then().statusCode(200);
        fixture.auditor.get("/v1/expectations").then().body("missed.id", not(hasItem(missed)));
        fixture.operator
                .post("/v1/expectations/" + missed + "/lift", Map.of("reason", "again"))
                .then()
                .statusCode(404);
        assertThat(fixture.entries("kind=EXPECTATION_LIFTED&limit=1").get(0).number("missed"))
                .isEqualTo(missed);
    }

    @Test
    void onlyAnOperatorLiftsAndSaysWhy() {
        fixture.auditor
                .post("/v1/expectations/1/lift", Map.of("reason", "x"))
                .then()
                .statusCode(403);
        fixture.operator.post("/v1/expectations/1/lift", Map.of()).then().statusCode(400);
        fixture.operator.post("/v1/expectations/1/lift", "null").then().statusCode(400);
        fixture.operator
                .post("/v1/expectations/none/lift", Map.of("reason", "x"))
                .then()
                .statusCode(404);
        agent.get("/v1/expectations").then().statusCode(403);
        fixture.operator
                .get("/v1/expectations")
                .then()
                .statusCode(200)
                .body("missed.findAll { it.agent == 'x' }", hasSize(0));
    }

    @Test
    void aListRefusesParametersThatItDoesNotKnow() {
        fixture.auditor
                .get("/v1/expectations?agent=" + agent.name())
                .then()
                .statusCode(400)
                .body("detail", equalTo("There is a parameter that is not known. There are none here."));
    }
}
