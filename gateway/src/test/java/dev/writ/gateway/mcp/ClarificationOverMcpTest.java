package dev.writ.gateway.mcp;

import static dev.writ.gateway.mcp.McpClient.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What approvers ask a model, and what they tell it. */
@WritTest
class ClarificationOverMcpTest {

    private static final Map<String, Object> TASKS = Map.of(
            "io.modelcontextprotocol/clientCapabilities",
            Map.of("extensions", Map.of("io.modelcontextprotocol/tasks", Map.of())));

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent();
    private final Client approver =
            bank.fixture().approver("fin-" + UUID.randomUUID().toString().substring(0, 8), "finance");
    private final McpClient client = McpClient.modern(agent);

    private String call() {
        return agent.call("bank.pay", Map.of("to", "x", "amount", 150)).path("id");
    }

    private void ask(String call) {
        approver.post("/v1/approvals/" + call + "/clarify", Map.of("question", "Which \"invoice\"?"))
                .then()
                .statusCode(200);
    }

    @Test
    void aModelReadsTheQuestionAndAnswersIt() {
        String call = call();
        ask(call);

        JsonPath told = answer(client.call("writ_call_status", Map.of("callId", call)));
        assertThat(told.getString("result.content[0].text"))
                .startsWith("PENDING_APPROVAL")
                .contains("An approver asks: \"Which \\\"invoice\\\"?\"")
                .contains("writ_call_answer {\"callId\": \"" + call + "\"");
        assertThat(told.getString("result._meta.'dev.writ/decision'.approval.question"))
                .isEqualTo("Which \"invoice\"?");
        JsonPath answered = answer(client.call("writ_call_answer", Map.of("callId", call, "answer", "RE-2041")));

        assertThat(answered.getString("result.content[0].text"))
                .contains("The approvers are told")
                .doesNotContain("An approver asks");
        assertThat(answered.getMap("result")).doesNotContainKey("isError");
        approver.get("/v1/approvals/" + call).then().body("view.clarifications[0].answer", equalTo("RE-2041"));
    }

    @Test
    void aTaskSaysWhatIsAsked() {
        String id = client.call("bank__pay", Map.of("to", "x", "amount", 151), TASKS)
                .path("result.taskId");
        ask(bank.fixture().entries("kind=DECIDED&agent=" + agent.name()).get(0).column("call"));

        client.send("tasks/get", Map.of("taskId", id, "_meta", TASKS))
                .then()
                .body("result.statusMessage", containsString("An approver asks"))
                .body("result.statusMessage", containsString("writ_call_answer"));
    }

    @Test
    void anAnswerToNothingIsAnError() {
        JsonPath told = answer(client.call("writ_call_answer", Map.of("callId", call(), "answer", "x")));

        assertThat(told.getBoolean("result.isError")).isTrue();
        assertThat(told.getString("result.content[0].text")).contains("No question");
    }

    @Test
    void nothingHiddenIsAnswered() {
        String call = call();
        ask(call);

        JsonPath told = answer(client.call("writ_call_answer", Map.of("callId", call, "answer", "a\u202eb")));

        assertThat(told.getString("result.content[0].text")).contains("U+202E");
    }

    @Test
    void aModelIsToldWhatAnApproverChanged() {
        String call = call();
        approver.post(
                        "/v1/approvals/" + call + "/edit",
                        Map.of(
                                "arguments",
                                Map.of("to", "x", "amount", 120),
                                "reason",
                                "less",
                                "view",
                                approver.get("/v1/approvals/" + call).path("viewDigest")))
                .then()
                .statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));

        JsonPath told = answer(client.call("writ_call_status", Map.of("callId", call)));

        assertThat(told.getString("result.content[1].text"))
                .contains("An approver changed its arguments")
                .contains("{\"from\":150,\"path\":\"/amount\",\"to\":120}");
        assertThat(told.getString("result._meta.'dev.writ/decision'.approval.changes[0].path"))
                .isEqualTo("/amount");
    }
}
