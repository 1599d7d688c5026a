package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who stands for whom, what is reviewed, how people answer, and how they are told. */
@WritTest
class PeoplePagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HOSTILE = "<img src=x onerror=alert(1)>\u202e";
    private static final String ASKS = """
            rule "%1$s asks" when ToolCall( tool == "%1$s.pay" ) then escalate("ask").to("finance").within("1h"); end
            """;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final String own = "people" + UUID.randomUUID().toString().substring(0, 8);
    private final Client fay = fixture.approver("fay-" + own, "finance");
    private String digest = "";

    @AfterEach
    void end() {
        if (!digest.isEmpty()) {
            fixture.deactivate(digest);
        }
    }

    private String escalated(Client agent) {
        fixture.register(own, bank.upstream().url());
        digest = fixture.activate(own, ASKS.formatted(own));
        fixture.awaitPolicyAndTool(agent, own + ".pay");
        return agent.call(own + ".pay", Map.of("to", "acme", "amount", 5))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static void assertShownAsText(String page) {
        assertThat(page)
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("U+202E")
                .doesNotContain("<img");
    }

    private Client somebody(String role) {
        return role.equals("approver") ? fay : fixture.admin.issue(role + "-" + own, List.of(role), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "approver, approvals",
        "auditor, approvals",
        "operator, policies",
        "author, policies",
        "reviewer, policies",
        "admin, agents"
    })
    void everyLinkThatIsShownOpens(String role, String section) {
        Browser browser = Browser.of(somebody(role));
        String page = browser.page("/console/" + section);
        String beneath = page.substring(page.indexOf("<nav aria-label=\"Pages beneath\""));

        List<String> links = Pattern.compile("href=\"([^\"]+)\"")
                .matcher(beneath.substring(0, beneath.indexOf("</nav>")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(links).isNotEmpty();
        links.forEach(link -> browser.get(link).then().statusCode(200));
    }

    @Test
    void whoMayNotSeeAPageIsRefusedIt() {
        Browser author = Browser.of(fixture.author);
        for (String page : List.of("delegations", "reviews", "passkeys", "figures", "notifications")) {
            author.get("/console/" + page).then().statusCode(403);
        }
        Browser.of(fay).get("/console/notifications").then().statusCode(403);
        Browser.of(fay).get("/console/proposals").then().statusCode(403);
        Browser.of(fay).get("/console/reviews").then().statusCode(403);
    }

    private Map<String, String> lending(Client to, String group) {
        String until = Instant.now()
                .plusSeconds(3_600)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString()
                .substring(0, "2026-01-01T00:00".length());
        return Map.of("to", to.name(), "group", group, "until", until, "reason", HOSTILE);
    }

    @Test
    void lendsAndTakesBack() {
        Client del = fixture.approver("del-" + own, "legal");
        Browser lender = Browser.of(fay);
        lender.post("/console/delegations", lending(del, "finance")).then().statusCode(303);

        await().atMost(PATIENCE)
                .until(() -> Browser.of(del).page("/console/delegations").contains("lent to you"));
        String page = lender.page("/console/delegations");
        assertThat(page).contains("lent by you").contains("Take back").contains(del.name());
        assertShownAsText(page);
        String id = fay.get("/v1/delegations").path("items[0].id");
        assertThat(fixture.entries("kind=DELEGATION_CREATED&agent=" + fay.name()))
                .hasSize(1);
        Browser.of(fixture.auditor)
                .post("/console/delegations/" + id + "/end", Map.of())
                .then()
                .statusCode(403);

        lender.post("/console/delegations/" + id + "/end", Map.of()).then().statusCode(303);

        await().atMost(PATIENCE).until(() -> lender.page("/console/delegations").contains("Nobody stands for anybody"));
        assertThat(fixture.entries("kind=DELEGATION_ENDED&agent=" + fay.name())).hasSize(1);
    }

    @Test
    void whatIsNotOnesOwnIsNotLent() {
        Client del = fixture.approver("del-" + own, "legal");

        Browser.of(fay)
                .post("/console/delegations", lending(del, "legal"))
                .then()
                .statusCode(403)
                .body(containsString("Nothing was recorded"));

        assertThat(fixture.entries("kind=DELEGATION_CREATED&agent=" + fay.name()))
                .isEmpty();
    }

    @Test
    void aReviewIsShownWithAllThatIsKnownAndClosed() {
        Client olaf = fixture.approver("olaf-" + own, "glass-breakers");
        String call = escalated(fixture.agent());
        String view = fixture.auditor.get("/v1/approvals/" + call).path("viewDigest");
        olaf.post("/v1/approvals/" + call + "/break-glass", Map.of("reason", HOSTILE, "view", view))
                .then()
                .statusCode(200);
        Browser auditor = Browser.of(fixture.auditor);
        await().atMost(PATIENCE).until(() -> auditor.page("/console/reviews").contains(call));
        String page = auditor.page("/console/reviews");
        assertThat(page)
                .contains("/console/decisions/" + call)
                .contains(olaf.name())
                .contains("finance");
        assertShownAsText(page);
        assertThat(Browser.of(fixture.operator).page("/console/reviews"))
                .contains(call)
                .doesNotContain("Close the review");
        String id = fixture.auditor.get("/v1/reviews?limit=1000").path("items.find { it.call == '" + call + "' }.id");

        Browser.of(fixture.reviewer)
                .post("/console/reviews/" + id + "/close", Map.of("verdict", "justified", "reason", "it did burn"))
                .then()
                .statusCode(303);

        await().atMost(PATIENCE).until(() -> !auditor.page("/console/reviews").contains(call));
        assertThat(fixture.entries("kind=REVIEW_CLOSED&call=" + call))
                .singleElement()
                .satisfies(entry -> assertThat(entry.text("actor")).isEqualTo(fixture.reviewer.name()));
    }

    @Test
    void figuresAreOnesOwnUnlessOneMaySeeThoseOfAll() {
        assertThat(Browser.of(fay).page("/console/figures")).contains("Nobody whom you would see here");
        Client agent = fixture.agent();
        fay.approve(escalated(agent)).then().statusCode(200);
        Client gus = fixture.approver("gus-" + own, "finance");
        String second =
                agent.call(own + ".pay", Map.of("to", "acme", "amount", 6)).path("id");
        gus.refuse(second, "no").then().statusCode(200);

        assertThat(Browser.of(fay).page("/console/figures"))
                .contains(fay.name())
                .contains("100.0 %")
                .contains("not known")
                .doesNotContain(gus.name());
        assertThat(Browser.of(somebody("auditor")).page("/console/figures"))
                .contains(fay.name())
                .contains(gus.name());
        assertThat(fixture.entries("kind=AUDIT_READ&agent=auditor-" + own)).isNotEmpty();
    }

    @Test
    void addsAChannelWhoseSecretIsShownOnceAndRemovesIt() {
        Browser operator = Browser.of(fixture.operator);
        String url = "http://127.0.0.1:9/hooks/" + own;
        String made = operator.post(
                        "/console/notifications",
                        Map.of("kind", "webhook", "target", url, "groups", own + ", legal", "private", "true"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(made).contains("whsec_");
        String id = fixture.operator.get("/v1/notifications").path("find { it.target == '" + url + "' }.id");

        assertThat(operator.page("/console/notifications"))
                .contains(url)
                .contains("legal</bdi>, <bdi>" + own)
                .doesNotContain("whsec_");
        Browser auditor = Browser.of(fixture.auditor);
        assertThat(auditor.page("/console/notifications")).contains(url).doesNotContain("Add a channel");
        auditor.post("/console/notifications/" + id + "/remove", Map.of())
                .then()
                .statusCode(403);
        operator.post("/console/notifications/" + id + "/remove", Map.of())
                .then()
                .statusCode(303);

        assertThat(operator.page("/console/notifications")).doesNotContain(url);
        assertThat(fixture.entries("kind=NOTIFICATION_CHANNEL_REMOVED").get(0).column("agent"))
                .isEqualTo(fixture.operator.name());
    }

    @Test
    void whatWasGivenUpIsSentAgain() {
        String url = "http://127.0.0.1:9/hooks/" + own;
        String channel = fixture.operator
                .post(
                        "/v1/notifications",
                        Map.of(
                                "kind",
                                "webhook",
                                "target",
                                url,
                                "groups",
                                List.of("finance"),
                                "allowPrivateAddresses",
                                true))
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        Browser operator = Browser.of(fixture.operator);
        String call = escalated(fixture.agent());
        await().atMost(PATIENCE)
                .until(() -> operator.page("/console/notifications").contains("/console/approvals/" + call));
        int id = fixture.operator
                .get("/v1/notifications/dead-letters?limit=1000")
                .path("items.find { it.channel == '" + channel + "' }.id");

        operator.post("/console/notifications/dead-letters/" + id + "/retry", Map.of())
                .then()
                .statusCode(303);

        assertThat(fixture.entries("kind=NOTIFICATION_RETRIED&call=" + call)).hasSize(1);
        fixture.operator.request().delete("/v1/notifications/" + channel).then().statusCode(204);
    }
}
