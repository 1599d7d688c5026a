package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.policy.OwnRule;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An escalated call from its submission to its end. Those about dying and several processes are in {@code ApprovalIT}. */
@WritTest
class ResumptionTest {

    private static final Map<String, ?> LARGE = Map.of("to", "acme", "amount", 150);

    private static final String TO_LEGAL = """
            rule "large payment needs finance"
            when
                ToolCall( tool == "bank.pay", number("amount") > 100 )
            then
                escalate("payments over 100 need finance").to("legal").within("4h");
            end
            """;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana");
    private final Client fay = fixture.approver("fay", "finance");

    @AfterEach
    void putThingsBack() {
        fixture.activate(Fixture.RULES);
        fixture.killSwitch("agent", agent.name(), false);
    }

    private String escalated(Client caller, Map<String, ?> further) {
        Response waiting = caller.call("bank.pay", LARGE, further);
        waiting.then().statusCode(202).body("status", equalTo("escalated"));
        String call = waiting.path("id");
        assertThat(waiting.header("Location")).endsWith("/v1/tool-calls/" + call);
        return call;
    }

    private String escalated() {
        return escalated(agent, Map.of());
    }

    private void assertDenied(String call, String rule) {
        agent.ended(call)
                .then()
                .statusCode(200)
                .body("status", equalTo("denied"))
                .body("decision.rule", equalTo(rule));
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }

    @Test
    void anApprovedCallRunsOnceAndTheAgentThatWaitsIsToldTheResult() {
        String call = escalated();
        CompletableFuture<Response> waits = CompletableFuture.supplyAsync(() -> agent.ended(call));
        assertThat(bank.upstream().requestsOf(call)).isZero();

        fay.approve(call).then().statusCode(200);

        waits.join()
                .then()
                .statusCode(200)
                .body("status", equalTo("succeeded"))
                .body("result.status", equalTo("done"))
                .body("approval.state", equalTo("approved"));
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
        assertThat(fixture.entries("call=" + call))
                .extracting(LogEntry::kind)
                .containsExactly("EXECUTED", "DECIDED", "APPROVAL_GRANTED", "DECIDED");
    }

    @Test
    void theResultIsKeptForRetries() {
        String key = UUID.randomUUID().toString();
        String call = escalated(agent, Map.of("key", key));
        fay.approve(call).then().statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));

        agent.call("bank.pay", LARGE, Map.of("key", key))
                .then()
                .statusCode(200)
                .body("id", equalTo(call))
                .body("result.status", equalTo("done"));
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
    }

    @Test
    void aRefusedCallNeverRunsAndTheAgentIsToldWhy() {
        String key = UUID.randomUUID().toString();
        String call = escalated(agent, Map.of("key", key));

        fay.refuse(call, "no such invoice").then().statusCode(200);

        agent.ended(call)
                .then()
                .statusCode(200)
                .body("status", equalTo("refused"))
                .body("approval.reason", equalTo("no such invoice"));
        agent.call("bank.pay", LARGE, Map.of("key", key))
                .then()
                .statusCode(403)
                .body("status", equalTo(403))
                .body("callStatus", equalTo("refused"))
                .body("approval.reason", equalTo("no such invoice"));
        fay.approve(call).then().statusCode(409);
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }

    @Test
    void aWithdrawnCallNeverRuns() {
        String call = escalated();
        agent.request().delete("/v1/tool-calls/" + call).then().statusCode(200).body("status", equalTo("withdrawn"));

        fay.approve(call).then().statusCode(409);
        agent.request().delete("/v1/tool-calls/" + call).then().statusCode(409);
        agent.get("/v1/tool-calls/" + call).then().statusCode(200).body("status", equalTo("withdrawn"));
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }

    @Test
    void onlyItsAgentWithdrawsACall() {
        String call = escalated();
        fixture.agent().request().delete("/v1/tool-calls/" + call).then().statusCode(404);
        agent.get("/v1/tool-calls/" + call).then().statusCode(202);
    }

    @Test
    void nothingIsWithdrawnThatDoesNotWait() {
        String call = agent.call("bank.pay", Map.of("to", "acme", "amount", 1)).path("id");
        agent.request()
                .delete("/v1/tool-calls/" + call)
                .then()
                .statusCode(409)
                .body("detail", containsString("succeeded"));
    }

    @Test
    void aCallThatNobodyAnswersExpires() {
        fixture.activate(TO_LEGAL.replace("legal", "finance").replace("4h", "1s"));
        String call = escalated();

        agent.ended(call).then().statusCode(200).body("status", equalTo("expired"));
        fay.approve(call).then().statusCode(409);
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }

    @Test
    void whatIsOnlyDecidedWaitsForNobody() {
        String call = agent.call("bank.pay", LARGE, Map.of("mode", "decide")).path("id");
        fay.get("/v1/approvals/" + call).then().statusCode(404);
    }

    @Test
    void theSameCallAgainJoinsTheOneThatWaits() {
        String call = escalated();
        assertThat(escalated()).isEqualTo(call);
        assertThat(fixture.entries("kind=DECIDED&agent=" + agent.name())).hasSize(1);
    }

    @Test
    void manyTimesTheSameCallAtOnceIsOneEscalation() {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<String> calls =
                IntStream.range(0, 24)
                        .mapToObj(i -> CompletableFuture.supplyAsync(this::escalated, threads))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .distinct()
                        .toList();
        threads.shutdown();
        assertThat(calls).hasSize(1);
    }

    @Test
    void aKeyThatJoinedACallNamesItForEver() {
        String call = escalated();
        assertThat(escalated(agent, Map.of("key", "second-" + call))).isEqualTo(call);
        fay.approve(call).then().statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));

        agent.call("bank.pay", LARGE, Map.of("key", "second-" + call))
                .then()
                .statusCode(200)
                .body("id", equalTo(call));
        agent.call("bank.pay", Map.of("to", "acme", "amount", 151), Map.of("key", "second-" + call))
                .then()
                .statusCode(409);
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
    }

    @Test
    void anotherCallIsAnotherEscalation() {
        String call = escalated();
        assertThat(escalated(agent, Map.of("onBehalfOf", "ana"))).isNotEqualTo(call);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 151))
                .then()
                .statusCode(202)
                .body("id", not(equalTo(call)));
        fay.refuse(call, "no").then().statusCode(200);
        assertThat(escalated()).isNotEqualTo(call);
    }

    @Test
    void anApprovalNeverExecutesAnOldDecisionIfARuleNowDenies() {
        String call = escalated();
        fixture.activate("""
                rule "no payments today" when ToolCall( tool == "bank.pay" ) then deny("closed"); end
                """);
        fay.approve(call).then().statusCode(200);

        assertDenied(call, "no payments today");
    }

    @Test
    void anApprovalDoesNotAnswerWhatItWasNotAsked() {
        String call = escalated();
        fixture.activate(Fixture.RULES + """
                rule "payments to acme need finance" when ToolCall( tool == "bank.pay", text("to") == "acme" )
                then escalate("acme is under review").to("finance").within("4h"); end
                """);
        fay.approve(call).then().statusCode(200);

        assertDenied(call, OwnRule.NOT_APPROVED.id());
        agent.get("/v1/tool-calls/" + call)
                .then()
                .body("decision.reason", containsString("payments to acme need finance"));
    }

    @Test
    void anApprovalOfOneGroupDoesNotCountForAnother() {
        String call = escalated();
        fixture.activate(TO_LEGAL);
        fay.approve(call).then().statusCode(200);

        assertDenied(call, OwnRule.NOT_APPROVED.id());
    }

    @Test
    void anApprovalDoesNotCountWhereTwoAreAskedForNow() {
        String call = escalated();
        fixture.activate(TO_LEGAL.replace("legal", "finance").replace(".within", ".approvals(2).within"));
        fay.approve(call).then().statusCode(200);

        assertDenied(call, OwnRule.NOT_APPROVED.id());
    }

    @Test
    void aCallThatRulesNowAllowRunsOnItsApproval() {
        String call = escalated();
        fixture.activate("""
                rule "pay" when ToolCall( tool == "bank.pay" ) then allow("all right now"); end
                """);
        fay.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("succeeded")).body("decision.rule", equalTo("pay"));
    }

    @Test
    void aBudgetThatWasUsedUpMeanwhileDenies() {
        String call = escalated();
        IntStream.range(0, 2)
                .forEach(i -> agent.call("bank.pay", Map.of("to", "acme", "amount", 100))
                        .then()
                        .statusCode(200));
        fay.approve(call).then().statusCode(200);

        assertDenied(call, "payments of 300 in all");
    }

    @Test
    void aCallThatWaitedCountsOnceAndFromItsSecondDecisionOn() {
        fixture.activate(Fixture.RULES + """
                rule "one payment per payee"
                when
                    ToolCall( tool == "bank.pay", $to : text("to") )
                    exists Past( tool == "bank.pay", text("to") == $to )
                then
                    deny("this payee was paid or asked for before");
                end
                """);
        String call = escalated();
        fay.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("succeeded"));
        agent.call("bank.pay", Map.of("to", "acme", "amount", 1))
                .then()
                .statusCode(403)
                .body("rule", equalTo("one payment per payee"));
    }

    @Test
    void aKeyThatWasRevokedMeanwhileDenies() {
        String call = escalated();
        Client other = fixture.admin.issue(agent.name(), List.of("agent"), List.of());
        fixture.admin.request().delete("/v1/keys/" + agent.keyId()).then().statusCode(204);
        fay.approve(call).then().statusCode(200);

        other.ended(call)
                .then()
                .body("status", equalTo("denied"))
                .body("decision.rule", equalTo(OwnRule.KEY_REVOKED.id()));
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }

    @Test
    void aKillSwitchThatWasEngagedMeanwhileDenies() {
        String call = escalated();
        fixture.killSwitch("agent", agent.name(), true);
        fay.approve(call).then().statusCode(200);

        assertDenied(call, OwnRule.KILL_SWITCH.id());
    }

    @Test
    void aToolThatWasRegisteredAnewMeanwhileDenies() {
        String call = escalated();
        try (Upstream other = Upstream.start()) {
            fixture.register(other);
            fay.approve(call).then().statusCode(200);

            assertDenied(call, OwnRule.TOOL_CHANGED.id());
            assertThat(other.requests()).isZero();
        } finally {
            fixture.register(bank.upstream());
        }
    }

    @Test
    void aToolThatWasRemovedMeanwhileDenies() {
        String call = escalated();
        fixture.operator.request().delete("/v1/connectors/bank").then().statusCode(204);
        try {
            fay.approve(call).then().statusCode(200);

            assertDenied(call, OwnRule.TOOL_CHANGED.id());
        } finally {
            fixture.register(bank.upstream());
        }
    }

    @Test
    void aFailureOfTheToolIsToldOnceItRan() {
        Response waiting = agent.call("bank.pay", Map.of("to", "acme", "amount", 150, "note", "fail"));
        String call = waiting.path("id");
        fay.approve(call).then().statusCode(200);

        agent.ended(call).then().statusCode(200).body("status", equalTo("failed"));
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
    }

    @Test
    void argumentsAreInNoLeafAndInTheApproversView() {
        String payee = "payee-" + UUID.randomUUID();
        String call = agent.call("bank.pay", Map.of("to", payee, "amount", 150, "note", "n\u202Eote"))
                .path("id");

        fay.get("/v1/approvals/" + call)
                .then()
                .statusCode(200)
                .body("view.arguments.to", equalTo(payee))
                .body("view.arguments.note", equalTo("n\u202Eote"));
        assertThat(fixture.auditor.get("/v1/audit/entries?call=" + call).asString())
                .doesNotContain(payee);
        await().atMost(Duration.ofSeconds(60)).until(() -> !bank.logLines().contains(payee));
    }

    private Client approver(String name, String person) {
        return fixture.admin.issue(
                name, Map.of("roles", List.of("approver"), "groups", List.of("finance"), "person", person));
    }

    private static String asking(String more) {
        return "rule \"ask\" when ToolCall( tool == \"bank.pay\" )" + " then escalate(\"ask\").to(\"finance\")" + more
                + "; end";
    }

    @Test
    void anAttemptThatWasGivenUpDoesNotEndALaterOne() {
        String key = UUID.randomUUID().toString();
        try (Superuser database = Superuser.connect()) {
            database.execute("BEGIN");
            database.execute("LOCK TABLE audit.entry IN SHARE ROW EXCLUSIVE MODE");
            agent.call("bank.pay", LARGE, Map.of("key", key)).then().statusCode(503);
            database.execute("ROLLBACK");
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> agent.call("bank.pay", LARGE, Map.of("key", key)).statusCode() == 202);
        String call = escalated(agent, Map.of("key", key));
        fay.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("succeeded"));
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
        assertThat(fixture.entries("kind=ABANDONED&call=" + call)).isEmpty();
    }

    @Test
    void howeverManyKeysNameACallItsApprovalIsSeen() {
        String call = escalated();
        ExecutorService threads = Executors.newFixedThreadPool(12);
        IntStream.range(0, 1_001)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> escalated(agent, Map.of("key", "repeat-" + i)), threads))
                .toList()
                .forEach(joined -> assertThat(joined.join()).isEqualTo(call));
        threads.shutdown();
        fay.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("succeeded"));
    }

    @Test
    void whatWasGrantedWithAKeyThatWasRevokedDoesNotCount() {
        fixture.activate(asking(".approvals(2).within(\"1h\")"));
        String call = escalated();
        fay.approve(call).then().statusCode(200);
        fixture.admin.request().delete("/v1/keys/" + fay.keyId()).then().statusCode(204);
        fixture.approver("finn", "finance").approve(call).then().statusCode(200).body("state", equalTo("open"));
        agent.get("/v1/tool-calls/" + call).then().statusCode(202);

        fixture.approver("flo", "finance").approve(call).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().body("status", equalTo("succeeded"));
    }

    @Test
    void whoeverHadAStakeCountsOnlyWhereTheRuleOfNowAllowsIt() {
        fixture.activate(asking(".approvals(2).within(\"1h\").allowing(\"owner\")"));
        String call = escalated();
        fixture.approver("tests", "finance").approve(call).then().statusCode(200);
        fixture.activate(asking(".approvals(2).within(\"1h\")"));
        fay.approve(call).then().statusCode(200);

        assertDenied(call, OwnRule.NOT_APPROVED.id());
    }

    @Test
    void anApprovalThatExpiredBeforeTheCallCouldRunDoesNotCount() {
        fixture.activate(asking(".within(\"8s\")"));
        String call;
        try (Superuser database = Superuser.connect()) {
            database.execute("REVOKE UPDATE ON writ.scheduled_task FROM writ_tasks");
            try {
                call = escalated();
                fay.approve(call).then().statusCode(200);
                Instant expires = Instant.parse(fay.get("/v1/approvals/" + call).path("expiresAt"));
                await().atMost(Duration.ofSeconds(60)).until(() -> Instant.now().isAfter(expires));
            } finally {
                database.execute("GRANT UPDATE ON writ.scheduled_task TO writ_tasks");
            }
        }

        assertDenied(call, OwnRule.NOT_APPROVED.id());
        agent.get("/v1/tool-calls/" + call).then().body("decision.reason", containsString("expired"));
    }

    @Test
    void theOwnerDoesNotApproveUnderAnotherHandle() {
        approver("tests", "olga@example.com");
        String call = escalated();
        approver("olga2", "olga@example.com").approve(call).then().statusCode(403);
        approver("olga3", "tests").approve(call).then().statusCode(403);
    }

    @Test
    void aKeyThatDoesNotListThePersonSeesNothingOfTheirCalls() {
        String call = escalated(agent, Map.of("onBehalfOf", "ana"));
        Client other = fixture.admin.issue(agent.name(), List.of("agent"), List.of("ben"));

        other.get("/v1/tool-calls/" + call).then().statusCode(404);
        other.request().delete("/v1/tool-calls/" + call).then().statusCode(404);
        agent.get("/v1/tool-calls/" + call).then().statusCode(202);
    }

    @Test
    void rowsThatSomebodyEditedBlockNoCall() {
        String call = escalated();
        fay.refuse(call, "no").then().statusCode(200);
        try (Superuser database = Superuser.connect()) {
            database.execute("UPDATE writ.approval SET state = 'open' WHERE call = '" + call + "'");
            String next = escalated();
            assertThat(next).isNotEqualTo(call);
            database.execute("UPDATE writ.approval SET groups = ARRAY['finance', NULL] WHERE call = '" + next + "'");
            fay.get("/v1/approvals?agent=" + agent.name())
                    .then()
                    .statusCode(200)
                    .body("items", hasSize(0));
            assertThat(escalated()).isNotEqualTo(next);
        }
    }

    @Test
    void anAgentBuriesNobodyElsesCalls() {
        IntStream.range(0, 20)
                .forEach(i -> agent.call("bank.pay", Map.of("to", "acme", "amount", 150 + i))
                        .then()
                        .statusCode(202));
        agent.call("bank.pay", Map.of("to", "acme", "amount", 190)).then().statusCode(429);
        agent.call("bank.pay", LARGE).then().statusCode(202);
    }
}
