package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.ModelServer;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What approvers can say to a call besides yes and no, on its page. */
@WritTest
class ApprovalAnswersPageTest {

    private static final String HOSTILE = "<b>see</b> {7*7}";

    private static String bank;
    private static String policy;

    private final Fixture gateway = Bank.shared().fixture();
    private final Client agent = gateway.agent();
    private final Client fay = approver("finance");
    private final Browser browser = Browser.of(fay);
    private final String call = waiting(150);
    private final String page = "/console/approvals/" + call;

    @BeforeAll
    static void register() {
        Fixture fixture = Bank.shared().fixture();
        bank = "till" + UUID.randomUUID().toString().substring(0, 8);
        fixture.register(bank, Bank.shared().upstream().url());
        policy = fixture.activate(bank, """
                rule "two look at payments"
                when ToolCall( tool == "NAME.pay", number("amount") <= 300 )
                then escalate("two look").to("finance").then("legal").after("1h").approvals(2).within("4h"); end
                rule "signed payments"
                when ToolCall( tool == "NAME.pay", number("amount") > 300, number("amount") <= 400 )
                then escalate("somebody signs").to("finance").within("4h").signed(); end
                rule "no very large payments"
                when ToolCall( tool == "NAME.pay", number("amount") > 400 )
                then deny("nobody pays more than 400"); end
                """.replace("NAME", bank));
    }

    @AfterAll
    static void leaveNoPolicy() {
        Bank.shared().fixture().deactivate(policy);
    }

    private Client approver(String... groups) {
        return gateway.approver("approver-" + UUID.randomUUID(), groups);
    }

    private String waiting(int amount) {
        gateway.awaitPolicyAndTool(agent, bank + ".pay");
        return agent.call(
                        bank + ".pay",
                        Map.of("to", "acme\u200B", "amount", amount, "note", "</textarea><b>note</b>"),
                        Map.of("key", UUID.randomUUID().toString()))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private String opened(Browser by) {
        by.post(page + "/view", Map.of()).then().statusCode(303);
        return by.page(page);
    }

    private String digest() {
        return gateway.auditor.get("/v1/approvals/" + call).path("viewDigest");
    }

    private Response say(Browser by, String what, Map<String, String> fields) {
        Map<String, String> all = new HashMap<>(fields);
        all.put("seen", digest());
        return by.post(page + "/" + what, all);
    }

    private List<LogEntry> entries(String kind) {
        return gateway.entries("kind=" + kind + "&call=" + call);
    }

    private static String arguments(int amount) {
        return "{\"to\": \"acme\", \"amount\": " + amount + ", \"note\": \"less\"}";
    }

    private Response edit(Browser by, int amount) {
        return say(by, "edit", Map.of("arguments", arguments(amount), "reason", "the invoice " + HOSTILE));
    }

    @Test
    void theLogSaysWhoOpenedTheArguments() {
        opened(browser);

        assertThat(entries("APPROVAL_VIEWED")).singleElement().satisfies(entry -> {
            assertThat(entry.text("actor")).isEqualTo(fay.name());
            assertThat(entry.text("view")).isEqualTo(digest());
        });
    }

    @Test
    void anAuditorOpensThemWithoutAnEntryThatSomebodyWhoIsAskedDid() {
        String at = Browser.of(gateway.auditor)
                .post(page + "/view", Map.of())
                .then()
                .statusCode(303)
                .extract()
                .header("Location");

        assertThat(at).contains("?seen=");
        assertThat(entries("APPROVAL_VIEWED")).isEmpty();
    }

    @Test
    void nothingIsSaidByThoseWhoHaveNotLooked() {
        opened(Browser.of(approver("finance")));

        say(browser, "answer", Map.of("verdict", "approve", "reason", "x"))
                .then()
                .statusCode(409);
        say(browser, "answer", Map.of("verdict", "refuse", "reason", "x"))
                .then()
                .statusCode(409);
        say(browser, "ask", Map.of("question", "x")).then().statusCode(409);
        edit(browser, 120).then().statusCode(409).body(containsString("Open the arguments first"));

        assertThat(browser.page(page + "?seen=" + digest())).doesNotContain("</textarea>", "Ask the agent");
        assertThat(gateway.auditor.get("/v1/approvals/" + call).<String>path("state"))
                .isEqualTo("open");
        assertThat(entries("APPROVAL_ASKED")).isEmpty();
    }

    @Test
    void whoIsNotAskedHasNoForms() {
        Browser auditor = Browser.of(gateway.auditor);
        assertThat(auditor.page(page + "?seen=" + digest())).doesNotContain("Edit and approve", "Break the glass");
        for (String what : List.of("answer", "ask", "edit", "break-glass")) {
            say(auditor, what, Map.of("question", "x")).then().statusCode(403);
        }
        for (String what : List.of("similar", "summary", "challenge")) {
            auditor.get(page + "/" + what).then().statusCode(403);
        }
    }

    @Test
    void questionsAndAnswersAreShownAsWhatSomebodySaid() {
        opened(browser);
        say(browser, "ask", Map.of("question", "Which invoice? " + HOSTILE))
                .then()
                .statusCode(303);
        assertThat(browser.page(page))
                .contains("Waiting for the agent's answer")
                .doesNotContain("Which invoice");
        assertThat(opened(browser)).contains("Which invoice? &lt;b&gt;see").doesNotContain("Ask the agent");

        agent.post("/v1/tool-calls/" + call + "/answer", Map.of("answer", "RE-2041 " + HOSTILE))
                .then()
                .statusCode(200);

        assertThat(browser.page(page)).doesNotContain("value=\"approve\"", "RE-2041");
        assertThat(opened(browser))
                .contains("RE-2041 &lt;b&gt;see&lt;/b&gt; {7*7}", fay.name(), "Ask the agent")
                .doesNotContain("<b>see", "Waiting for the agent");
    }

    @Test
    void theFieldHasWhatApproversSeeWithNothingHidden() {
        assertThat(opened(browser))
                .contains("acme\\u200b")
                .contains("&lt;/textarea&gt;")
                .doesNotContain("\u200B", "<b>note");
    }

    @Test
    void aChangeIsShownToTheOthersAndVoidsWhatWasApprovedBefore() {
        Browser mia = Browser.of(approver("finance"));
        opened(mia);
        say(mia, "answer", Map.of("verdict", "approve", "reason", "as ordered"))
                .then()
                .statusCode(anyOf(equalTo(200), equalTo(303)));
        opened(browser);

        edit(browser, 120).then().statusCode(303);

        assertThat(mia.page(page)).contains("is void").doesNotContain("value=\"approve\"", "as ordered", "&quot;less");
        assertThat(opened(mia))
                .contains("/amount", "150", "120", "the invoice &lt;b&gt;see", "value=\"approve\"")
                .doesNotContain("<b>see");
        say(mia, "answer", Map.of("verdict", "approve", "reason", "so be it"))
                .then()
                .statusCode(anyOf(equalTo(200), equalTo(303)));
        agent.ended(call).then().statusCode(200).body("status", equalTo("succeeded"));
    }

    @Test
    void whatRulesDenySaysSoAndKeepsWhatWasTyped() {
        opened(browser);

        edit(browser, 480)
                .then()
                .statusCode(403)
                .body(containsString("nobody pays more than 400"))
                .body(containsString("&quot;amount&quot;: 480"))
                .body(containsString("the invoice &lt;b&gt;see"))
                .body(not(containsString("<b>see")));

        assertThat(entries("APPROVAL_EDIT_REFUSED")).hasSize(1);
    }

    @Test
    void whatIsNoJsonKeepsWhatWasTyped() {
        opened(browser);
        say(browser, "edit", Map.of("arguments", "{<i>", "reason", "x"))
                .then()
                .statusCode(400)
                .body(containsString("{&lt;i&gt;"))
                .body(containsString("no JSON object"));
    }

    @Test
    void theLadderAndHowEachApprovedAreShown() {
        opened(browser);
        say(browser, "answer", Map.of("verdict", "approve", "reason", "checked"))
                .then()
                .statusCode(anyOf(equalTo(200), equalTo(303)));

        assertThat(browser.page(page)).contains("legal</bdi> too from", "1 of 2", "after looking at it");
    }

    @Test
    void helpComesAfterTheCallWasLookedAt() {
        assertThat(browser.page(page)).doesNotContain(page + "/similar");
        browser.get(page + "/similar").then().statusCode(409);
        browser.get(page + "/summary").then().statusCode(409);

        assertThat(opened(browser)).contains("<details hx-get=\"" + page + "/similar\"", page + "/summary");
        assertThat(browser.page(page + "/similar")).contains("id=\"similar\"");
        assertThat(browser.page(page + "/summary"))
                .contains("Written by a machine (<bdi>tiny-1</bdi>), not by Writ", ModelServer.DESCRIPTION);
    }

    @Test
    void theGlassIsForThoseWhoMayBreakIt() {
        assertThat(opened(browser)).doesNotContain("Break the glass");
        say(browser, "break-glass", Map.of("reason", "it burns")).then().statusCode(403);
        Browser olaf = Browser.of(approver("finance", "glass-breakers"));
        say(olaf, "break-glass", Map.of("reason", "it burns")).then().statusCode(409);
        assertThat(opened(olaf)).contains("Break the glass", "somebody else reviews it");
        say(olaf, "break-glass", Map.of()).then().statusCode(400);

        say(olaf, "break-glass", Map.of("reason", "it burns")).then().statusCode(303);

        assertThat(olaf.page(page)).contains("broke the glass").doesNotContain("Your answer");
        assertThat(entries("APPROVAL_BREAK_GLASS")).hasSize(1);
    }

    @Test
    void whoHasNoPasskeyIsToldWhereToRegisterOne() {
        String signed = "/console/approvals/" + waiting(350);
        browser.post(signed + "/view", Map.of()).then().statusCode(303);

        assertThat(browser.page(signed))
                .contains("signed with a passkey", "href=\"/console/passkeys\"", "value=\"refuse\"")
                .doesNotContain("value=\"approve\"", "sign.js");
        browser.get(signed + "/challenge").then().statusCode(409).contentType("text/plain");
    }
}
