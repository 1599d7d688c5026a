package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be called, and who calls. */
@WritTest
class ToolsAndAgentsPagesTest {

    private Fixture gateway;
    private Browser operator;

    @BeforeEach
    void somebody() {
        gateway = Bank.shared().fixture();
        operator = Browser.of(gateway.operator);
    }

    @Test
    void showsConnectorsWithTheirToolsAndWhatTheyDo() {
        assertThat(operator.page("/console/tools"))
                .contains("/console/tools/bank")
                .contains("bank.pay");
        assertThat(operator.page("/console/tools/bank"))
                .contains("bank.balance")
                .contains("untrusted")
                .contains("Nothing: its server offers what is pinned");
    }

    @Test
    void authorsSeeToolsAndNotHowTheyAreReached() {
        Browser author = Browser.of(gateway.author);
        assertThat(author.page("/console/tools")).contains("bank.pay").doesNotContain("/console/tools/bank");
        author.get("/console/tools/bank").then().statusCode(403);
    }

    @Test
    void aConnectorThatIsNotThereIsSaidToBe() {
        operator.get("/console/tools/none")
                .then()
                .statusCode(404)
                .body(containsString("There is no connector of this name"));
    }

    @Test
    void whatAnAgentsOwnerWroteIsShownAsText() {
        String agent = "agent-" + UUID.randomUUID();
        gateway.operator
                .post(
                        "/v1/agents",
                        Map.of("name", agent, "owner", "tests", "description", "<img src=x onerror=alert(1)>\u202e"))
                .then()
                .statusCode(201);

        assertThat(operator.page("/console/agents?cursor=" + agent.substring(0, agent.length() - 1)))
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("U+202E")
                .doesNotContain("<img");
    }

    @Test
    void stopsAnAgentAndLetsItGoOn() {
        Client agent = gateway.agent();
        operator.post(
                        "/console/agents/kill-switch",
                        Map.of("scope", "agent", "name", agent.name(), "engaged", "true", "reason", "it went wild"))
                .then()
                .statusCode(303);
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(403);
        assertThat(operator.page("/console/agents")).contains("it went wild").contains("Let it go on");

        operator.post(
                        "/console/agents/kill-switch",
                        Map.of("scope", "agent", "name", agent.name(), "engaged", "false", "reason", "mended"))
                .then()
                .statusCode(303);

        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
    }

    @Test
    void auditorsSeeWhatAgentsDidAndCannotStopThem() {
        Client agent = gateway.agent();
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
        Browser auditor = Browser.of(gateway.auditor);

        assertThat(auditor.page("/console/agents"))
                .contains(agent.name())
                .doesNotContain("<button class=\"danger\">Stop");
        auditor.post("/console/agents/kill-switch", Map.of("scope", "everything", "engaged", "true", "reason", "no"))
                .then()
                .statusCode(403);
    }

    @Test
    void whoOperatesAndAuditsSeesBoth() {
        Client agent = gateway.agent();
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
        Browser both =
                Browser.of(gateway.admin.issue("both-" + UUID.randomUUID(), List.of("operator", "auditor"), List.of()));

        String name = agent.name();
        assertThat(both.page("/console/agents?cursor=" + name.substring(0, name.length() - 1)))
                .contains("for a test")
                .contains("/console/agents/named/" + name);
    }

    @Test
    void administratorsRevokeKeys() {
        Client leaving = gateway.admin.issue("leaving-" + UUID.randomUUID(), List.of("auditor"), List.of());
        Browser admin = Browser.of(gateway.admin);
        assertThat(Browser.of(leaving).page("/console")).contains(leaving.name());

        admin.post("/console/agents/keys/" + leaving.keyId() + "/revoke", Map.of())
                .then()
                .statusCode(303);

        leaving.get("/v1/audit/entries").then().statusCode(401);
        operator.get("/console/agents/keys").then().statusCode(403);
    }
}
