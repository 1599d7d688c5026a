package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reporters and agents say became of calls that the gateway did not carry out, and what their word is worth. */
@WritTest
class ReportTest {

    private static final String LOOK =
            "rule \"look\" when ToolCall( tool == \"bank.balance\" ) then allow(\"look\"); end\n";

    @Inject
    LaterExpectations later;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana");
    private final Client reporter = fixture.admin.issue("ledger", List.of("reporter"), List.of());

    @AfterEach
    void restore() {
        fixture.activate(Fixture.RULES);
    }

    private String decide(String tool, Map<String, ?> arguments) {
        return agent.call(tool, arguments, Map.of("mode", "decide"))
                .then()
                .statusCode(200)
                .body("decision.effect", equalTo("allow"))
                .extract()
                .path("id");
    }

    private static Response report(Client who, String call, Map<String, ?> said) {
        return who.post("/v1/tool-calls/" + call + "/outcome", said);
    }

    private static Response report(Client who, String call, String outcome) {
        return report(who, call, Map.of("outcome", outcome));
    }

    @Test
    void onlyAReporterReturnsABudget() {
        fixture.activate("""
                rule "pay" when ToolCall( tool == "bank.pay" ) then allow("so"); end
                rule "100 in all"
                when
                    ToolCall( tool == "bank.pay", $amount : number("amount") )
                    accumulate( Past( tool == "bank.pay", verdict == "allow", outcome != "failed", $past : number("amount") );
                        $spent : sum($past); $spent + $amount > 100 )
                then
                    deny("100 in all");
                end
                """);
        Map<String, ?> sixty = Map.of("to", "acme", "amount", 60);
        String call = decide("bank.pay", sixty);

        report(agent, call, "failed").then().statusCode(201).body("by", equalTo("agent"));
        agent.call("bank.pay", sixty, Map.of("mode", "decide")).then().body("decision.effect", equalTo("deny"));

        report(reporter, call, "failed").then().statusCode(201).body("by", equalTo("reporter"));
        decide("bank.pay", sixty);
    }

    @Test
    void onlyAReportersWordThatACallSucceededCounts() {
        fixture.activate(LOOK + """
                rule "pay after a look"
                when
                    ToolCall( tool == "bank.pay" )
                    exists Past( tool == "bank.balance", outcome == "succeeded" )
                then
                    allow("looked before");
                end
                """);
        Map<String, ?> payment = Map.of("to", "acme", "amount", 1);
        String call = decide("bank.balance", Map.of("id", "1"));

        report(agent, call, "succeeded").then().statusCode(201);
        agent.call("bank.pay", payment).then().statusCode(403);

        report(reporter, call, "succeeded").then().statusCode(201);
        agent.call("bank.pay", payment).then().statusCode(200);
    }

    @Test
    void whatAReporterSawIsReadAndWhatAnAgentClaimsIsNot() {
        fixture.activate(LOOK + """
                rule "payees that others named"
                when
                    ToolCall( tool == "bank.pay" )
                    Origin( argument == "to", source == "untrusted" )
                then
                    escalate("only others named this payee").to("finance").within("1h");
                end
                """);
        Map<String, ?> payment = Map.of("to", "account-4711", "amount", 1);
        String call = decide("bank.balance", Map.of("id", "1"));
        Map<String, ?> said = Map.of("outcome", "succeeded", "result", Map.of("payee", "account-4711"));

        report(agent, call, said).then().statusCode(201);
        agent.call("bank.pay", payment).then().statusCode(403);

        report(reporter, call, said).then().statusCode(201);
        agent.call("bank.pay", payment).then().statusCode(202).body("status", equalTo("escalated"));
    }

    @Test
    void onlyAReportersWordMeetsAnExpectation() {
        fixture.activate(LOOK + """
                rule "pay" when ToolCall( tool == "bank.pay" )
                then allow("so").expect("bank.balance").within("1h").otherwise("alert"); end
                """);
        Client other = fixture.agent();
        Map<String, ?> payment = Map.of("to", "acme", "amount", 1);
        List<String> paid = Stream.of(agent, other)
                .map(caller -> caller.call("bank.pay", payment)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<String>path("id"))
                .toList();

        report(reporter, decide("bank.balance", Map.of("id", "1")), "succeeded")
                .then()
                .statusCode(201);
        String claimed = other.call("bank.balance", Map.of("id", "1"), Map.of("mode", "decide"))
                .path("id");
        report(other, claimed, "succeeded").then().statusCode(201);

        paid.forEach(
                call -> later.end(fixture.entries("kind=DECIDED&call=" + call).get(0)));

        assertThat(fixture.entries("kind=EXPECTATION_MET&agent=" + agent.name()))
                .hasSize(1);
        assertThat(fixture.entries("kind=EXPECTATION_MISSED&agent=" + other.name()))
                .hasSize(1);
    }

    @Test
    void oneWordOfEachSideIsRecordedAndShownWithWhoseItIs() {
        String call = decide("bank.balance", Map.of("id", "1"));
        report(agent, call, "succeeded").then().statusCode(201);
        int index = report(reporter, call, Map.of("outcome", "failed", "reason", "no such account"))
                .then()
                .statusCode(201)
                .extract()
                .path("index");

        report(reporter, call, "failed").then().statusCode(200).body("index", equalTo(index));
        report(reporter, call, "succeeded").then().statusCode(409).body("detail", containsString("stays"));

        agent.get("/v1/tool-calls/" + call)
                .then()
                .body("status", equalTo("decided"))
                .body("reported.outcome", equalTo("failed"))
                .body("reported.by", equalTo("reporter"));
        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .body("entries.kind", contains("DECIDED", "REPORTED", "REPORTED"))
                .body("outcome.by", equalTo("reporter"))
                .body("outcome.result.value.reason", equalTo("no such account"));
        assertThat(fixture.entries("kind=REPORTED&call=" + call))
                .extracting(entry -> entry.text("actor"))
                .containsExactly("ledger", agent.name());
    }

    @Test
    void whatAPermissionObligesToHideIsHiddenInWhateverIsReported() {
        fixture.activate("""
                rule "look" when ToolCall( tool == "bank.balance" )
                then allow("look").redact("owner.name").cap("lines", 1); end
                """);
        String call = decide("bank.balance", Map.of("id", "1"));
        Map<String, ?> said = Map.of(
                "outcome",
                "succeeded",
                "result",
                Map.of("balance", 12, "owner", Map.of("name", "Erika"), "lines", List.of("first", "second")));

        report(agent, call, said).then().statusCode(201);
        report(reporter, call, said).then().statusCode(201);

        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .body("outcome.result.value.value.balance", equalTo(12))
                .body("outcome.result.value.value.owner.name", equalTo("***"));
        List<LogEntry> reported = fixture.entries("kind=REPORTED&call=" + call);
        assertThat(reported).hasSize(2).allSatisfy(entry -> {
            String whole = fixture.auditor
                    .get("/v1/audit/entries/" + entry.index() + "?inputs=true")
                    .asString();
            assertThat(whole).contains("***", "first").doesNotContain("Erika", "second");
        });
    }

    @Test
    void onlyCallsThatTheGatewayLeftToOthersAreReported() {
        String executed = agent.call("bank.balance", Map.of("id", "1")).path("id");
        String denied = agent.call("bank.pay", Map.of("to", "acme", "amount", 1000), Map.of("mode", "decide"))
                .path("id");
        String decided = decide("bank.balance", Map.of("id", "1"));

        report(reporter, executed, "failed").then().statusCode(409);
        report(reporter, denied, "succeeded").then().statusCode(409);
        report(fixture.agent(), decided, "failed").then().statusCode(404);
        String ofAna = agent.call("bank.balance", Map.of("id", "1"), Map.of("mode", "decide", "onBehalfOf", "ana"))
                .path("id");
        Client sameAgent = fixture.admin.issue(agent.name(), List.of("agent"), List.of());
        report(sameAgent, ofAna, "failed").then().statusCode(404);
        report(reporter, "01890a5d-ac96-774b-bcce-b302099a8057", "failed")
                .then()
                .statusCode(404);
        report(reporter, "1", "failed").then().statusCode(404);
        report(reporter, decided, "pending").then().statusCode(400).body("detail", containsString("'outcome' is"));
        report(fixture.operator, decided, "failed").then().statusCode(403);
        agent.get("/v1/tool-calls/" + decided).then().body("reported", nullValue());
    }

    @Test
    void aKeyThatSubmitsCallsIsTheAgentsWhateverElseItMayDo() {
        Client both = fixture.admin.issue(agent.name(), List.of("agent", "reporter"), List.of());
        String call = both.call("bank.balance", Map.of("id", "1"), Map.of("mode", "decide"))
                .path("id");

        report(both, call, "succeeded").then().statusCode(201).body("by", equalTo("agent"));
    }

    @Test
    void reportsAreReplayedAsTheyWere() {
        fixture.activate(LOOK + """
                rule "pay after a look"
                when
                    ToolCall( tool == "bank.pay" )
                    exists Past( tool == "bank.balance", outcome == "succeeded" )
                then
                    allow("looked before");
                end
                """);
        report(reporter, decide("bank.balance", Map.of("id", "1")), "succeeded")
                .then()
                .statusCode(201);
        String paid = agent.call("bank.pay", Map.of("to", "acme", "amount", 1)).path("id");

        fixture.auditor
                .get("/v1/audit/calls/" + paid)
                .then()
                .body("decisions[0].why.note", nullValue())
                .body("decisions[0].why.rules.state", hasItems("holds"));
    }
}
