package dev.writ.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which ends an agent's webhook is told: those of calls that had to wait, each once, and no others. */
@WritTest
class AnnouncedEndsTest {

    private static final Map<String, ?> LARGE = Map.of("to", "acme", "amount", 150);

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final Client fay = fixture.approver("fay", "finance");
    private final Receiver receiver = Receiver.start(0);

    @BeforeEach
    void register() {
        fixture.operator
                .request()
                .body(Map.of("url", receiver.url(), "allowPrivateAddresses", true))
                .put("/v1/agents/" + agent.name() + "/webhook")
                .then()
                .statusCode(200);
    }

    @AfterEach
    void putThingsBack() {
        receiver.close();
        fixture.activate(Fixture.RULES);
    }

    private String escalated(Map<String, ?> arguments) {
        return agent.call("bank.pay", arguments)
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private void assertTold(String call, String status) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !receiver.deliveries().isEmpty());
        assertThat(receiver.deliveries())
                .extracting(delivery -> ((JsonObject) JsonValue.parse(delivery.body()))
                        .object("data")
                        .orElseThrow())
                .extracting(data -> data.text("callId").orElseThrow() + " "
                        + data.text("status").orElseThrow())
                .containsOnly(call + " " + status);
        agent.get("/v1/tool-calls/" + call).then().statusCode(200);
        assertThat(agent.get("/v1/tool-calls/" + call).<String>path("status")).isEqualTo(status);
    }

    @Test
    void ofAnApprovedCallThatRan() {
        String call = escalated(LARGE);
        fay.approve(call).then().statusCode(200);
        assertTold(call, "succeeded");
    }

    @Test
    void ofAnApprovedCallWhoseToolFailed() {
        String call = escalated(Map.of("to", "acme", "amount", 150, "note", "fail"));
        fay.approve(call).then().statusCode(200);
        assertTold(call, "failed");
    }

    @Test
    void ofAnApprovedCallThatIsDeniedNow() {
        String call = escalated(LARGE);
        fixture.activate("rule \"closed\" when ToolCall( tool == \"bank.pay\" ) then deny(\"closed\"); end");
        fay.approve(call).then().statusCode(200);
        assertTold(call, "denied");
    }

    @Test
    void ofARefusedCall() {
        String call = escalated(LARGE);
        fay.refuse(call, "no").then().statusCode(200);
        assertTold(call, "refused");
    }

    @Test
    void ofAWithdrawnCall() {
        String call = escalated(LARGE);
        agent.request().delete("/v1/tool-calls/" + call).then().statusCode(200);
        assertTold(call, "withdrawn");
    }

    @Test
    void ofACallThatExpired() {
        fixture.activate("rule \"ask\" when ToolCall( tool == \"bank.pay\" )"
                + " then escalate(\"ask\").to(\"finance\").within(\"1s\"); end");
        String call = escalated(LARGE);
        assertTold(call, "expired");
    }

    @Test
    void ofNoCallThatDidNotHaveToWait() {
        agent.call("bank.pay", Map.of("to", "acme", "amount", 1)).then().statusCode(200);
        String call = escalated(LARGE);
        fay.refuse(call, "no").then().statusCode(200);
        assertTold(call, "refused");
    }
}
