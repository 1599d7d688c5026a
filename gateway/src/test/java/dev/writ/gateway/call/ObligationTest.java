package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What rules oblige to is done to what is sent, to what comes back and to what later rules see. */
@WritTest
class ObligationTest {

    private static final Map<String, ?> PAYMENT = Map.of("to", "acme", "amount", 40, "note", "for 4111 1111");

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent();

    @AfterEach
    void putThingsBack() {
        fixture.activate(Fixture.RULES);
    }

    private Response pay(String opinion) {
        fixture.activate(rule("pay", opinion));
        return agent.call("bank.pay", PAYMENT);
    }

    private static String rule(String name, String opinion, String... patterns) {
        return "rule \"" + name + "\" when ToolCall( tool == \"bank.pay\" ) " + String.join(" ", patterns) + " then "
                + opinion + "; end\n";
    }

    private String lastBody() {
        List<String> bodies = bank.upstream().bodies();
        return bodies.get(bodies.size() - 1);
    }

    @Test
    void theToolGetsWhatRulesMadeOfTheArgumentsAndTheLogHasBoth() {
        Response paid = pay("allow(\"so\").mask(\"note\").set(\"amount\", 5)");

        paid.then()
                .statusCode(200)
                .body("decision.obligations", hasSize(2))
                .body("decision.obligations[0].mask", equalTo("note"));
        assertThat(lastBody()).isEqualToIgnoringWhitespace("{\"amount\":5,\"note\":\"***\",\"to\":\"acme\"}");
        fixture.auditor
                .get("/v1/audit/calls/" + paid.path("id"))
                .then()
                .statusCode(200)
                .body("decisions[0].facts.value.arguments.amount", equalTo(40))
                .body("decisions[0].facts.value.arguments.note", equalTo("for 4111 1111"))
                .body("decisions[0].facts.value.sent.amount", equalTo(5))
                .body("decisions[0].facts.value.sent.note", equalTo("***"))
                .body("decisions[0].verdicts[0].obligations[1].set", equalTo("amount"))
                .body("decisions[0].verdicts[0].obligations[1].to", equalTo(5));
    }

    @Test
    void aCallThatIsSentAsItCameIsRecordedOnce() {
        Response paid = pay("allow(\"so\").set(\"amount\", 40)");

        fixture.auditor
                .get("/v1/audit/calls/" + paid.path("id"))
                .then()
                .body("decisions[0].facts.value.arguments.amount", equalTo(40))
                .body("decisions[0].facts.value.sent", nullValue());
    }

    @Test
    void laterRulesSeeWhatWasSent() {
        fixture.activate(
                rule("pay", "allow(\"so\").set(\"amount\", 5)")
                        + rule(
                                "at most 15 in all",
                                "deny(\"more than 15 in all\")",
                                "accumulate( Past( tool == \"bank.pay\", $a : number(\"amount\") ); $sum : sum($a); $sum + 5 > 15 )"));
        for (int i = 0; i < 3; i++) {
            agent.call("bank.pay", PAYMENT).then().statusCode(200);
        }

        agent.call("bank.pay", PAYMENT).then().statusCode(403).body("rule", equalTo("at most 15 in all"));
    }

    @Test
    void peopleApproveWhatIsSentAndNothingElseIs() {
        Client fay = fixture.approver("fay", "finance");
        String call = pay("escalate(\"ask\").to(\"finance\").within(\"1h\").mask(\"note\").set(\"amount\", 7)")
                .path("id");
        fay.get("/v1/approvals/" + call)
                .then()
                .statusCode(200)
                .body("view.arguments.amount", equalTo(7))
                .body("view.arguments.note", equalTo("***"));

        fay.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("succeeded"));
        assertThat(lastBody()).isEqualToIgnoringWhitespace("{\"amount\":7,\"note\":\"***\",\"to\":\"acme\"}");
    }

    @Test
    void whatPeopleApprovedIsNotSentOtherwise() {
        Client fay = fixture.approver("fay", "finance");
        String call = pay("escalate(\"ask\").to(\"finance\").within(\"1h\").set(\"amount\", 7)")
                .path("id");
        fixture.activate(rule("pay", "escalate(\"ask\").to(\"finance\").within(\"1h\").set(\"amount\", 70)"));

        fay.approve(call).then().statusCode(200);

        agent.ended(call)
                .then()
                .body("status", equalTo("denied"))
                .body("decision.rule", equalTo("writ:not-approved"))
                .body("decision.reason", startsWith("the policy has changed, and the arguments"));
        assertThat(bank.upstream().requestsOf(call)).isZero();
    }

    @Test
    void aCallThatCannotBeSentAsRulesObligeIsDenied() {
        fixture.activate(rule("a", "allow(\"a\").set(\"amount\", 5)") + rule("b", "allow(\"b\").set(\"amount\", 6)"));
        agent.call("bank.pay", PAYMENT)
                .then()
                .statusCode(403)
                .body("rule", equalTo("writ:obligation"))
                .body("reason", equalTo("two obligations contradict each other about the argument 'amount'"));

        pay("allow(\"a\").set(\"amount\", 0)")
                .then()
                .statusCode(403)
                .body("rule", equalTo("writ:obligation"))
                .body("reason", startsWith("as rules oblige, the arguments do not fit the tool: /amount"));
        assertThat(bank.requestsOf(agent)).isZero();
    }

    @Test
    void nobodySeesWhatIsRedacted() {
        Response paid = pay("allow(\"so\").redact(\"status\")");

        paid.then().statusCode(200).body("result.status", equalTo("***")).body("result.id", startsWith("p-"));
        assertThat(agent.get("/v1/tool-calls/" + paid.path("id")).asString()).doesNotContain("done");
        assertThat(fixture.auditor
                        .get("/v1/audit/calls/" + paid.path("id"))
                        .then()
                        .body("outcome.result.value.value.status", equalTo("***"))
                        .extract()
                        .asString())
                .doesNotContain("\"done\"");
    }

    @Test
    void aFailureIsRedactedToo() {
        fixture.activate(rule("pay", "allow(\"so\").redact(\"error\")"));

        agent.call("bank.pay", Map.of("to", "acme", "amount", 40, "note", "fail"))
                .then()
                .statusCode(502)
                .body("result.error", equalTo("***"));
    }

    @Test
    void aLabelSticksFromTheMomentTheCallIsAllowed() {
        fixture.activate(rule("pay", "allow(\"so\").label(\"secret\")")
                + rule("once", "deny(\"a secret was read\")", "exists Past( labels contains \"secret\" )"));
        agent.call("bank.pay", PAYMENT).then().statusCode(200);

        agent.call("bank.pay", PAYMENT).then().statusCode(403).body("rule", equalTo("once"));
    }

    @Test
    void whoeverOnlyAsksIsToldWhatToDo() {
        fixture.activate(rule("pay", "allow(\"so\").mask(\"note\").redact(\"status\")"));

        agent.call("bank.pay", PAYMENT, Map.of("mode", "decide"))
                .then()
                .statusCode(200)
                .body("decision.effect", equalTo("allow"))
                .body("decision.obligations[0].mask", equalTo("note"))
                .body("decision.obligations[1].redact", equalTo("status"));
        assertThat(bank.requestsOf(agent)).isZero();
    }
}
