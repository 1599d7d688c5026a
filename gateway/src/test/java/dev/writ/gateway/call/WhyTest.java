package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What auditors learn of a decision, and what of it an agent does. */
@WritTest
class WhyTest {

    /** A payee is trusted once anybody paid it. */
    private static final String RULES = """
            rule "small"
            when
                ToolCall( tool == "vault.pay", number("amount") <= 50 )
            then
                allow("small");
            end

            rule "known payee"
            when
                ToolCall( tool == "vault.pay", $to : text("to"), number("amount") <= 500 )
                Past( tool == "vault.pay", verdict == "allow", text("to") == $to ) from entry-point "tool"
            then
                allow("somebody paid it before");
            end

            rule "partner"
            when
                ToolCall( tool == "vault.pay", text("to") == "partner-of-others" )
            then
                allow("a partner");
            end

            rule "stop at a million"
            when
                ToolCall( tool == "vault.pay", number("amount") > 1000000 )
            then
                deny("too much");
            end
            """;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana");
    private final String payee = "payee-" + UUID.randomUUID();
    private String vault = "";

    @BeforeEach
    void governVault() {
        fixture.register("vault", bank.upstream().url());
        vault = fixture.activate("vault", RULES);
    }

    @AfterEach
    void restore() {
        fixture.deactivate(vault);
        try (Superuser database = Superuser.connect()) {
            database.putInputsBack();
        }
    }

    private Response pay(Client who, String to, Number amount) {
        return who.call("vault.pay", Map.of("to", to, "amount", amount));
    }

    @Test
    void aDenialSaysWhichArgumentsARuleWouldAllow() {
        Response denied = pay(agent, payee, 600);

        denied.then()
                .statusCode(403)
                .body("detail", containsString("rule 'small' allows 'amount' at most 50"))
                .body("hint.rule", equalTo("small"))
                .body("hint.arguments.path", contains("amount"))
                .body("hint.arguments.bound", contains("at most 50"));
        agent.get("/v1/tool-calls/" + denied.path("callId")).then().body("decision.hint.rule", equalTo("small"));
        agent.call("vault.pay", Map.of("to", payee, "amount", 600), Map.of("mode", "decide"))
                .then()
                .statusCode(200)
                .body("decision.effect", equalTo("deny"))
                .body("decision.hint.text", equalTo("rule 'small' allows 'amount' at most 50"));
    }

    @Test
    void whatIsAllowedHasNoHintAndWritItselfGivesNone() {
        agent.call("vault.pay", Map.of("to", payee, "amount", 5), Map.of("mode", "decide"))
                .then()
                .body("decision.hint", nullValue());
        fixture.killSwitch("everything", "", true);
        Response denied = pay(agent, payee, 600);
        fixture.killSwitch("everything", "", false);

        denied.then().statusCode(403).body("hint", nullValue());
    }

    @Test
    void noArgumentOfAnotherCallGetsIntoAHintNorWhetherThereWasOne() {
        Client other = fixture.agent("ben");
        String before = told(pay(agent, payee, 400), pay(agent, payee, 600), pay(agent, "unknown", 2_000_000));
        pay(other, payee, 31.25).then().statusCode(200);
        pay(other, "unknown", 17.75).then().statusCode(200);

        // A payee that others paid is allowed more than one that is new; that is the decision and no hint.
        assertThat(pay(agent, payee, 400).statusCode()).isEqualTo(200);
        String after = told(
                pay(agent, "new-" + UUID.randomUUID(), 400), pay(agent, payee, 600), pay(agent, "unknown", 2_000_000));

        assertThat(after).isEqualTo(before);
        assertThat(before)
                .contains("'amount' at most 50")
                .doesNotContain("31.25", "17.75", payee, "partner-of-others", "1000000", "stop at");
    }

    private static String told(Response... answers) {
        StringBuilder told = new StringBuilder();
        for (Response answer : answers) {
            told.append(answer.<Object>path("hint")).append('\n');
        }
        return told.toString();
    }

    @Test
    void anAuditorSeesEachRuleConditionByCondition() {
        String earlier = pay(fixture.agent("ben"), payee, 10).path("id");
        String denied = pay(agent, payee, 600).path("callId");

        fixture.auditor
                .get("/v1/audit/calls/" + denied)
                .then()
                .statusCode(200)
                .body("decisions[0].why.note", nullValue())
                .body(
                        "decisions[0].why.rules.rule",
                        containsInAnyOrder("small", "known payee", "partner", "stop at a million"))
                .body(
                        "decisions[0].why.rules.find { it.rule == 'known payee' }.conditions.state",
                        contains("fails", "holds"))
                .body("decisions[0].why.nearest.rule", equalTo("small"))
                .body("decisions[0].why.nearest.unmet[0].change.bound", equalTo("at most 50"))
                .body("decisions[0].why.nearest.then.effect", equalTo("allow"))
                .body("decisions[0].why.earlier.call", hasItem(earlier))
                .body("decisions[0].why.earlier.explanation", hasItem("/v1/audit/calls/" + earlier));
    }

    @Test
    void theRulesOfThenAreAskedAndNotThoseOfNow() {
        String denied = pay(agent, payee, 600).path("callId");
        vault = fixture.activate("vault", RULES.replace("<= 50 ", "<= 200 "));

        fixture.auditor
                .get("/v1/audit/calls/" + denied)
                .then()
                .body("decisions[0].why.note", nullValue())
                .body("decisions[0].why.nearest.unmet[0].text", containsString("<= 50"));
    }

    @Test
    void allBundlesThatDecidedAreAsked() {
        String stop = "rule \"no vault today\" when ToolCall( tool == \"vault.pay\" ) then deny(\"closed\"); end";
        String digest = fixture.author
                .post(
                        "/v1/policies",
                        Map.of(
                                "files",
                                Map.of(
                                        "bundle.yaml",
                                        "name: closing\nversion: " + UUID.randomUUID()
                                                + "\nscope: [\"vault.*\"]\nhints: none\n",
                                        "rules.drl",
                                        stop)))
                .then()
                .statusCode(201)
                .extract()
                .path("digest");
        fixture.reviewer
                .post("/v1/policies/" + digest + "/activate", Map.of())
                .then()
                .statusCode(200);
        Response denied = pay(agent, payee, 600);
        fixture.deactivate(digest);

        denied.then().statusCode(403).body("rule", equalTo("no vault today"));
        fixture.auditor
                .get("/v1/audit/calls/" + denied.path("callId"))
                .then()
                .body("decisions[0].why.rules.bundle", hasItem("closing"))
                .body("decisions[0].why.rules.bundle", hasItem("vault"))
                .body("decisions[0].why.nearest.rule", equalTo("small"))
                .body("decisions[0].why.nearest.then.rule", equalTo("no vault today"));
    }

    @Test
    void approversSeeWhichEarlierDecisionsTheirQuestionRestsOn() {
        vault = fixture.activate("vault", RULES + """
                rule "again"
                when
                    ToolCall( tool == "vault.pay", $to : text("to") )
                    Past( tool == "vault.pay", text("to") == $to )
                then
                    escalate("it was paid before").to("finance").within("1h");
                end
                """);
        String first = pay(agent, payee, 10).path("id");
        String second = pay(agent, payee, 10).then().statusCode(202).extract().path("id");

        fixture.approver("fay", "finance")
                .get("/v1/approvals/" + second)
                .then()
                .statusCode(200)
                .body(
                        "view.asks[0].matched",
                        contains(fixture.entries("kind=DECIDED&call=" + first)
                                .get(0)
                                .index()));
    }

    @Test
    void whatWasErasedCannotBeAskedAgain() {
        Response denied = pay(agent, payee, 600);
        int index = denied.path("index");
        try (Superuser database = Superuser.connect()) {
            database.takeInputs("idx = " + index);
        }

        fixture.auditor
                .get("/v1/audit/calls/" + denied.path("callId"))
                .then()
                .statusCode(200)
                .body("decisions[0].why.note", containsString("erased"))
                .body("decisions[0].why.rules", empty());
        agent.get("/v1/tool-calls/" + denied.path("callId")).then().body("decision.hint", nullValue());
    }
}
