package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Calls that a sandbox carries out, and that count for nothing. */
@WritTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RehearsalTest {

    private static final String SANDBOX_CREDENTIAL = "Bearer sandbox-5e1d7c90";
    private static final Map<String, ?> PAYMENT = Map.of("to", "acme", "amount", 100);

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final String name = "twin" + UUID.randomUUID().toString().substring(0, 8);
    private final Upstream real = Upstream.start();
    private final Upstream sandbox = Upstream.start();
    private String active = "";
    private Client agent = fixture.agent("ann");

    @BeforeAll
    void register() {
        register(Map.of("baseUrl", sandbox.url(), "credential", credential("Bearer " + Upstream.CREDENTIAL)))
                .then()
                .statusCode(201);
    }

    @BeforeEach
    void begin() {
        agent = fixture.agent("ann");
        activate(Fixture.RULES.replace("bank.", name + ".").replace("rule \"", "rule \"" + name + " "));
    }

    @AfterEach
    void theToolHeardOfNothing() {
        assertThat(fixture.entries("kind=REHEARSED&agent=" + agent.name()))
                .allSatisfy(entry ->
                        assertThat(real.requestsOf(entry.column("call"))).isZero());
    }

    @AfterAll
    void close() {
        fixture.deactivate(active);
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);
        real.close();
        sandbox.close();
    }

    private void activate(String rules) {
        active = fixture.activate(name, rules);
    }

    private static Map<String, String> credential(String value) {
        return Map.of("header", "Authorization", "value", value);
    }

    private Response register(Map<String, ?> declared) {
        return fixture.operator.post("/v1/connectors", registration(declared));
    }

    private Map<String, Object> registration(Map<String, ?> declared) {
        return new HashMap<>(Map.of(
                "name",
                name,
                "kind",
                "http",
                "baseUrl",
                real.url(),
                "document",
                Upstream.DOCUMENT,
                "allowPrivateAddresses",
                true,
                "credential",
                credential("Bearer " + Upstream.CREDENTIAL),
                "sandbox",
                declared));
    }

    private Response rehearse(Map<String, ?> arguments) {
        return agent.call(name + ".pay", arguments, Map.of("mode", "rehearse"));
    }

    private Response pay(Map<String, ?> arguments) {
        return agent.call(name + ".pay", arguments);
    }

    private List<LogEntry> entries(String call) {
        return fixture.entries("call=" + call);
    }

    @Test
    void theSandboxCarriesItOutAndTheLogSaysThatItWasARehearsal() {
        String call = rehearse(PAYMENT)
                .then()
                .statusCode(200)
                .body("status", equalTo("rehearsed"))
                .body("decision.effect", equalTo("allow"))
                .body("result.status", equalTo("done"))
                .body("rehearsal.outcome", equalTo("succeeded"))
                .body("rehearsal.note", containsString("the sandbox answered, not the tool"))
                .extract()
                .path("id");

        assertThat(sandbox.requestsOf(call)).isEqualTo(1);
        assertThat(entries(call)).extracting(LogEntry::kind).containsExactly("REHEARSAL_ENDED", "REHEARSED");
        agent.get("/v1/tool-calls/" + call)
                .then()
                .statusCode(200)
                .body("status", equalTo("rehearsed"))
                .body("result.status", equalTo("done"));
    }

    @Test
    void spendsNothingOfABudget() {
        for (int i = 0; i < 4; i++) {
            rehearse(PAYMENT).then().body("decision.effect", equalTo("allow"));
        }

        // 300 in all.
        for (int i = 0; i < 3; i++) {
            pay(PAYMENT).then().statusCode(200).body("status", equalTo("succeeded"));
        }
        rehearse(PAYMENT)
                .then()
                .statusCode(200)
                .body("decision.effect", equalTo("deny"))
                .body("decision.rule", equalTo(name + " payments of 300 in all"))
                .body("rehearsal.outcome", equalTo("none"))
                .body("rehearsal.note", containsString("would deny"));
    }

    @Test
    void asksNobody() {
        String call = rehearse(Map.of("to", "acme", "amount", 200))
                .then()
                .statusCode(200)
                .body("status", equalTo("rehearsed"))
                .body("decision.effect", equalTo("escalate"))
                .body("approval", nullValue())
                .body("rehearsal.note", containsString("would wait for approval by 1 of group 'finance'"))
                .body("rehearsal.note", containsString("Nobody was asked"))
                .extract()
                .path("id");

        Client approver = fixture.approver("fin-" + UUID.randomUUID(), "finance");
        approver.approve(call).then().statusCode(404);
        assertThat(sandbox.requestsOf(call)).isZero();
    }

    @Test
    void doesNotMeetWhatHasToFollowAndNothingHasToFollowIt() {
        activate("""
                rule "%1$s pay, and then look"
                when ToolCall( tool == "%1$s.pay" )
                then allow("and then look").expect("%1$s.balance").within("1h").otherwise("alert");
                end
                rule "%1$s looking" when ToolCall( tool == "%1$s.balance" ) then allow("free"); end
                """.formatted(name));
        String rehearsed = rehearse(PAYMENT).then().statusCode(200).extract().path("id");
        assertThat(entries(rehearsed)).extracting(LogEntry::kind).doesNotContain("EXPECTATION_MET");
        assertThat(fixture.entries("call=" + rehearsed + "&kind=REHEARSED")
                        .get(0)
                        .body())
                .doesNotContainKey("expectations");

        String paid = pay(PAYMENT).then().statusCode(200).extract().path("id");
        agent.call(name + ".balance", Map.of("id", "a"), Map.of("mode", "rehearse"))
                .then()
                .body("status", equalTo("rehearsed"));

        assertThat(entries(paid)).extracting(LogEntry::kind).containsExactly("EXECUTED", "DECIDED");
    }

    @Test
    void theSameKeyIsTheSameRehearsalAndStillFreeForTheCall() {
        String key = UUID.randomUUID().toString();
        Map<String, String> rehearsal = Map.of("mode", "rehearse", "key", key);
        String call = agent.call(name + ".pay", PAYMENT, rehearsal)
                .then()
                .statusCode(200)
                .extract()
                .path("id");

        agent.call(name + ".pay", PAYMENT, rehearsal).then().statusCode(200).body("id", equalTo(call));
        assertThat(sandbox.requestsOf(call)).isEqualTo(1);
        agent.call(name + ".pay", PAYMENT, Map.of("key", key))
                .then()
                .statusCode(200)
                .body("status", equalTo("succeeded"))
                .body("id", not(equalTo(call)));
    }

    @Test
    void whatFailsInTheSandboxIsSaidToHaveFailedThere() {
        rehearse(Map.of("to", "acme", "amount", 1, "note", "fail"))
                .then()
                .statusCode(200)
                .body("status", equalTo("rehearsed"))
                .body("rehearsal.outcome", equalTo("failed"))
                .body("rehearsal.note", containsString("It failed there"));
    }

    @Test
    void withoutASandboxItIsRefusedAndNothingIsRecorded() {
        agent.call("bank.pay", PAYMENT, Map.of("mode", "rehearse"))
                .then()
                .statusCode(422)
                .body("detail", containsString("its connector has no sandbox"));

        assertThat(fixture.entries("agent=" + agent.name()))
                .noneMatch(entry -> entry.kind().equals("REHEARSED"));
    }

    @Test
    void theKillSwitchHoldsItBackToo() {
        fixture.killSwitch("agent", agent.name(), true);

        rehearse(PAYMENT).then().statusCode(200).body("decision.rule", equalTo("writ:kill-switch"));

        fixture.killSwitch("agent", agent.name(), false);
    }

    @Test
    void isNoCallToReportOnOrToExplain() {
        String call = rehearse(PAYMENT).then().extract().path("id");

        agent.post("/v1/tool-calls/" + call + "/outcome", Map.of("outcome", "succeeded"))
                .then()
                .statusCode(404);
        fixture.auditor
                .get("/v1/audit/calls/" + call)
                .then()
                .statusCode(404)
                .body("detail", containsString("only rehearsed"));
    }

    @Test
    void theServiceItselfIsNoSandbox() {
        Response same = fixture.operator.post("/v1/connectors/plan", registration(Map.of("baseUrl", real.url() + "/")));

        same.then().statusCode(422).body("problems[0]", containsString("it is the service itself"));
    }

    @Test
    void theSameServiceWithACredentialOfItsOwnIsOne() {
        fixture.operator
                .post("/v1/connectors/plan", registration(Map.of("credential", credential(SANDBOX_CREDENTIAL))))
                .then()
                .statusCode(200)
                .body("credential", equalTo(true));
    }

    @Test
    void whatIsPinnedCoversTheSandboxAndItsCredentialIsNotShown() {
        String other = fixture.operator
                .post("/v1/connectors/plan", registration(Map.of("baseUrl", "http://127.0.0.1:1")))
                .then()
                .statusCode(200)
                .body("change", equalTo("changed"))
                .extract()
                .path("reviewed");
        String now = fixture.operator
                .post(
                        "/v1/connectors/plan",
                        registration(Map.of(
                                "baseUrl", sandbox.url(), "credential", credential("Bearer " + Upstream.CREDENTIAL))))
                .then()
                .body("change", equalTo("none"))
                .extract()
                .path("reviewed");
        assertThat(other).isNotEqualTo(now);

        String shown = fixture.operator
                .get("/v1/connectors/" + name)
                .then()
                .body("sandbox.baseUrl", equalTo(sandbox.url()))
                .extract()
                .asString();
        assertThat(shown).doesNotContain(Upstream.CREDENTIAL);
    }

    @Test
    void nobodyWaitsForARehearsal() {
        agent.call(name + ".pay", PAYMENT, Map.of("mode", "rehearse", "wait", true))
                .then()
                .statusCode(400)
                .body("detail", containsString("a rehearsal asks nobody"));
    }
}
