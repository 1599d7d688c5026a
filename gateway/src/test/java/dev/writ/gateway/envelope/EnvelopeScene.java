package dev.writ.gateway.envelope;

import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Payments that people approve beyond the one at hand, and these people: what the tests of envelopes have in common. */
abstract class EnvelopeScene {

    static final Duration PATIENCE = Duration.ofSeconds(60);

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

    final Fixture fixture = Bank.shared().fixture();
    final Client agent = fixture.agent("ann", "ben");
    final Client jd = fixture.approver("jd", "finance");

    @BeforeEach
    void rules() {
        fixture.activate(RULES);
    }

    @AfterEach
    void putThingsBack() {
        fixture.killSwitch("everything", "", false);
        fixture.activate(Fixture.RULES);
    }

    Response pay(Number amount) {
        return pay(agent, "acme", amount);
    }

    static Response pay(Client by, String to, Number amount) {
        return by.call("bank.pay", Map.of("to", to, "amount", amount));
    }

    static String waiting(Response answer) {
        return answer.then().statusCode(202).extract().path("id");
    }

    static Map<String, Object> extent(int uses) {
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

    static Response propose(Client by, String call, Map<String, ?> extent) {
        return by.post("/v1/approvals/" + call + "/envelope", extent);
    }

    /** An envelope for payments to acme of 101 to 500. */
    String envelope(int uses) {
        return propose(jd, waiting(pay(200)), extent(uses))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("state", equalTo("live"))
                .extract()
                .path("id");
    }

    LogEntry decided(Response answer) {
        return fixture.entries("kind=DECIDED&call=" + answer.path("id")).get(0);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> seen(LogEntry decided) {
        return ((List<Map<String, Object>>)
                        Objects.requireNonNull(decided.body().get("envelopes")))
                .get(0);
    }

    Response shown(String envelope) {
        return jd.get("/v1/envelopes/" + envelope);
    }

    List<String> listed(String query) {
        return jd.get("/v1/envelopes?agent=" + agent.name() + "&" + query)
                .then()
                .statusCode(200)
                .extract()
                .path("items.id");
    }

    static List<Map<String, Object>> amounts(int from, int to) {
        return List.of(Map.of("path", "/amount", "from", from, "to", to));
    }

    String view(String call) {
        return jd.get("/v1/approvals/" + call).path("viewDigest");
    }
}
