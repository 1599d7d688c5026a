package dev.writ.gateway.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WritTest
class EnvelopeApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static final String RULES = """
            rule "large payment"
            when
                ToolCall( tool == "bank.pay", number("amount") > 100, number("amount") <= 1000 )
            then
                escalate("payments over 100 need finance").to("finance").within("4h").envelope(20, "7d", "irreversible");
            end

            rule "huge payment"
            when
                ToolCall( tool == "bank.pay", number("amount") > 1000, number("amount") <= 5000 )
            then
                escalate("payments over 1000 need two").to("finance").approvals(2).within("4h").envelope(20, "7d", "irreversible");
            end

            rule "payment that can be undone"
            when
                ToolCall( tool == "bank.pay", number("amount") > 5000, number("amount") <= 6000 )
            then
                escalate("only if it can be undone").to("finance").within("4h").envelope(20, "7d");
            end

            rule "one by one"
            when
                ToolCall( tool == "bank.pay", number("amount") > 6000 )
            then
                escalate("call by call").to("finance").within("4h");
            end

            rule "known payees"
            when
                ToolCall( tool == "bank.pay", number("amount") > 400, number("amount") <= 450 )
            then
                escalate("legal looks too").to("legal").within("4h");
            end

            rule "thirteen"
            when
                ToolCall( tool == "bank.pay", number("amount") == 113 )
            then
                deny("an unlucky number");
            end

            rule "not the fifth on one word"
            when
                ToolCall( enveloped == true, envelopeUse >= 5 )
            then
                deny("four on one word are enough");
            end
            """;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann", "ben");
    private final Client jd = fixture.approver("jd", "finance");

    @BeforeEach
    void rules() {
        fixture.activate(RULES);
    }

    @AfterEach
    void putThingsBack() {
        fixture.killSwitch("everything", "", false);
        fixture.activate(Fixture.RULES);
    }

    private Response pay(Number amount) {
        return pay(agent, "acme", amount);
    }

    private static Response pay(Client by, String to, Number amount) {
        return by.call("bank.pay", Map.of("to", to, "amount", amount));
    }

    private static String waiting(Response answer) {
        return answer.then().statusCode(202).extract().path("id");
    }

    private static Map<String, Object> extent(int uses) {
        Map<String, Object> extent = new HashMap<>(Map.of(
                "bounds",
                List.of(Map.of("path", "/amount", "from", 101, "to", 500)),
                "uses",
                uses,
                "until",
                Instant.now().plus(Duration.ofDays(1)).toString(),
                "reason",
                "they pay this one every week"));
        return extent;
    }

    private static Response propose(Client by, String call, Map<String, ?> extent) {
        return by.post("/v1/approvals/" + call + "/envelope", extent);
    }

    /** An envelope for payments to acme of 101 to 500. */
    private String envelope(int uses) {
        return propose(jd, waiting(pay(200)), extent(uses))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("state", equalTo("live"))
                .extract()
                .path("id");
    }

    private LogEntry decided(Response answer) {
        return fixture.entries("kind=DECIDED&call=" + answer.path("id")).get(0);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> seen(LogEntry decided) {
        return ((List<Map<String, Object>>)
                        Objects.requireNonNull(decided.body().get("envelopes")))
                .get(0);
    }

    private Response shown(String envelope) {
        return jd.get("/v1/envelopes/" + envelope);
    }

    private List<String> listed(String query) {
        return jd.get("/v1/envelopes?agent=" + agent.name() + "&" + query)
                .then()
                .statusCode(200)
                .extract()
                .path("items.id");
    }

    @Test
    void callsInsideRunWithoutAskingAgain() {
        String envelope = envelope(3);

        Response paid = pay(500.00);

        paid.then().statusCode(200);
        Map<String, Object> seen = seen(decided(paid));
        assertThat(seen)
                .containsEntry("envelope", envelope)
                .containsEntry("use", 1)
                .containsEntry("used", true);
        shown(envelope).then().body("used", equalTo(1)).body("state", equalTo("live"));
    }

    @Test
    void theCallThatAskedIsApprovedWithItAndIsNoUse() {
        String call = waiting(pay(200));

        String envelope = propose(jd, call, extent(3)).path("id");

        agent.ended(call).then().statusCode(200);
        shown(envelope).then().body("used", equalTo(0));
    }

    @Test
    void callsOutsideByAHairAskAgain() {
        envelope(3);

        pay(500.01).then().statusCode(202);
        pay(agent, "аcme", 300).then().statusCode(202);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 300, "note", "x"))
                .then()
                .statusCode(202);
    }

    @Test
    void isForOneAgentAndOnePerson() {
        envelope(3);

        pay(fixture.agent(), "acme", 300).then().statusCode(202);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 300), Map.of("onBehalfOf", "ann"))
                .then()
                .statusCode(202);
    }

    @Test
    void ofTwoCallsThatWantTheLastUseExactlyOneIsAllowed() {
        String envelope = envelope(3);
        pay(201).then().statusCode(200);
        pay(202).then().statusCode(200);
        ExecutorService threads = Executors.newFixedThreadPool(8);

        List<Integer> answers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> pay(300 + i).statusCode(), threads))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        threads.shutdown();

        assertThat(answers).filteredOn(status -> status == 200).hasSize(1);
        assertThat(answers).filteredOn(status -> status == 202).hasSize(7);
        shown(envelope).then().body("used", equalTo(3)).body("state", equalTo("used"));
    }

    @Test
    void aDenialBeatsItAndUsesNothing() {
        String envelope = envelope(3);

        Response denied = pay(113);

        denied.then().statusCode(403).body("reason", equalTo("an unlucky number"));
        LogEntry decided = fixture.entries("kind=DECIDED&verdict=deny&agent=" + agent.name())
                .get(0);
        assertThat(seen(decided)).containsEntry("used", false);
        shown(envelope).then().body("used", equalTo(0));
    }

    @Test
    void rulesSeeWhichUseItWouldBe() {
        String envelope = envelope(20);
        for (int i = 1; i < 5; i++) {
            pay(300 + i).then().statusCode(200);
        }

        pay(400).then().statusCode(403).body("reason", equalTo("four on one word are enough"));

        shown(envelope).then().body("used", equalTo(4));
    }

    @Test
    void theKillSwitchBeatsIt() {
        envelope(3);
        fixture.killSwitch("agent", agent.name(), true);

        pay(300).then().statusCode(403);

        fixture.killSwitch("agent", agent.name(), false);
    }

    @Test
    void endsWithTheKeyThatItWasGivenWith() {
        envelope(3);
        fixture.admin.request().delete("/v1/keys/" + jd.keyId()).then().statusCode(204);

        pay(300).then().statusCode(202);
    }

    @Test
    void endsWithTheRuleThatAsked() {
        envelope(3);
        fixture.activate(RULES.replace("payments over 100 need finance", "payments over 100 still need finance"));

        pay(300).then().statusCode(202);
    }

    @Test
    void staysWhenOtherRulesChange() {
        envelope(3);
        fixture.activate(RULES.replace("an unlucky number", "a very unlucky number"));

        pay(300).then().statusCode(200);
    }

    @Test
    void onceItIsRevokedPeopleAreAskedAgainAndWhatRestedOnItIsListed() {
        String envelope = envelope(3);
        String first = pay(201).path("id");
        String second = pay(202).path("id");

        jd.request()
                .queryParam("limit", 1)
                .queryParam("reason", "no more")
                .delete("/v1/envelopes/" + envelope)
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("envelope.state", equalTo("revoked"))
                .body("envelope.revoked.by", equalTo(jd.name()))
                .body("uses.items", hasSize(1))
                .body("uses.items[0].call", equalTo(first))
                .body("uses.items[0].outcome", equalTo("succeeded"))
                .body("uses.next", equalTo("1"));

        pay(300).then().statusCode(202);
        jd.get("/v1/envelopes/" + envelope + "/uses?cursor=1")
                .then()
                .body("items.call", equalTo(List.of(second)))
                .body("next", nullValue());
        jd.request()
                .delete("/v1/envelopes/" + envelope + "?reason=again")
                .then()
                .statusCode(409);
        shown(envelope).then().body("revoked.reason", equalTo("no more")).body("used", equalTo(2));
    }

    @Test
    void anotherRuleStillAsksAndTheUseIsSpentWhenItIsAnswered() {
        Client legal = fixture.approver("lex", "legal");
        String envelope = envelope(3);
        String call = waiting(pay(401));
        shown(envelope).then().body("used", equalTo(0));
        legal.get("/v1/approvals/" + call).then().body("requirements.rule", equalTo(List.of("known payees")));

        legal.approve(call).then().statusCode(200);

        agent.ended(call).then().statusCode(200);
        shown(envelope).then().body("used", equalTo(1));
    }

    @Test
    void whatIsRevokedWhileAnotherRuleAsksIsNotThereAnyMore() {
        Client legal = fixture.approver("lex", "legal");
        String envelope = envelope(3);
        String call = waiting(pay(401));
        jd.request().delete("/v1/envelopes/" + envelope + "?reason=x").then().statusCode(200);

        legal.approve(call).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("denied")).body("decision.rule", equalTo("writ:not-approved"));
    }

    @Test
    void coversNoCallWhoseArgumentsRulesChange() {
        String envelope = envelope(3);
        fixture.activate(RULES + """
                rule "no notes"
                when
                    ToolCall( tool == "bank.pay" )
                then
                    allow("but to the archive").set("to", "archive");
                end
                """);

        String call = waiting(pay(300));

        shown(envelope).then().body("used", equalTo(0));
        propose(jd, call, extent(1)).then().statusCode(409).body("detail", containsString("change the arguments"));
    }

    @Test
    void mayNotBeMadeOnceTheRuleThatAskedHasChanged() {
        String call = waiting(pay(200));
        fixture.activate(RULES.replace("\"7d\", \"irreversible\"", "\"6d\", \"irreversible\""));

        propose(jd, call, extent(1)).then().statusCode(409).body("detail", containsString("changed"));
    }

    @Test
    void anAgentHasOnlySoMany() {
        for (int i = 0; i < 100; i++) {
            propose(jd, waiting(pay(agent, "payee-" + i, 200)), extent(1))
                    .then()
                    .statusCode(200);
        }

        propose(jd, waiting(pay(200)), extent(1)).then().statusCode(429);
    }

    @Test
    void isLiveOnceAsManyHaveConsentedAsTheRuleAsksFor() {
        Client mk = fixture.approver("mk", "finance");
        String call = waiting(pay(2000));
        Map<String, Object> extent = extent(3);
        extent.put("bounds", List.of(Map.of("path", "/amount", "from", 1001, "to", 3000)));
        String envelope = propose(jd, call, extent)
                .then()
                .statusCode(200)
                .body("state", equalTo("proposed"))
                .extract()
                .path("id");
        pay(2001).then().statusCode(202);

        jd.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "me again"))
                .then()
                .statusCode(409);
        mk.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "agreed"))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("state", equalTo("live"));

        agent.ended(call).then().statusCode(200);
        pay(2002).then().statusCode(200);
    }

    private static List<Map<String, Object>> amounts(int from, int to) {
        return List.of(Map.of("path", "/amount", "from", from, "to", to));
    }

    private String view(String call) {
        return jd.get("/v1/approvals/" + call).path("viewDigest");
    }

    @Test
    void isMadeFromTheArgumentsAsTheyAreToBeApprovedNow() {
        Client mk = fixture.approver("mk", "finance");
        String call = waiting(pay(4000));
        jd.post(
                        "/v1/approvals/" + call + "/edit",
                        Map.of(
                                "arguments",
                                Map.of("to", "acme", "amount", 2000),
                                "reason",
                                "the invoice says so",
                                "view",
                                view(call)))
                .then()
                .statusCode(200);
        Map<String, Object> extent = extent(3);
        extent.put("bounds", amounts(1001, 3000));
        propose(mk, call, extent).then().statusCode(409).body("detail", containsString("Read it again"));
        extent.put("view", view(call));
        extent.put("bounds", amounts(3500, 5000));
        propose(mk, call, extent).then().statusCode(422).body("detail", containsString("the call itself"));

        extent.put("bounds", amounts(1001, 3000));
        String envelope = propose(mk, call, extent)
                .then()
                .statusCode(200)
                .body("arguments.amount", equalTo(2000))
                .extract()
                .path("id");

        agent.ended(call).then().statusCode(200);
        jd.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "agreed", "view", view(call)))
                .then()
                .statusCode(200)
                .body("state", equalTo("live"));
        pay(2500).then().statusCode(200);
    }

    @Test
    void aGroupFurtherUpTheLadderSeesItOnceItMayConsent() {
        fixture.activate(RULES.replace(
                ".to(\"finance\").approvals(2)", ".to(\"finance\").then(\"legal\").after(\"3s\").approvals(2)"));
        Client lea = fixture.approver("lea", "legal");
        String call = waiting(pay(2000));
        Instant opened = Instant.parse(jd.get("/v1/approvals/" + call).path("openedAt"));
        Map<String, Object> extent = extent(3);
        extent.put("bounds", amounts(1001, 3000));
        String envelope =
                propose(jd, call, extent).then().statusCode(200).extract().path("id");

        Response before = lea.get("/v1/envelopes/" + envelope);
        if (Instant.now().isBefore(opened.plusSeconds(3))) {
            before.then().statusCode(404);
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> lea.get("/v1/envelopes/" + envelope).statusCode() == 200);
        lea.post("/v1/envelopes/" + envelope + "/consent", Map.of("reason", "agreed"))
                .then()
                .statusCode(200)
                .body("state", equalTo("live"));
        fixture.approver("sal", "sales").get("/v1/envelopes/" + envelope).then().statusCode(404);
    }

    @Test
    void aDelegateConsentsInTheNameOfTheLenderAndOnce() {
        Client del = fixture.approver("del", "sales");
        jd.post(
                        "/v1/delegations",
                        Map.of(
                                "to",
                                del.name(),
                                "groups",
                                List.of("finance"),
                                "until",
                                Instant.now().plusSeconds(600).toString(),
                                "reason",
                                "on leave"))
                .then()
                .statusCode(201);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !del.get("/v1/delegations")
                        .<List<String>>path("items.id")
                        .isEmpty());
        Map<String, Object> extent = extent(3);
        extent.put("bounds", amounts(1001, 3000));
        String ofTwo = propose(jd, waiting(pay(2000)), extent).path("id");
        del.post("/v1/envelopes/" + ofTwo + "/consent", Map.of("reason", "for jd"))
                .then()
                .statusCode(403);

        propose(del, waiting(pay(200)), extent(3))
                .then()
                .statusCode(200)
                .body("state", equalTo("live"))
                .body("consents[0].for", equalTo(jd.name()));
        pay(300).then().statusCode(200);

        fixture.admin.request().delete("/v1/keys/" + jd.keyId()).then().statusCode(204);
        pay(301).then().statusCode(202);
    }

    @Test
    void refusesWhatTheRuleDoesNotAllowFor() {
        String call = waiting(pay(200));

        propose(jd, waiting(pay(7000)), extent(1)).then().statusCode(409).body("detail", containsString("No rule"));
        propose(jd, waiting(pay(5500)), extent(1)).then().statusCode(409).body("detail", containsString("undone"));
        propose(jd, call, extent(21)).then().statusCode(422).body("detail", containsString("20 uses"));
        Map<String, Object> tooLong = extent(1);
        tooLong.put("until", Instant.now().plus(Duration.ofDays(8)).toString());
        propose(jd, call, tooLong).then().statusCode(422);
        Map<String, Object> outside = extent(1);
        outside.put("bounds", List.of(Map.of("path", "/amount", "from", 201, "to", 500)));
        propose(jd, call, outside).then().statusCode(422).body("detail", containsString("outside"));
        jd.get("/v1/approvals/" + call).then().body("state", equalTo("open"));
        assertThat(listed("limit=10")).isEmpty();
    }

    @Test
    void isForThoseWhoMayAnswerTheCall() {
        String call = waiting(pay(200));
        Client stranger = fixture.approver("stranger", "legal");

        propose(stranger, call, extent(1)).then().statusCode(403);
        propose(agent, call, extent(1)).then().statusCode(403);
        propose(fixture.operator, call, extent(1)).then().statusCode(403);
        String envelope = propose(jd, call, extent(1)).path("id");
        stranger.get("/v1/envelopes/" + envelope).then().statusCode(404);
        stranger.request()
                .delete("/v1/envelopes/" + envelope + "?reason=x")
                .then()
                .statusCode(404);
        agent.get("/v1/envelopes").then().statusCode(403);
        fixture.operator
                .request()
                .delete("/v1/envelopes/" + envelope + "?reason=x")
                .then()
                .statusCode(200);
    }

    @Test
    void isMadeOfAnOpenCallOnly() {
        String call = waiting(pay(200));
        jd.refuse(call, "no").then().statusCode(200);

        propose(jd, call, extent(1)).then().statusCode(409).body("detail", containsString("not open"));
    }

    @Test
    void isMadeNarrowerWithoutAskingAndWiderNever() {
        String envelope = envelope(5);
        String path = "/v1/envelopes/" + envelope + "/narrow";

        jd.post(path, Map.of("uses", 6, "reason", "more")).then().statusCode(422);
        jd.post(path, Map.of("bounds", List.of(Map.of("path", "/amount", "from", 101, "to", 501)), "reason", "more"))
                .then()
                .statusCode(422);
        jd.post(path, Map.of("bounds", List.of(Map.of("path", "/amount", "from", 101, "to", 300)), "reason", "less"))
                .then()
                .statusCode(200);
        pay(301).then().statusCode(202);
        pay(300).then().statusCode(200);
        jd.post(path, Map.of("uses", 1, "reason", "that was it"))
                .then()
                .statusCode(200)
                .body("state", equalTo("used"));
        pay(299).then().statusCode(202);
    }

    @Test
    void isListedByState() {
        String live = envelope(1);

        assertThat(listed("state=live")).containsExactly(live);
        pay(300).then().statusCode(200);
        assertThat(listed("state=live")).isEmpty();
        assertThat(listed("state=used")).containsExactly(live);
        jd.get("/v1/envelopes?state=done").then().statusCode(400);
    }

    @Test
    void showsItsBoundsToThoseItConcerns() {
        shown(envelope(2))
                .then()
                .body("arguments.to", equalTo("acme"))
                .body("bounds[0].path", equalTo("/amount"))
                .body("bounds[0].to", equalTo(500))
                .body("consents[0].approver", equalTo(jd.name()))
                .body("rule", equalTo("large payment"));
    }

    @Test
    void whatOthersCarryOutUsesItToo() {
        String envelope = envelope(1);
        agent.post(
                        "/v1/tool-calls",
                        Map.of("tool", "bank.pay", "mode", "decide", "arguments", Map.of("to", "acme", "amount", 300)))
                .then()
                .statusCode(200);

        shown(envelope).then().body("used", equalTo(1));
        pay(301).then().statusCode(202);
    }

    @Test
    void aReplayDecidesAsItWasDecided() {
        long from = fixture.entries("limit=1").get(0).index() + 1L;
        envelope(2);
        pay(300).then().statusCode(200);
        pay(113).then().statusCode(403);

        String replay = fixture.author
                .post(
                        "/v1/policy-replays",
                        Map.of(
                                "files",
                                Map.of(
                                        "bundle.yaml",
                                        "name: bank\nversion: \"2\"\nowners: [tests]\ngroups: [finance, legal]\nscope: [\"bank.*\"]\n",
                                        "rules.drl",
                                        RULES),
                                "from",
                                from))
                .then()
                .log()
                .ifValidationFails()
                .extract()
                .path("id");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> fixture.author.get("/v1/policy-replays/" + replay).path("state"), "done"::equals);

        fixture.author
                .get("/v1/policy-replays/" + replay)
                .then()
                .body("report.flipped", equalTo(0))
                .body("report.recorded.differing", equalTo(0))
                .body("report.recorded.reproduced", equalTo(4));
    }
}
