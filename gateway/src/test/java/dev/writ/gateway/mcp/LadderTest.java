package dev.writ.gateway.mcp;

import static dev.writ.gateway.mcp.McpClient.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What clients are answered whose calls wait for people. */
@WritTest
class LadderTest {

    private static final Map<String, Object> TASKS = Map.of(
            "io.modelcontextprotocol/clientCapabilities",
            Map.of("extensions", Map.of("io.modelcontextprotocol/tasks", Map.of())));

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent();
    private final Client approver =
            bank.fixture().approver("fin-" + UUID.randomUUID().toString().substring(0, 8), "finance");

    private static Map<String, Object> payment(int amount) {
        return Map.of("to", "x", "amount", amount);
    }

    private Response task(McpClient client, String method, String id) {
        return client.send(method, Map.of("taskId", id, "_meta", TASKS));
    }

    private String callOf(Client caller) {
        return bank.fixture()
                .entries("kind=DECIDED&agent=" + caller.name())
                .get(0)
                .column("call");
    }

    @Test
    void aClientThatTakesTasksGetsOneAndTheRealResultAfterTheApproval() {
        McpClient client = McpClient.modern(agent);
        Response created = client.call("bank__pay", payment(150), TASKS);
        created.then()
                .statusCode(200)
                .body("result.resultType", equalTo("task"))
                .body("result.status", equalTo("working"))
                .body("result.statusMessage", containsString("approval"))
                .body("result.ttlMs", notNullValue())
                .body("result.pollIntervalMs", notNullValue());
        String id = created.path("result.taskId");
        task(client, "tasks/get", id)
                .then()
                .body("result.resultType", equalTo("complete"))
                .body("result.status", equalTo("working"));

        approver.approve(callOf(agent)).then().statusCode(200);

        await().atMost(Duration.ofSeconds(60))
                .until(() -> task(client, "tasks/get", id).path("result.status").equals("completed"));
        task(client, "tasks/get", id)
                .then()
                .body("result.result.isError", nullValue())
                .body("result.result.content[0].type", equalTo("text"));
        assertThat(bank.upstream().requestsOf(callOf(agent))).isEqualTo(1);
    }

    @Test
    void aRefusedTaskIsCompletedWithAnErrorThatSaysSo() {
        McpClient client = McpClient.modern(agent);
        String id = client.call("bank__pay", payment(151), TASKS).path("result.taskId");

        approver.refuse(callOf(agent), "too much").then().statusCode(200);

        task(client, "tasks/get", id)
                .then()
                .body("result.status", equalTo("completed"))
                .body("result.result.isError", equalTo(true))
                .body("result.result.content[0].text", containsString("refused"));
    }

    @Test
    void aCancelledTaskIsWithdrawnAndNeverRuns() {
        McpClient client = McpClient.modern(agent);
        String id = client.call("bank__pay", payment(152), TASKS).path("result.taskId");

        for (int i = 0; i < 2; i++) {
            task(client, "tasks/cancel", id).then().statusCode(200).body("result.resultType", equalTo("complete"));
        }

        task(client, "tasks/get", id).then().body("result.status", equalTo("cancelled"));
        approver.approve(callOf(agent)).then().statusCode(409);
        assertThat(bank.requestsOf(agent)).isZero();
    }

    @Test
    void aTaskIsNobodyElses() {
        String id =
                McpClient.modern(agent).call("bank__pay", payment(153), TASKS).path("result.taskId");
        McpClient other = McpClient.modern(bank.fixture().agent());

        task(other, "tasks/get", id).then().body("error.code", equalTo(-32602));
        task(other, "tasks/cancel", id).then().body("error.code", equalTo(-32602));
        task(McpClient.modern(agent), "tasks/get", id + "x").then().body("error.code", equalTo(-32602));
        task(McpClient.modern(agent), "tasks/get", id).then().body("result.status", equalTo("working"));
    }

    @Test
    void tasksAreForThoseWhoDeclareThem() {
        McpClient.modern(agent)
                .send("tasks/get", Map.of("taskId", "x"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo(-32021))
                .body("error.data.requiredCapabilities.extensions.'io.modelcontextprotocol/tasks'", notNullValue());
    }

    @Test
    void otherClientsAreHeldThenToldHowToAskAndGetTheRealResultFromTheStatusTool() {
        McpClient client = McpClient.legacy(agent);
        JsonPath pending = answer(client.call("bank__pay", payment(154), Map.of("progressToken", 3)));
        assertThat(pending.getString("result.content[0].text"))
                .startsWith("PENDING_APPROVAL ")
                .contains("writ_call_status")
                .contains("Do not change the arguments");
        assertThat(pending.getBoolean("result.isError")).isTrue();
        String call = pending.getString("result._meta.'dev.writ/decision'.callId");

        client.call("writ_call_status", Map.of("callId", call))
                .then()
                .body("result.content[0].text", startsWith("PENDING_APPROVAL"));
        approver.approve(call).then().statusCode(200);

        JsonPath result = answer(client.call("writ_call_status", Map.of("callId", call, "wait", 20)));
        assertThat(result.<Object>get("result.isError")).isNull();
        assertThat(result.<Object>get("result.structuredContent")).isNotNull();
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
    }

    @Test
    void progressIsToldUnderTheClientsOwnNameOfItsType() {
        McpClient client = McpClient.modern(agent);
        for (Object token : new Object[] {7, "7"}) {
            String stream = client.call("bank__pay", payment(155), Map.of("progressToken", token))
                    .asString();
            assertThat(stream)
                    .contains("notifications/progress")
                    .contains("\"progressToken\":" + (token instanceof String ? "\"7\"" : "7"));
        }
    }

    @Test
    void theSameCallAgainAttachesToTheOneThatWaits() {
        McpClient client = McpClient.modern(agent);
        String first =
                answer(client.call("bank__pay", payment(156))).getString("result._meta.'dev.writ/decision'.callId");
        String second =
                answer(client.call("bank__pay", payment(156))).getString("result._meta.'dev.writ/decision'.callId");

        assertThat(second).isEqualTo(first);
    }

    @Test
    void aCallOfSomebodyElseHasNoStatus() {
        String call = answer(McpClient.modern(agent).call("bank__pay", payment(157)))
                .getString("result._meta.'dev.writ/decision'.callId");

        McpClient.modern(bank.fixture().agent())
                .call("writ_call_status", Map.of("callId", call))
                .then()
                .body("result.isError", equalTo(true))
                .body("result.content[0].text", containsString("no call of yours"));
    }
}
