package dev.writ.gateway.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** That the log says who looked at what they decided. */
@WritTest
class ViewTest {

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ana");
    private final Client fay =
            fixture.approver("fay-" + UUID.randomUUID().toString().substring(0, 8), "finance");
    private final String call =
            agent.call("bank.pay", Map.of("to", "acme", "amount", 150)).path("id");

    private Response view(Client by) {
        return by.request().post("/v1/approvals/" + call + "/view");
    }

    private List<LogEntry> entries(String kind) {
        return fixture.entries("kind=" + kind + "&call=" + call);
    }

    @Test
    void theLogSaysWhoLookedAtWhat() {
        Response shown = fay.get("/v1/approvals/" + call);
        shown.then().body("viewed", nullValue());

        view(fay)
                .then()
                .statusCode(200)
                .body("view.arguments.amount", equalTo(150))
                .body("viewDigest", equalTo(shown.path("viewDigest")));

        LogEntry viewed = entries("APPROVAL_VIEWED").get(0);
        assertThat(viewed.text("actor")).isEqualTo(fay.name());
        assertThat(viewed.text("client")).isEqualTo(fay.keyId());
        assertThat(viewed.text("assurance")).isEqualTo("api-key");
        assertThat(viewed.text("view")).isEqualTo(shown.path("viewDigest"));
        fay.get("/v1/approvals/" + call).then().body("viewed", equalTo(viewed.index()));
    }

    @Test
    void lookingOftenIsOneEntry() {
        int first = view(fay).path("viewed");

        view(fay).then().statusCode(200).body("viewed", equalTo(first));

        assertThat(entries("APPROVAL_VIEWED")).hasSize(1);
    }

    @Test
    void anApprovalSaysWhenItsApproverHadLooked() {
        int viewed = view(fay).path("viewed");

        fay.approve(call).then().statusCode(200);

        LogEntry granted = entries("APPROVAL_GRANTED").get(0);
        assertThat(granted.number("viewed")).isEqualTo(viewed);
        assertThat(granted.number("afterMillis")).isBetween(0, 600_000);
        fixture.auditor
                .get("/v1/approvals/" + call)
                .then()
                .body("grants[0].viewed", equalTo(viewed))
                .body("grants[0].afterMillis", equalTo(granted.number("afterMillis")));
    }

    @Test
    void aRefusalSaysWhenItsApproverHadLooked() {
        int viewed = view(fay).path("viewed");

        fay.refuse(call, "no").then().statusCode(200);

        assertThat(entries("APPROVAL_REFUSED").get(0).number("viewed")).isEqualTo(viewed);
    }

    @Test
    void whoNeverLookedIsNotSaidToHave() {
        view(fixture.approver("mk", "finance"));

        fay.approve(call).then().statusCode(200);

        assertThat(entries("APPROVAL_GRANTED").get(0).body()).doesNotContainKey("viewed");
        fixture.auditor.get("/v1/approvals/" + call).then().body("grants[0].viewed", nullValue());
    }

    @Test
    void nobodyLooksAtWhatOtherGroupsAreAsked() {
        view(fixture.approver("lea", "legal")).then().statusCode(404);
        view(agent).then().statusCode(403);
        view(fixture.auditor).then().statusCode(403);

        assertThat(entries("APPROVAL_VIEWED")).isEmpty();
    }

    @Test
    void nothingIsRecordedOnceItHasEnded() {
        fay.refuse(call, "no").then().statusCode(200);

        view(fay).then().statusCode(200).body("state", equalTo("refused")).body("viewed", nullValue());

        assertThat(entries("APPROVAL_VIEWED")).isEmpty();
    }

    @Test
    void whatNeverWaitedCannotBeLookedAt() {
        fay.request()
                .post("/v1/approvals/0190a1b2-0000-7000-8000-000000000000/view")
                .then()
                .statusCode(404)
                .body("detail", containsString("No call"));
    }
}
