package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How people see, make, consent to and end approvals of several calls. */
@WritTest
class EnvelopePagesTest {

    private static final String HOSTILE = "<img src=x onerror=alert(1)>\u202e";

    private static String bank;
    private static String policy;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final Client fay = fixture.approver("fay-" + UUID.randomUUID(), "finance");
    private final Client fred = fixture.approver("fred-" + UUID.randomUUID(), "finance");
    private final Browser browser = Browser.of(fay);

    @BeforeAll
    static void register() {
        Fixture fixture = Bank.shared().fixture();
        bank = "weekly" + UUID.randomUUID().toString().substring(0, 8);
        fixture.register(bank, Bank.shared().upstream().url());
        policy = fixture.activate(bank, """
                rule "one looks"
                when ToolCall( tool == "NAME.pay", number("amount") <= 500 )
                then escalate("one looks").to("finance").within("4h").envelope(20, "7d", "irreversible"); end
                rule "two look"
                when ToolCall( tool == "NAME.pay", number("amount") > 500, number("amount") <= 900 )
                then escalate("two look").to("finance").approvals(2).within("4h").envelope(20, "7d", "irreversible"); end
                rule "call by call"
                when ToolCall( tool == "NAME.pay", number("amount") > 900 )
                then escalate("call by call").to("finance").within("4h"); end
                """.replace("NAME", bank));
    }

    @AfterAll
    static void leaveNoPolicy() {
        Bank.shared().fixture().deactivate(policy);
    }

    private Response pay(int amount) {
        fixture.awaitPolicyAndTool(agent, bank + ".pay");
        return agent.call(bank + ".pay", Map.of("to", "acme", "amount", amount, "note", HOSTILE));
    }

    private String opened(int amount) {
        String call = pay(amount).then().statusCode(202).extract().path("id");
        open(browser, call);
        return "/console/approvals/" + call;
    }

    private static void open(Browser by, String call) {
        by.post("/console/approvals/" + call + "/view", Map.of()).then().statusCode(303);
    }

    private static String until() {
        return Instant.now()
                .plus(1, ChronoUnit.DAYS)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString()
                .substring(0, "2026-01-01T00:00".length());
    }

    private Map<String, String> extent(String approval) {
        String call = approval.substring(approval.lastIndexOf('/') + 1);
        Map<String, String> fields = new HashMap<>(Map.of(
                "now:/amount",
                "200",
                "from:/amount",
                "1",
                "to:/amount",
                "499.5",
                "now:/to",
                "acme",
                "also:/to",
                "globex\r\ninitech\r\n"));
        fields.putAll(Map.of(
                "uses",
                "3",
                "until",
                until(),
                "reason",
                "every week " + HOSTILE,
                "seen",
                fay.get("/v1/approvals/" + call).path("viewDigest")));
        return fields;
    }

    /** Where the envelope is that was made from that page. */
    private String proposed(String approval, Map<String, String> extent) {
        return browser.post(approval + "/envelope", extent)
                .then()
                .log()
                .ifValidationFails()
                .statusCode(303)
                .extract()
                .header("Location")
                .replaceFirst(".*(/console/)", "$1");
    }

    private String envelope() {
        String approval = opened(200);
        return proposed(approval, extent(approval));
    }

    private String proposedByOneOfTwo() {
        String approval = opened(600);
        Map<String, String> extent = extent(approval);
        extent.putAll(Map.of("now:/amount", "600", "from:/amount", "501", "to:/amount", "700"));
        return proposed(approval, extent);
    }

    @Test
    void saysWhatToDoFirstWhereThereIsNone() {
        assertThat(browser.page("/console/envelopes?agent=nobody-" + UUID.randomUUID()))
                .contains("None was found")
                .contains(".envelope(20, &quot;7d&quot;)".replace("&quot;", "\""));
    }

    @Test
    void isMadeOnThePageOfACallAndShowsItsBoundsAsTheyRead() {
        String page = browser.page(envelope());

        assertThat(page)
                .contains("from 1 to 499.5")
                .contains("<bdi>acme</bdi>", "<bdi>globex</bdi>", "<bdi>initech</bdi>")
                .contains("0 of 3 taken, 3 left")
                .contains(fay.name() + "</bdi>, who proposed it")
                .contains("None yet");
        assertThat(browser.page("/console/envelopes?agent=" + agent.name()))
                .contains("0 of 3")
                .contains(bank + ".pay");
    }

    @Test
    void showsWhatAgentsWroteAsText() {
        assertThat(browser.page(envelope()))
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("U+202E")
                .doesNotContain("<img");
        String approval = opened(600);
        assertThat(browser.page(approval + "/envelope"))
                .contains("&lt;img")
                .contains("U+202E")
                .doesNotContain("<img");
    }

    @Test
    void revokingListsWhatHadRestedOnIt() {
        String page = envelope();
        String use = pay(300).then().statusCode(200).extract().path("id");
        Browser auditor = Browser.of(fixture.auditor);
        assertThat(auditor.page(page)).contains("/console/decisions/" + use);

        browser.post(page + "/revoke", Map.of("reason", "no more " + HOSTILE))
                .then()
                .statusCode(303)
                .header("Location", containsString("#uses"));

        String after = browser.page(page);
        assertThat(after)
                .contains("revoked it")
                .contains("U+202E")
                .contains("Calls that rested on it")
                .contains(use)
                .contains("succeeded")
                .doesNotContain("<img")
                .doesNotContain("/revoke\"");
        assertThat(browser.page("/console/envelopes?state=revoked&agent=" + agent.name()))
                .contains(page);
        assertThat(browser.page("/console/envelopes?agent=" + agent.name())).doesNotContain(page);
        pay(300).then().statusCode(202);
    }

    @Test
    void isMadeSmaller() {
        String page = envelope();

        browser.post(page + "/narrow", Map.of("uses", "2", "until", "", "reason", "fewer will do"))
                .then()
                .statusCode(303);

        assertThat(browser.page(page)).contains("0 of 2 taken, 2 left");
        browser.post(page + "/narrow", Map.of("uses", "5", "until", "", "reason", "more"))
                .then()
                .statusCode(422);
        browser.post(page + "/narrow", Map.of("uses", "few", "until", "", "reason", "?"))
                .then()
                .statusCode(400);
    }

    @Test
    void whoeverElseIsAskedConsentsOnceTheyHaveLookedAtTheCall() {
        String page = proposedByOneOfTwo();
        Browser other = Browser.of(fred);
        String call = fay.get(page.replace("/console/", "/v1/")).path("call");
        assertThat(other.page(page)).contains("Open the arguments of the call").doesNotContain("/consent\"");
        other.post(page + "/consent", Map.of("reason", "unseen")).then().statusCode(409);

        open(other, call);
        assertThat(other.page("/console/approvals/" + call)).contains("href=\"" + page + "\"");
        assertThat(other.page(page)).contains("/consent\"");
        other.post(
                        page + "/consent",
                        Map.of(
                                "reason",
                                "fine",
                                "seen",
                                fred.get("/v1/approvals/" + call).path("viewDigest")))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(303);

        assertThat(browser.page(page)).contains("2 of 2 of").contains(">live<");
        pay(650).then().statusCode(200);
    }

    @Test
    void isNotOfferedToWhoeverHasNotLookedOrWhereTheRuleSaysNothingOfIt() {
        String unseen = "/console/approvals/"
                + pay(200).then().statusCode(202).extract().path("id");
        browser.get(unseen + "/envelope").then().statusCode(409);
        browser.post(unseen + "/envelope", extent(unseen)).then().statusCode(409);

        String alone = opened(950);
        assertThat(browser.page(alone)).doesNotContain(alone + "/envelope");
        browser.get(alone + "/envelope").then().statusCode(409);
        assertThat(fixture.entries("kind=ENVELOPE_PROPOSED&agent=" + agent.name()))
                .isEmpty();
    }

    @Test
    void isShownToThoseItConcernsAndChangedByThoseWhoMay() {
        String page = envelope();
        Browser legal = Browser.of(fixture.approver("lex-" + UUID.randomUUID(), "legal"));
        legal.get(page).then().statusCode(404);
        assertThat(legal.page("/console/envelopes?agent=" + agent.name())).doesNotContain(page);
        legal.post(page + "/revoke", Map.of("reason", "mine?")).then().statusCode(404);

        Browser auditor = Browser.of(fixture.auditor);
        assertThat(auditor.page(page)).doesNotContain("/revoke\"", "/narrow\"");
        for (String change : List.of("revoke", "narrow", "consent")) {
            auditor.post(page + "/" + change, Map.of("reason", "mine?")).then().statusCode(403);
        }
        assertThat(browser.page(page)).contains(">live<");
        Browser.of(fixture.operator)
                .post(page + "/revoke", Map.of("reason", "enough"))
                .then()
                .statusCode(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"author", "reviewer"})
    void othersAreRefused(String role) {
        Browser other = Browser.of(role.equals("author") ? fixture.author : fixture.reviewer);

        other.get("/console/envelopes").then().statusCode(403);
        other.get("/console/envelopes/" + UUID.randomUUID()).then().statusCode(403);
        other.get("/console/approvals/" + UUID.randomUUID() + "/envelope")
                .then()
                .statusCode(403);
        other.post("/console/approvals/" + UUID.randomUUID() + "/envelope", Map.of())
                .then()
                .statusCode(403);
        other.get("/console").then().body(not(containsString("href=\"/console/envelopes\"")));
    }

    @Test
    void aFormOfAnotherSessionChangesNothing() {
        String page = envelope();
        String approval = opened(600);
        Map<String, String> stolen =
                Map.of("reason", "theirs", "token", Browser.of(fred).token());

        for (String path : List.of(page + "/revoke", page + "/narrow", page + "/consent", approval + "/envelope")) {
            Browser.form(browser.request())
                    .formParams(stolen)
                    .post(path)
                    .then()
                    .statusCode(403)
                    .body(containsString("another session"));
        }

        assertThat(browser.page(page)).contains(">live<");
    }
}
