package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@WritTest
class ConsoleApprovalsTest {

    private static final Pattern SEEN = Pattern.compile("name=\"seen\" value=\"([^\"]*)\"");

    private final Fixture gateway = Bank.shared().fixture();

    private Client approver(String... groups) {
        return gateway.approver("approver-" + UUID.randomUUID(), groups);
    }

    private static String escalated(Client agent, String note) {
        return agent.call("bank.pay", Map.of("to", "acme", "amount", 150, "note", note))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static String opened(Browser browser, String call) {
        String at = browser.post("/console/approvals/" + call + "/view", Map.of())
                .then()
                .statusCode(303)
                .extract()
                .header("Location");
        return browser.page(at.substring(at.indexOf("/console"), at.indexOf('#')));
    }

    private static String seen(String page) {
        Matcher found = SEEN.matcher(page);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @Test
    void theInboxShowsWhatWaitsForOnesGroups() {
        Client agent = gateway.agent();
        String call = escalated(agent, "one");

        assertThat(Browser.of(approver("finance")).page("/console/approvals?agent=" + agent.name()))
                .contains("/console/approvals/" + call)
                .contains("payments over 100 need finance");
        assertThat(Browser.of(approver("legal")).page("/console/approvals?agent=" + agent.name()))
                .doesNotContain(call)
                .contains("Nothing waits");
        Browser.of(approver("legal")).get("/console/approvals/" + call).then().statusCode(404);
    }

    @Test
    void argumentsAreShownWholeOnceTheyAreOpened() {
        String note = "<b>end</b> \u202E" + "x".repeat(900) + "very-last";
        String call = escalated(gateway.agent(), note);
        Browser browser = Browser.of(approver("finance"));

        assertThat(browser.page("/console/approvals/" + call))
                .doesNotContain("very-last")
                .doesNotContain("value=\"approve\"");
        assertThat(opened(browser, call))
                .contains("x".repeat(900) + "very-last")
                .contains("&lt;b&gt;end&lt;/b&gt;")
                .contains("U+202E")
                .doesNotContain("<b>end")
                .contains("value=\"approve\"");
    }

    @Test
    void whoOpenedItMayApprove() {
        Client agent = gateway.agent();
        String call = escalated(agent, "approved here");
        Client approver = approver("finance");
        Browser browser = Browser.of(approver);

        browser.post(
                        "/console/approvals/" + call + "/answer",
                        Map.of("verdict", "approve", "reason", "as ordered", "seen", seen(opened(browser, call))))
                .then()
                .statusCode(anyOf(equalTo(200), equalTo(303)));

        agent.ended(call).then().statusCode(200).body("status", equalTo("succeeded"));
        assertThat(gateway.entries("kind=APPROVAL_GRANTED&call=" + call))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.text("actor")).isEqualTo(approver.name());
                    assertThat(entry.text("client")).isEqualTo(approver.keyId());
                });
        assertThat(browser.page("/console/approvals/" + call))
                .contains("It ended as approved")
                .doesNotContain("Your answer");
    }

    @Test
    void whoApprovesFasterThanAnybodyReadsIsTold() {
        String call = escalated(gateway.agent(), "word ".repeat(199));
        Browser browser = Browser.of(approver("finance"));

        browser.post(
                        "/console/approvals/" + call + "/answer",
                        Map.of("verdict", "approve", "reason", "as ordered", "seen", seen(opened(browser, call))))
                .then()
                .statusCode(200)
                .body(containsString("It was recorded. You approved"));
    }

    @Test
    void aRefusalReachesTheAgentWithItsReason() {
        Client agent = gateway.agent();
        String call = escalated(agent, "refused here");
        Browser browser = Browser.of(approver("finance"));

        browser.post(
                        "/console/approvals/" + call + "/answer",
                        Map.of("verdict", "refuse", "reason", "not <ours>", "seen", seen(opened(browser, call))))
                .then()
                .statusCode(303);

        agent.ended(call).then().statusCode(200).body(containsString("not <ours>"));
        assertThat(browser.page("/console/approvals/" + call)).contains("not &lt;ours&gt;");
        assertThat(browser.page("/console/approvals?state=refused&agent=" + agent.name()))
                .contains(call);
    }

    @Test
    void nobodyAnswersWhatTheyHaveNotOpened() {
        Client agent = gateway.agent();
        String call = escalated(agent, "unseen");
        Browser browser = Browser.of(approver("finance"));

        browser.post("/console/approvals/" + call + "/answer", Map.of("verdict", "approve", "reason", "quick"))
                .then()
                .statusCode(400);
        browser.post(
                        "/console/approvals/" + call + "/answer",
                        Map.of("verdict", "approve", "reason", "quick", "seen", "sha256:" + "0".repeat(64)))
                .then()
                .statusCode(409)
                .body(containsString("Nothing was recorded"));

        assertThat(gateway.entries("kind=APPROVAL_GRANTED&call=" + call)).isEmpty();
    }

    @Test
    void whoDoesNotApproveIsShownNoAnswer() {
        String call = escalated(gateway.agent(), "for the auditor");
        Browser auditor = Browser.of(gateway.auditor);

        String page = opened(auditor, call);

        assertThat(page).contains("for the auditor").doesNotContain("Your answer");
        auditor.post("/console/approvals/" + call + "/answer", Map.of("verdict", "approve", "reason", "x", "seen", "y"))
                .then()
                .statusCode(403);
    }

    @Test
    void pagesAreForTheirRoles() {
        Browser author = Browser.of(gateway.author);
        author.get("/console").then().statusCode(200).body(not(containsString("Approvals</a>")));
        author.get("/console/approvals").then().statusCode(403).contentType("text/html");
    }

    @Test
    void theOverviewCountsWhatWasDecided() {
        escalated(gateway.agent(), "counted");
        assertThat(Browser.of(gateway.auditor).page("/console"))
                .contains("Waiting for people")
                .contains("<svg class=\"chart\"")
                .contains("audit log");
        assertThat(List.of(Browser.of(gateway.admin).page("/console"))).noneMatch(page -> page.contains("<svg"));
    }
}
