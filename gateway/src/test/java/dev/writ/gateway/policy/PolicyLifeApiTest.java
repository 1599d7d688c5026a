package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps of a version: through REST, and what each does to calls. */
@WritTest
class PolicyLifeApiTest {

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final String name = "team-" + UUID.randomUUID();

    @AfterEach
    void end() {
        List<Map<String, String>> bundles =
                fixture.auditor.get("/v1/policies?limit=1000").path("items.findAll { it.name == '" + name + "' }");
        bundles.forEach(bundle -> {
            fixture.reviewer.post("/v1/policies/" + bundle.get("digest") + "/deactivate", Map.of());
            fixture.reviewer.request().delete("/v1/policies/" + bundle.get("digest") + "/shadow");
        });
        // A canary of a name without an active version.
        fixture.reviewer.post("/v1/policies/" + name + "/rollback", Map.of());
    }

    @Test
    void severalBundlesDecideTogetherUntilOneIsDeactivated() {
        look().then().statusCode(200);
        String digest = activated("deny(\"not today\")");

        look().then().statusCode(403).body("reason", equalTo("not today"));
        LogEntry decided = fixture.entries("kind=DECIDED&agent=" + agent.name()).get(0);
        assertThat(decided.column("bundle")).isEqualTo(digest);
        assertThat(fixture.entries("kind=DECIDED&bundle=" + digest)).hasSize(1);

        step(fixture.reviewer, digest, "deactivate").then().statusCode(200);
        look().then().statusCode(200);
        step(fixture.reviewer, digest, "deactivate").then().statusCode(409);
    }

    @Test
    void refusesARuleThatHasTheNameOfAnotherBundles() {
        String digest = published(rule("balance", "deny(\"no\")"), "scope: [bank.*]");

        step(fixture.reviewer, digest, "activate")
                .then()
                .statusCode(409)
                .body("detail", containsString("The bundle 'bank' has a rule 'balance' too"));
        look().then().statusCode(200);
    }

    @Test
    void anAdministratorOwnsWhatABundleMaySpeakAbout() {
        fixture.author
                .request()
                .body(Map.of("tools", List.of("*")))
                .put("/v1/policies/scopes/" + name)
                .then()
                .statusCode(403);
        scope(name, "bank.balance").then().statusCode(200);
        try {
            fixture.auditor.get("/v1/policies/scopes").then().body("items.name", hasItem(name));

            publish(rule(name, "allow(\"yes\")"), "scope: [bank.*]")
                    .then()
                    .statusCode(403)
                    .body("detail", containsString("for this name: bank.balance"));
            fixture.author
                    .post(
                            "/v1/policies",
                            Map.of("files", Map.of("bundle.yaml", "name: other\nversion: 1\nscope: [bank.balance]\n")))
                    .then()
                    .statusCode(403)
                    .body("detail", containsString("No scope is set for bundles of this name"));
            String digest = published(rule(name, "deny(\"no\")"), "scope: [bank.balance]");
            step(fixture.reviewer, digest, "activate").then().statusCode(200);
            scope(name, "bank.pay").then().statusCode(409).body("detail", containsString("its scope is bank.balance"));
            look().then().statusCode(403);
        } finally {
            fixture.admin.request().delete("/v1/policies/scopes/" + name).then().statusCode(200);
        }
        fixture.admin.request().delete("/v1/policies/scopes/" + name).then().statusCode(404);
    }

    private Response scope(String of, String... tools) {
        return fixture.admin.request().body(Map.of("tools", List.of(tools))).put("/v1/policies/scopes/" + of);
    }

    @Test
    void whatObservesIsShownPlainly() {
        String digest = published(
                rule(name, "allow(\"seen\")").replace("tool == \"bank.balance\"", ""), "scope: ['*']\nobserve: true");
        step(fixture.reviewer, digest, "activate").then().statusCode(200);

        fixture.auditor
                .get("/v1/policies/" + digest)
                .then()
                .body("observe", equalTo(true))
                .body("state", equalTo("active"));
        RestAssured.given()
                .get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'active policy' }.data.observe", containsString(name));
        assertThat(Bank.shared().logLines()).contains("an observing bundle is active bundle=" + name);
        assertThat(fixture.operator.get("/q/metrics").asString()).contains("writ_policy_observing 1.0");
    }

    @Test
    void aBundleThatObservesOnlyAllows() {
        publish(rule(name, "deny(\"no\")"), "scope: ['*']\nobserve: true")
                .then()
                .statusCode(422)
                .body("problems[0].message", containsString("'observe: true' only allows"));
    }

    @Test
    void aVersionIsApprovedBySomebodyWhoDidNotPublishIt() {
        Client both = fixture.admin.issue("bea-" + UUID.randomUUID(), List.of("author"), List.of());
        Client same = fixture.admin.issue(both.name(), List.of("reviewer"), List.of());
        Client person = fixture.admin.issue(
                "rev-" + UUID.randomUUID(), Map.of("roles", List.of("reviewer"), "person", both.name()));
        String digest = both.post("/v1/policies", body(rule(name, "deny(\"no\")"), "scope: [bank.*]"))
                .path("digest");

        step(same, digest, "approve").then().statusCode(403);
        step(person, digest, "approve").then().statusCode(403).body("detail", containsString("another reviewer"));
        int index = step(fixture.reviewer, digest, "approve")
                .then()
                .statusCode(200)
                .extract()
                .path("index");
        step(fixture.reviewer, digest, "approve").then().statusCode(200).body("index", equalTo(index));

        fixture.auditor
                .get("/v1/policies/" + digest)
                .then()
                .body("life.step", contains("BUNDLE_PUBLISHED", "BUNDLE_APPROVED"))
                .body("life.actor", contains(both.name(), "rita"))
                .body("life.index", hasItem(index));
    }

    @Test
    void aCanaryDecidesForSomeAndIsTakenBackInOneCall() {
        String digest = published(rule(name, "deny(\"canary\")"), "scope: [bank.balance]");
        step(fixture.reviewer, digest, "canary", Map.of("percent", 0)).then().statusCode(400);
        step(fixture.author, digest, "canary", Map.of("percent", 50)).then().statusCode(403);
        step(fixture.reviewer, digest, "canary", Map.of("percent", 50)).then().statusCode(200);
        String[] persons = IntStream.range(0, 24).mapToObj(i -> "p" + i).toArray(String[]::new);
        Client busy = fixture.agent(persons);

        Set<Integer> answers = new TreeSet<>();
        for (String person : persons) {
            int first = look(busy, person).statusCode();
            assertThat(look(busy, person).statusCode()).as(person).isEqualTo(first);
            answers.add(first);
        }
        assertThat(answers).containsExactly(200, 403);
        fixture.auditor
                .get("/v1/policies/" + digest)
                .then()
                .body("state", equalTo("canary"))
                .body("canary.percent", equalTo(50));

        fixture.reviewer
                .post("/v1/policies/" + name + "/rollback", Map.of())
                .then()
                .statusCode(200);
        for (String person : persons) {
            look(busy, person).then().statusCode(200);
        }
    }

    @Test
    void aRollbackActivatesTheVersionBefore() {
        fixture.reviewer
                .post("/v1/policies/" + name + "/rollback", Map.of())
                .then()
                .statusCode(409);
        String first = activated("deny(\"first\")");
        fixture.reviewer
                .post("/v1/policies/" + name + "/rollback", Map.of())
                .then()
                .statusCode(409);
        String second = activated("deny(\"second\")");
        look().then().body("reason", equalTo("second"));

        fixture.reviewer
                .post("/v1/policies/" + name + "/rollback", Map.of())
                .then()
                .statusCode(200);

        look().then().body("reason", equalTo("first"));
        LogEntry entry = fixture.entries("kind=BUNDLE_ROLLED_BACK&limit=1").get(0);
        assertThat(entry.column("bundle")).isEqualTo(second);
        fixture.auditor.get("/v1/policies/" + second).then().body("state", equalTo("inactive"));
        fixture.auditor
                .get("/v1/policies/" + first)
                .then()
                .body("state", equalTo("active"))
                .body("life.step", contains("BUNDLE_PUBLISHED", "BUNDLE_ACTIVATED", "BUNDLE_ROLLED_BACK"));
    }

    private String activated(String opinion) {
        String digest = published(rule(name, opinion), "scope: [bank.*]");
        step(fixture.reviewer, digest, "activate").then().statusCode(200);
        return digest;
    }

    private Response look() {
        return agent.call("bank.balance", Map.of("id", "1"));
    }

    private static Response look(Client agent, String person) {
        return agent.call("bank.balance", Map.of("id", "1"), Map.of("onBehalfOf", person));
    }

    private static String rule(String name, String opinion) {
        return "rule \"" + name + "\" when ToolCall( tool == \"bank.balance\" ) then " + opinion + "; end\n";
    }

    private String published(String rules, String head) {
        return publish(rules, head).then().statusCode(201).extract().path("digest");
    }

    private Response publish(String rules, String head) {
        return fixture.author.post("/v1/policies", body(rules, head));
    }

    private Map<String, Object> body(String rules, String head) {
        String bundle = "name: " + name + "\nversion: " + UUID.randomUUID() + "\nowners: [tests]\n" + head + "\n";
        return Map.of("files", Map.of("bundle.yaml", bundle, "rules.drl", rules));
    }

    private static Response step(Client client, String digest, String step) {
        return step(client, digest, step, Map.of());
    }

    private static Response step(Client client, String digest, String step, Map<String, ?> body) {
        return client.post("/v1/policies/" + digest + "/" + step, body);
    }
}
