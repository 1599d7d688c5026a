package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bundle can be looked at and tried before anybody publishes it. */
@WritTest
class PolicyInspectionApiTest {

    private static final String CASES = """
            - name: a little
              call: { tool: bank.pay, arguments: { to: shop, amount: 20 } }
              principal: { agent: ana }
              expect: allow
              rules: [ "small payment" ]
            - name: a lot
              call: { tool: bank.pay, arguments: { to: shop, amount: 200 } }
              principal: { agent: ana }
              expect: allow
            """;

    private final Fixture fixture = Bank.shared().fixture();

    private static Map<String, String> files(String rules) {
        return Map.of("bundle.yaml", """
                name: tried
                version: 1.0.0
                description: for tests
                owners: [tests]
                groups: [finance]
                scope: ["bank.*"]
                """, "rules.drl", rules);
    }

    private Response inspect(Map<String, String> files) {
        return fixture.author.post("/v1/policies/inspect", Map.of("files", files));
    }

    private Response tryOut(Map<String, ?> arguments) {
        return fixture.author.post(
                "/v1/policies/try",
                Map.of("files", files(Fixture.RULES), "tool", "bank.pay", "arguments", arguments, "agent", "ana"));
    }

    @Test
    void saysHowEachCaseComesOut() {
        Map<String, String> files = new HashMap<>(files(Fixture.RULES));
        files.put("cases/payments.yaml", CASES);

        inspect(files)
                .then()
                .statusCode(200)
                .body("publishable", equalTo(false))
                .body("cases.name", hasItems("a little", "a lot"))
                .body("cases.find { it.name == 'a lot' }.failure", containsString("escalate"))
                .body("findings.id", hasItem("W025"));
    }

    @Test
    void saysWhereABundleDoesNotCompile() {
        inspect(files("rule \"x\" when ToolCall( tool == ) then allow(\"so\"); end"))
                .then()
                .statusCode(200)
                .body("publishable", equalTo(false))
                .body("cases", empty())
                .body("findings[0].id", equalTo("E001"))
                .body("findings[0].file", equalTo("rules.drl"))
                .body("findings[0].line", equalTo(1));
    }

    @Test
    void explainsWhatABundleWouldSayOfACall() {
        tryOut(Map.of("to", "shop", "amount", 120))
                .then()
                .statusCode(200)
                .body("effect", equalTo("escalate"))
                .body("decidedBy", equalTo(List.of("large payment needs finance")))
                .body("rules.find { it.rule == 'small payment' }.state", equalTo("fails"))
                .body("rules.find { it.rule == 'small payment' }.conditions.state", hasItem("fails"))
                .body("nearest", equalTo("small payment"));
    }

    @Test
    void recordsNothing() {
        int before = fixture.entries("limit=1").get(0).index();

        tryOut(Map.of("to", "shop", "amount", 20)).then().statusCode(200).body("effect", equalTo("allow"));

        assertThat(fixture.entries("kind=DECIDED&limit=1000").stream()
                        .filter(entry -> entry.index() > before)
                        .filter(entry -> "ana".equals(entry.column("agent"))))
                .isEmpty();
    }

    @Test
    void refusesACallOfNoTool() {
        fixture.author
                .post("/v1/policies/try", Map.of("files", files(Fixture.RULES), "tool", "bank.rob"))
                .then()
                .statusCode(422)
                .body("detail", containsString("no tool of this name"));
    }

    @Test
    void refusesArgumentsThatDoNotFit() {
        tryOut(Map.of("to", "shop", "amount", "a lot"))
                .then()
                .statusCode(422)
                .body("detail", containsString("do not fit"));
    }

    @Test
    void isForAuthorsAndReviewersOnly() {
        fixture.agent()
                .post("/v1/policies/inspect", Map.of("files", files(Fixture.RULES)))
                .then()
                .statusCode(403);
        fixture.auditor
                .post("/v1/policies/try", Map.of("files", files(Fixture.RULES), "tool", "bank.pay"))
                .then()
                .statusCode(403)
                .body("effect", not(equalTo("allow")));
    }
}
