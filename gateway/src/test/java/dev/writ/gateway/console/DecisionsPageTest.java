package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where auditors look for decisions, and one decision. */
@WritTest
class DecisionsPageTest {

    private static final Pattern NEXT = Pattern.compile("<a href=\"([^\"]+)\" rel=\"next\"");
    private static final Pattern ROW = Pattern.compile("<a href=\"(/console/decisions/[0-9a-f-]{36})\" data-row>");

    private final Fixture gateway = Bank.shared().fixture();
    private final Client auditor = person("auditor");
    private final Client agent = gateway.agent("ana");

    private Client person(String role) {
        String name = "person-" + UUID.randomUUID();
        return role.equals("approver")
                ? gateway.approver(name, "finance")
                : gateway.admin.issue(name, List.of(role), List.of());
    }

    private Browser browser() {
        return Browser.of(auditor);
    }

    private String pay(int amount) {
        return agent.call("bank.pay", Map.of("to", "a", "amount", amount)).path("id");
    }

    private static List<String> rows(String page) {
        return ROW.matcher(page).results().map(found -> found.group(1)).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/decisions",
                "/console/decisions/01890a5d-ac96-774b-bcce-b302099a8057",
                "/console/sessions/0123456789abcdef0123456789abcdef",
                "/console/log",
                "/console/log/entries/0",
                "/console/log/entries/0/proof"
            })
    void nobodyButAuditorsSeesIt(String path) {
        for (String role : List.of("approver", "operator", "admin", "author", "reviewer")) {
            Browser.of(person(role)).get(path).then().statusCode(403);
        }
        new Browser(auditor.baseUrl(), Map.of()).get(path).then().statusCode(303);
    }

    @Test
    void theSectionsAreOfferedToAuditorsAlone() {
        assertThat(browser().page("/console")).contains("href=\"/console/decisions\"", "href=\"/console/log\"");
        assertThat(Browser.of(person("approver")).page("/console"))
                .doesNotContain("href=\"/console/decisions\"", "href=\"/console/log\"");
    }

    @Test
    void findsWhatEveryFilterAsksFor() {
        String small = pay(10);
        String large = pay(200);
        LogEntry decided = gateway.entries("kind=DECIDED&call=" + small).get(0);

        for (String query : List.of(
                "verdict=allow",
                "rule=small payment",
                "q=NEED nobody",
                "tool=bank.pay&verdict=allow&order=asc",
                "kind=DECIDED&call=" + small,
                "kind=any&call=" + small + "&verdict=allow",
                "bundle=" + decided.column("bundle") + "&verdict=allow",
                "from=2020-01-02T03:04&verdict=allow",
                "from=" + decided.at() + "&verdict=allow",
                "onBehalfOf=&session=&verdict=allow")) {
            assertThat(rows(browser().page("/console/decisions?agent=" + agent.name() + "&" + query)))
                    .as(query)
                    .containsExactly("/console/decisions/" + small);
        }
        assertThat(rows(browser().page("/console/decisions?agent=" + agent.name())))
                .containsExactly("/console/decisions/" + large, "/console/decisions/" + small);
    }

    @Test
    void findsAPersonByWhomTheCallWasFor() {
        String call = agent.call("bank.balance", Map.of("id", "a"), Map.of("onBehalfOf", "ana"))
                .path("id");
        agent.call("bank.balance", Map.of("id", "a"));

        assertThat(rows(browser().page("/console/decisions?onBehalfOf=ana&agent=" + agent.name())))
                .containsExactly("/console/decisions/" + call);
    }

    @Test
    void aPageGoesOnWhereTheOneBeforeEnded() {
        for (int i = 0; i < 51; i++) {
            agent.call("bank.balance", Map.of("id", "a")).then().statusCode(200);
        }
        String first = browser().page("/console/decisions?agent=" + agent.name());
        Matcher next = NEXT.matcher(first);
        assertThat(next.find()).isTrue();
        String url = next.group(1).replace("&amp;", "&");
        assertThat(url).contains("agent=" + agent.name(), "cursor=");

        String second = browser().request().urlEncodingEnabled(false).get(url).asString();

        assertThat(rows(first)).hasSize(50).doesNotContainAnyElementsOf(rows(second));
        assertThat(rows(second)).hasSize(1);
        assertThat(NEXT.matcher(second).find()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"colour=red", "verdict=maybe", "agent=a&agent=b", "from=yesterday", "cursor=x", "kind=decided"})
    void whatIsNotUnderstoodIsRefused(String query) {
        browser()
                .request()
                .get("/console/decisions?" + query)
                .then()
                .statusCode(400)
                .contentType("text/html");
    }

    @Test
    void lookingIsRecordedBeforeItIsShown() {
        browser().page("/console/decisions?agent=" + agent.name());

        assertThat(gateway.entries("kind=AUDIT_READ&agent=" + auditor.name()))
                .hasSize(1)
                .first()
                .satisfies(read -> {
                    assertThat(read.text("what")).isEqualTo("entries");
                    assertThat(read.body().toString()).contains("agentMac").doesNotContain(agent.name());
                });
    }

    @Test
    void whereNothingIsFoundItSaysWhatToDo() {
        assertThat(browser().page("/console/decisions?agent=nobody-of-that-name"))
                .contains("Nothing in the log matches", "start again");
        assertThat(browser().page("/console/decisions?q=no such text anywhere " + UUID.randomUUID()))
                .contains("A page looks at 10,000 entries at most");
    }

    @Test
    void whatIsLookedForIsShownAsTextAndNothingElse() {
        assertThat(browser()
                        .request()
                        .queryParam("agent", "\"><script>alert(1)</script>")
                        .get("/console/decisions")
                        .asString())
                .doesNotContain("<script>alert")
                .contains("&quot;&gt;&lt;script&gt;");
    }

    // Saved views.

    private Browser saving(Browser browser, String name, String query) {
        Response saved = Browser.form(browser.request())
                .formParam("token", browser.token())
                .formParam("name", name)
                .formParam("agent", query)
                .post("/console/decisions/views");
        saved.then().statusCode(303).header("Location", endsWith("/console/decisions?agent=" + query));
        return browser.with(saved.cookies());
    }

    @Test
    void aSavedViewIsALinkToItsSearch() {
        Browser browser = saving(browser(), "mine", "agent-1");

        assertThat(browser.page("/console/decisions")).contains("<a href=\"/console/decisions?agent=agent-1\"", "mine");
        Response removed = browser.post("/console/decisions/views/remove", Map.of("name", "mine"));
        removed.then().statusCode(303);
        assertThat(browser.with(removed.cookies()).page("/console/decisions")).doesNotContain("Saved views");
    }

    @Test
    void aHostileNameOfAViewIsShownAsItIs() {
        Browser browser = saving(browser(), "<img src=x>\u202Eevil", "agent-1");

        assertThat(browser.page("/console/decisions")).doesNotContain("<img").contains("&lt;img src=x&gt;", "U+202E");
    }

    @Test
    void viewsAreTheirOwnersAlone() {
        Browser browser = saving(browser(), "mine", "agent-1");
        Browser other = Browser.of(person("auditor"));

        assertThat(other.with(Map.of("writ-views", browser.cookies().get("writ-views")))
                        .page("/console/decisions"))
                .doesNotContain("mine");
    }

    @Test
    void aThirteenthViewIsRefused() {
        Browser browser = browser();
        for (int i = 0; i < SavedViews.MOST; i++) {
            browser = saving(browser, "view " + i, "agent-1");
        }
        browser.post("/console/decisions/views", Map.of("name", "one more", "agent", "agent-1"))
                .then()
                .statusCode(400)
                .body(containsString("Nothing was saved"));
    }

    @Test
    void aViewIsNotSavedWithoutTheFormsToken() {
        Browser.form(browser().request())
                .formParam("name", "mine")
                .post("/console/decisions/views")
                .then()
                .statusCode(403);
    }

    // One decision.

    @Test
    void aDecisionShowsWhyAndOnWhat() {
        String call = pay(200);

        assertThat(browser().page("/console/decisions/" + call))
                .contains(
                        agent.name(),
                        "large payment needs finance",
                        "payments over 100 need finance",
                        "number(&quot;amount&quot;) &gt; 100",
                        "condition by condition",
                        "Nearest to an allow",
                        "Rules about this tool that did not speak",
                        "What was asked of people",
                        "<span class=\"name\">\"<bdi>amount</bdi>\"</span>: 200",
                        "data-leaf-hash=\"sha256:");
        assertThat(gateway.entries("kind=AUDIT_READ&agent=" + auditor.name())
                        .get(0)
                        .text("call"))
                .isEqualTo(call);
    }

    @Test
    void whatApproversSaidAndWhatCameOfItIsThere() {
        Client approver = gateway.approver("approver-" + UUID.randomUUID(), "finance");
        String call = pay(120);
        approver.approve(call).then().statusCode(200);
        agent.ended(call);

        assertThat(browser().page("/console/decisions/" + call))
                .contains("Earlier decision", approver.name(), "APPROVAL_GRANTED", "checked", "EXECUTED", "1 of 1");
    }

    @Test
    void argumentsAreShownAsTextAndNothingElse() {
        String call = agent.call("bank.pay", Map.of("to", "<script>alert(1)</script>\u202Egro.live", "amount", 10))
                .path("id");

        assertThat(browser().page("/console/decisions/" + call))
                .doesNotContain("<script>alert", "\u202E")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "U+202E");
    }

    @Test
    void aCallThatIsNotThereIsAPageThatSaysSo() {
        browser()
                .get("/console/decisions/01890a5d-ac96-774b-bcce-b302099a8057")
                .then()
                .statusCode(404)
                .contentType("text/html");
        browser().get("/console/decisions/nonsense").then().statusCode(400);
    }
}
