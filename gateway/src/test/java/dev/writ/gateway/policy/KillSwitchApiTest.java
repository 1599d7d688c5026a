package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WritTest
class KillSwitchApiTest {

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();

    @AfterEach
    void release() {
        fixture.killSwitch("everything", "", false);
        fixture.killSwitch("agent", agent.name(), false);
        fixture.killSwitch("tool", "bank.balance", false);
        fixture.killSwitch("connector", "bank", false);
    }

    @ParameterizedTest
    @CsvSource({"everything,", "tool, bank.balance", "connector, bank"})
    void stopsTheNextCall(String scope, String name) {
        call(200);

        fixture.killSwitch(scope, name == null ? "" : name, true);

        call(403);
        fixture.killSwitch(scope, name == null ? "" : name, false);
        call(200);
    }

    @Test
    void stopsOneAgentOnly() {
        Client other = fixture.agent();

        fixture.killSwitch("agent", agent.name(), true);

        call(403);
        other.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
    }

    @Test
    void showsWhatIsStoppedAndWhy() {
        int index = fixture.killSwitch("agent", agent.name(), true);

        String mine = "engaged.findAll { it.name == '" + agent.name() + "' }";
        fixture.operator
                .get("/v1/kill-switch")
                .then()
                .statusCode(200)
                .body(mine, hasSize(1))
                .body(mine + "[0].scope", equalTo("agent"))
                .body(mine + "[0].actor", equalTo("olga"))
                .body(mine + "[0].reason", equalTo("a test"))
                .body(mine + "[0].index", equalTo(index));

        fixture.killSwitch("agent", agent.name(), false);

        fixture.operator.get("/v1/kill-switch").then().body(mine, empty());
    }

    @Test
    void tellsTheAgentWhatWasStoppedAndNotWhy() {
        fixture.killSwitch("tool", "bank.balance", true);

        String answer =
                agent.call("bank.balance", Map.of("id", "1")).then().extract().asString();

        assertThat(answer).contains("an operator has stopped tool bank.balance").doesNotContain("a test");
    }

    @Test
    void keepsTheReasonOutOfEveryRowThatCannotBeErased() {
        post(Map.of("scope", "agent", "name", agent.name(), "engaged", true, "reason", "marker-5d1f of Ana"), 200);

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith("marker-5d1f")).isEmpty();
        }
    }

    @Test
    void isForOperatorsOnly() {
        Map<String, Object> change = Map.of("scope", "everything", "engaged", true, "reason", "no");

        agent.post("/v1/kill-switch", change).then().statusCode(403);
        fixture.author.post("/v1/kill-switch", change).then().statusCode(403);
        agent.get("/v1/kill-switch").then().statusCode(403);
    }

    @ParameterizedTest
    @CsvSource({
        "galaxy, x, true, because, 'scope'",
        ", x, true, because, 'scope'",
        "everything, x, true, because, 'name'",
        "agent, , true, because, 'name'",
        "tool, a b, true, because, 'name'",
        "agent, x, , because, 'engaged'",
        "agent, x, true, , 'reason'"
    })
    void refusesWhatItCannotUse(String scope, String name, Boolean engaged, String reason, String member) {
        Map<String, Object> change = new HashMap<>();
        change.put("scope", scope);
        change.put("name", name);
        change.put("engaged", engaged);
        change.put("reason", reason);
        change.values().removeIf(value -> value == null);

        fixture.operator
                .post("/v1/kill-switch", change)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString("'" + member + "'"));
    }

    private void call(int status) {
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(status);
    }

    private void post(Map<String, Object> change, int status) {
        fixture.operator.post("/v1/kill-switch", change).then().statusCode(status);
    }
}
