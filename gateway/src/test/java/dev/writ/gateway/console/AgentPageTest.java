package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One agent: its budgets, its releases, and who is shown them. */
@WritTest
class AgentPageTest {

    private static String bank;
    private static String policy;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final Browser auditor = Browser.of(fixture.auditor);
    private final String page = "/console/agents/named/" + agent.name();

    @BeforeAll
    static void register() {
        Fixture fixture = Bank.shared().fixture();
        bank = "spend" + UUID.randomUUID().toString().substring(0, 8);
        fixture.register(bank, Bank.shared().upstream().url());
        policy = fixture.activate(bank, """
                rule "pay"
                when ToolCall( tool == "NAME.pay" ) then allow("pay"); end
                rule "at most 300 a day"
                when
                    ToolCall( tool == "NAME.pay", $amount : number("amount") )
                    accumulate( Past( tool == "NAME.pay", verdict == "allow", $earlier : number("amount") ) over window:time(1d);
                        $sum : sum($earlier); $sum + $amount > 300 )
                then deny("<b>300</b> a day"); end
                rule "five a day"
                when
                    ToolCall( tool == "NAME.pay" )
                    accumulate( Past( tool == "NAME.pay" ) over window:time(1d); $calls : count(); $calls >= 5 )
                then escalate("five").to("finance").within("1h"); end
                """.replace("NAME", bank));
    }

    @AfterAll
    static void leaveNoPolicy() {
        Bank.shared().fixture().deactivate(policy);
    }

    private void pay(int amount, Map<String, String> headers) {
        fixture.awaitPolicyAndTool(agent, bank + ".pay");
        agent.request()
                .headers(headers)
                .body(Map.of("tool", bank + ".pay", "arguments", Map.of("to", "acme", "amount", amount)))
                .post("/v1/tool-calls")
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200);
    }

    private Response api(String what) {
        return fixture.auditor.get("/v1/agents/" + agent.name() + "/" + what);
    }

    @Test
    void saysWhatToDoFirstWhereItHasNotCalled() {
        assertThat(auditor.page(page))
                .contains("It has not called yet, so there is nothing to add up")
                .contains("spend-budgets")
                .contains("Writ-Agent-Release");
        api("budgets").then().statusCode(200).body("items", empty());
        api("releases").then().statusCode(200).body("items", empty()).body("decisions", equalTo(0));
    }

    @Test
    void showsHowMuchOfItsBudgetsIsUsedAndLeft() {
        pay(120, Map.of());
        pay(30, Map.of());

        assertThat(auditor.page(page))
                .contains("at most 300 a day")
                .contains("<td data-label=\"Used\">150</td>")
                .contains("<td data-label=\"Left\">150</td>")
                .contains("<td data-label=\"Left\">3</td>")
                .contains("300, within 1 d")
                .contains("5 calls, within 1 d")
                .contains("people are asked")
                .contains("&lt;b&gt;300&lt;/b&gt; a day")
                .doesNotContain("<b>300");
        api("budgets")
                .then()
                .body("items.rule", hasItem("at most 300 a day"))
                .body("items.find { it.rule == 'at most 300 a day' }.used", equalTo(150))
                .body("items.find { it.rule == 'at most 300 a day' }.left", equalTo(150))
                .body("items.find { it.rule == 'five a day' }.counts", equalTo("calls"))
                .body("items.find { it.rule == 'five a day' }.used", equalTo(2));
    }

    @Test
    void whatIsUsedUpLeavesNothing() {
        pay(300, Map.of());

        assertThat(auditor.page(page)).contains("<td data-label=\"Left\"><span class=\"badge bad\">0</span></td>");
    }

    @Test
    void showsTheReleasesThatHaveCalledAndWhoseWordThatIs() {
        pay(1, Map.of("Writ-Agent-Release", "1.4.0", "Writ-Agent-Model", "large-2"));
        pay(1, Map.of("Writ-Agent-Release", "1.4.0", "Writ-Agent-Model", "large-2"));
        pay(1, Map.of("Writ-Agent-Release", "1.5.0"));

        assertThat(auditor.page(page))
                .contains("1.4.0", "1.5.0", "large-2", "its own word")
                .doesNotContain("attested");
        api("releases")
                .then()
                .body("items.release.value", contains("1.5.0", "1.4.0"))
                .body("items.calls", contains(1, 2))
                .body("items[0].model", nullValue())
                .body("items[1].model.attested", equalTo(false))
                .body("decisions", equalTo(3));
    }

    @Test
    void whoIsShownItIsInTheLog() {
        Client aud = fixture.admin.issue("auditor-" + UUID.randomUUID(), List.of("auditor"), List.of());

        Browser.of(aud).page(page);

        assertThat(fixture.entries("kind=AUDIT_READ&agent=" + aud.name()))
                .extracting(entry -> entry.text("what"))
                .containsExactlyInAnyOrder("budgets", "releases");
    }

    @Test
    void operatorsSeeWhoAnswersForItAndNothingThatItDid() {
        pay(1, Map.of("Writ-Agent-Release", "1.4.0"));
        String name = "bot-" + UUID.randomUUID();
        fixture.operator
                .post(
                        "/v1/agents",
                        Map.of("name", name, "owner", "olga", "description", "<img src=x onerror=alert(1)>"))
                .then()
                .statusCode(201);
        Browser operator = Browser.of(fixture.operator);

        assertThat(operator.page(page)).doesNotContain("1.4.0").contains("Auditors see here");
        assertThat(operator.page("/console/agents/named/" + name))
                .contains("olga", "&lt;img src=x onerror=alert(1)&gt;")
                .doesNotContain("<img");
        assertThat(operator.page("/console/agents/named/nobody")).contains("It is not registered");
        fixture.operator.get("/v1/agents/" + agent.name() + "/budgets").then().statusCode(403);
        fixture.operator.get("/v1/agents/" + agent.name() + "/releases").then().statusCode(403);
    }

    @Test
    void othersAreRefused() {
        Browser.of(fixture.author).get(page).then().statusCode(403);
        Browser.of(fixture.approver("fay-" + UUID.randomUUID(), "finance"))
                .get(page)
                .then()
                .statusCode(403);
        fixture.auditor.get("/v1/agents/nobody").then().statusCode(403);
        fixture.operator.get("/v1/agents/nobody").then().statusCode(404);
    }

    @Test
    void saysThatItIsStopped() {
        fixture.killSwitch("agent", agent.name(), true);
        try {
            assertThat(auditor.page(page)).contains(">stopped<").contains("Stopped since");
        } finally {
            fixture.killSwitch("agent", agent.name(), false);
        }
        assertThat(auditor.page(page)).contains(">may call<");
    }
}
