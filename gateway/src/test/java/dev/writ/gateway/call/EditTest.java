package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What approvers change of a call, and what becomes of it. */
@WritTest
class EditTest {

    /** Two of finance for what is large; legal besides for what is very large. */
    private static final String TWO = """
            rule "large payment needs finance"
            when
                ToolCall( tool == "bank.pay", number("amount") > 100 )
            then
                escalate("payments over 100 need finance").to("finance").approvals(2).within("4h");
            end

            rule "very large payment needs legal"
            when
                ToolCall( tool == "bank.pay", number("amount") > 200 )
            then
                escalate("payments over 200 need legal").to("legal").within("4h");
            end

            rule "no more than 300"
            when
                ToolCall( tool == "bank.pay", number("amount") > 300 )
            then
                deny("nobody pays more than 300");
            end
            """;

    private static final String MASKED = """
            rule "large payment needs finance"
            when
                ToolCall( tool == "bank.pay", number("amount") > 100 )
            then
                escalate("payments over 100 need finance").to("finance").approvals(2).within("4h").mask("to");
            end
            """;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana");

    /** Of this test alone, so that what the tool got is known. */
    private final String payee = name("acme");

    private final Map<String, ?> large = payment(150);
    private final Map<String, ?> less = payment(120);
    private final Client fay = fixture.approver(name("fay"), "finance");
    private final Client mk = fixture.approver(name("mk"), "finance");

    @AfterEach
    void putThingsBack() {
        fixture.activate(Fixture.RULES);
    }

    private static String name(String person) {
        return person + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private Map<String, ?> payment(Object amount) {
        return Map.of("to", payee, "amount", amount);
    }

    private String waiting() {
        Response waiting = agent.call("bank.pay", large);
        waiting.then().statusCode(202);
        return waiting.path("id");
    }

    private String view(String call) {
        return fixture.auditor.get("/v1/approvals/" + call).path("viewDigest");
    }

    private static Response edit(Client by, String call, Map<String, ?> arguments, String view) {
        return by.post(
                "/v1/approvals/" + call + "/edit",
                Map.of("arguments", arguments, "reason", "the invoice says so", "view", view));
    }

    private Response edit(Client by, String call, Map<String, ?> arguments) {
        return edit(by, call, arguments, view(call));
    }

    private Response approve(Client by, String call) {
        return by.post("/v1/approvals/" + call + "/approve", Map.of("reason", "fine", "view", view(call)));
    }

    private List<LogEntry> entries(String call, String kind) {
        return fixture.entries("call=" + call + "&kind=" + kind);
    }

    /** What the tool got. */
    private String sent() {
        return bank.upstream().bodies().stream()
                .filter(body -> body.contains(payee))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theEditorsApprovalCountsAndWhatTheyWroteRuns() {
        String call = waiting();

        edit(fay, call, less)
                .then()
                .statusCode(200)
                .body("state", equalTo("approved"))
                .body("changes", hasSize(1))
                .body("changes[0].path", equalTo("/amount"))
                .body("changes[0].from", equalTo(150))
                .body("changes[0].to", equalTo(120));

        agent.ended(call)
                .then()
                .body("status", equalTo("succeeded"))
                .body("approval.edited.arguments.amount", equalTo(120))
                .body("approval.edited.changes[0].path", equalTo("/amount"));
        assertThat(bank.upstream().requestsOf(call)).isEqualTo(1);
        assertThat(sent()).contains("120").doesNotContain("150");
        assertThat(fixture.entries("call=" + call))
                .extracting(LogEntry::kind)
                .containsExactly("EXECUTED", "DECIDED", "APPROVAL_EDITED", "DECIDED");
    }

    @Test
    void whoApprovedBeforeApprovesAgain() {
        fixture.activate(TWO);
        String call = waiting();
        approve(mk, call).then().statusCode(200);

        edit(fay, call, less).then().statusCode(200).body("state", equalTo("open"));

        mk.get("/v1/approvals/" + call)
                .then()
                .body("view.arguments.amount", equalTo(120))
                .body("view.edits[0].by", equalTo(fay.name()))
                .body("view.edits[0].changes[0].from", equalTo(150))
                .body("requirements[0].granted", equalTo(1))
                .body("grants", hasSize(1))
                .body("grants[0].approver", equalTo(fay.name()));
        approve(fay, call).then().statusCode(409).body("detail", containsString("approved it already"));
        mk.approve(call).then().statusCode(409).body("detail", containsString("'view'"));
        approve(mk, call).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().body("status", equalTo("succeeded"));
        assertThat(sent()).contains("120");
    }

    @Test
    void whatRulesDenyIsNotChanged() {
        fixture.activate(TWO);
        String call = waiting();
        String before = view(call);

        edit(fay, call, payment(301))
                .then()
                .statusCode(403)
                .body("rule", equalTo("no more than 300"))
                .body("detail", containsString("still waits"));

        assertThat(view(call)).isEqualTo(before);
        assertThat(entries(call, "APPROVAL_EDIT_REFUSED")).hasSize(1);
        fay.get("/v1/approvals/" + call)
                .then()
                .body("state", equalTo("open"))
                .body("view.arguments.amount", equalTo(150))
                .body("requirements[0].granted", equalTo(0));
        approve(fay, call).then().statusCode(200);
        approve(mk, call).then().statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));
        assertThat(sent()).contains("150");
    }

    @Test
    void whoIsAskedOnlyNowIsAskedToo() {
        fixture.activate(TWO);
        Client lea = fixture.approver(name("lea"), "legal");
        String call = waiting();
        String expires = fay.get("/v1/approvals/" + call).path("expiresAt");

        edit(fay, call, payment(201))
                .then()
                .statusCode(200)
                .body("state", equalTo("open"))
                .body("expiresAt", equalTo(expires));

        assertThat(lea.get("/v1/approvals?agent=" + agent.name())
                        .then()
                        .statusCode(200)
                        .extract()
                        .<List<String>>path("items.id"))
                .containsExactly(call);
        approve(mk, call).then().statusCode(200).body("state", equalTo("open"));
        approve(lea, call).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().body("status", equalTo("succeeded"));
    }

    @Test
    void whatIsAskedOnlyNowRunsOutInItsOwnTime() {
        fixture.activate(TWO.replace("to(\"legal\").within(\"4h\")", "to(\"legal\").within(\"3s\")"));
        String call = waiting();

        edit(fay, call, payment(201)).then().statusCode(200).body("state", equalTo("open"));

        // Long before the time is over that it had when it was submitted.
        agent.ended(call).then().body("status", equalTo("expired"));
        assertThat(entries(call, "APPROVAL_EXPIRED")).hasSize(1);
        fay.get("/v1/approvals/" + call).then().body("state", equalTo("expired"));
    }

    @Test
    void noEditLessensWhoHasToApprove() {
        fixture.activate(TWO);
        String call = waiting();

        edit(fay, call, payment(101)).then().statusCode(200).body("state", equalTo("open"));
        fixture.activate(Fixture.RULES);
        edit(mk, call, payment(50)).then().statusCode(200).body("state", equalTo("open"));

        approve(fay, call).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().body("status", equalTo("succeeded"));
        assertThat(sent()).contains("50");
    }

    @Test
    void anEditIsOfWhatItsEditorSaw() {
        fixture.activate(TWO);
        String call = waiting();
        String before = view(call);
        edit(fay, call, less).then().statusCode(200);

        edit(mk, call, payment(110), before).then().statusCode(409).body("detail", containsString("'view'"));
        fay.post("/v1/approvals/" + call + "/edit", Map.of("arguments", less, "reason", "x"))
                .then()
                .statusCode(400)
                .body("detail", containsString("'view'"));
    }

    @Test
    void ofAnEditAndAnApprovalAtOnceOneIsOfSomethingElse() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int round = 0; round < 5; round++) {
            String to = payee + "-" + round;
            Map<String, ?> payment = Map.of("to", to, "amount", 101);
            Client payer = fixture.agent();
            String call = payer.call("bank.pay", payment).path("id");
            String view = view(call);
            Map<String, ?> other = Map.of("to", to, "amount", 102);

            CompletableFuture<Integer> edited = CompletableFuture.supplyAsync(
                    () -> edit(fay, call, other, view).statusCode(), threads);
            CompletableFuture<Integer> approved = CompletableFuture.supplyAsync(
                    () -> mk.post("/v1/approvals/" + call + "/approve", Map.of("reason", "fine", "view", view))
                            .statusCode(),
                    threads);

            assertThat(List.of(edited.join(), approved.join())).containsExactlyInAnyOrder(200, 409);
            payer.ended(call).then().body("status", equalTo("succeeded"));
            assertThat(bank.upstream().bodies())
                    .filteredOn(body -> body.contains(to))
                    .singleElement()
                    .asString()
                    .contains(edited.join() == 200 ? "102" : "101");
        }
        threads.shutdown();
    }

    @Test
    void nobodyEditsWhatTheyMayNotApprove() {
        String call = waiting();

        edit(fixture.approver(name("lea"), "legal"), call, less).then().statusCode(403);
        edit(fixture.approver("tests", "finance"), call, less)
                .then()
                .statusCode(403)
                .body("detail", containsString("owner"));
        edit(agent, call, less).then().statusCode(403);
        edit(fixture.auditor, call, less).then().statusCode(403);

        assertThat(fixture.entries("call=" + call)).hasSize(1);
    }

    @Test
    void nothingIsEditedThatHasEnded() {
        String call = waiting();
        String view = view(call);
        fay.refuse(call, "no").then().statusCode(200);

        edit(fay, call, less, view).then().statusCode(409).body("detail", containsString("ended"));
        edit(fay, "0190a1b2-0000-7000-8000-000000000000", less, view).then().statusCode(404);
    }

    @Test
    void argumentsFitTheTool() {
        String call = waiting();

        edit(fay, call, payment("much")).then().statusCode(400);
        edit(fay, call, Map.of("amount", 120)).then().statusCode(400);
        edit(fay, call, large).then().statusCode(409).body("detail", containsString("different"));

        assertThat(fixture.entries("call=" + call)).hasSize(1);
    }

    @Test
    void whatNobodyCanReadIsNotChanged() {
        String call = waiting();

        edit(fay, call, Map.of("to", "x".repeat(1_000_000), "amount", 120))
                .then()
                .statusCode(413);
        Map<String, Object> hidden = new HashMap<>(Map.of("arguments", less, "reason", "a\u202eb", "view", view(call)));
        fay.post("/v1/approvals/" + call + "/edit", hidden)
                .then()
                .statusCode(400)
                .body("detail", containsString("U+202E"));

        assertThat(fixture.entries("call=" + call)).hasSize(1);
    }

    @Test
    void nobodyEditsWithoutEnd() {
        fixture.activate(TWO);
        String call = waiting();
        for (int i = 1; i <= 5; i++) {
            edit(fay, call, payment(150 + i)).then().statusCode(200);
        }

        edit(mk, call, less).then().statusCode(409).body("detail", containsString("5 times"));
        approve(mk, call).then().statusCode(200).body("state", equalTo("approved"));
    }

    @Test
    void whatRulesHideStaysHiddenAndAsItWas() {
        fixture.activate(MASKED);
        String call = waiting();

        edit(fay, call, Map.of("to", "***", "amount", 120))
                .then()
                .statusCode(200)
                .body("changes", hasSize(1))
                .body("changes[0].path", equalTo("/amount"));
        edit(fay, call, Map.of("to", "evil", "amount", 121))
                .then()
                .statusCode(200)
                .body("changes.path", equalTo(List.of("/amount")));

        assertThat(mk.get("/v1/approvals/" + call).asString())
                .doesNotContain(payee)
                .doesNotContain("evil");
    }

    @Test
    void whatIsErasedIsNotEdited() {
        fixture.activate(TWO);
        String call = waiting();
        String view = view(call);
        try (Superuser database = Superuser.connect()) {
            database.takeInputs("idx = " + entries(call, "DECIDED").get(0).index());
            edit(fay, call, less, view).then().statusCode(409).body("detail", containsString("erased"));
            database.putInputsBack();
        }
    }

    @Test
    void theSameCallAgainStillJoinsTheOneThatWaits() {
        fixture.activate(TWO);
        String call = waiting();
        edit(fay, call, payment(201)).then().statusCode(200);

        assertThat(waiting()).isEqualTo(call);
    }

    @Test
    void whatSomebodyElseCarriesOutIsNotEdited() {
        String call = agent.call("bank.pay", large, Map.of("mode", "decide", "wait", true))
                .path("id");

        edit(fay, call, less).then().statusCode(409).body("detail", containsString("Somebody else"));
    }

    @Test
    void editsCanBeErased() {
        String call = waiting();
        edit(fay, call, Map.of("to", "marker-e1f0", "amount", 120)).then().statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith("marker-e1f0")).isEmpty();
        }
    }

    @Test
    void whatAnApproverWroteComesFromThem() {
        fixture.activate("""
                rule "payees"
                when
                    ToolCall( tool == "bank.pay" )
                then
                    escalate("people look at payments").to("finance").within("1h");
                end

                rule "others"
                when
                    ToolCall( tool == "bank.pay" )
                    Origin( argument == "amount", source == "user" )
                then
                    deny("nobody said so");
                end
                """);
        String call = waiting();

        edit(fay, call, less).then().statusCode(200);

        agent.ended(call).then().body("status", equalTo("succeeded"));
        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .statusCode(200)
                .body("decisions[0].origins.source", equalTo(List.of("nowhere", "nowhere")))
                .body("decisions[1].origins.argument", equalTo(List.of("amount", "to")))
                .body("decisions[1].origins.source", equalTo(List.of("approver", "nowhere")));
    }

    @Test
    void whatAStolenKeyEditedDoesNotRun() {
        fixture.activate(TWO);
        String call = waiting();
        edit(fay, call, less).then().statusCode(200);
        fixture.admin.request().delete("/v1/keys/" + fay.keyId()).then().statusCode(204);

        approve(mk, call).then().statusCode(200).body("state", equalTo("open"));

        assertThat(bank.upstream().requestsOf(call)).isZero();
    }
}
