package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
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

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
        fixture.auditor
                .get("/v1/audit/calls/" + decided.column("call"))
                .then()
                .body("decisions[0].bundle.name", equalTo(name))
                .body("decisions[0].bundles.name", contains("bank", name))
                .body("decisions[0].verdicts.rule", contains("balance", name));

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
        fixture.ready().body("checks.find { it.name == 'active policy' }.data.observe", containsString(name));
        await().atMost(PATIENCE)
                .until(() -> Bank.shared().logLines().contains("an observing bundle is active bundle=" + name));
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
        step(fixture.reviewer, digest, "canary", Map.of("percent", 50, "band", 101))
                .then()
                .statusCode(400);
        step(fixture.author, digest, "canary", Map.of("percent", 50)).then().statusCode(403);
        step(fixture.reviewer, digest, "canary", Map.of("percent", 50)).then().statusCode(200);
        String[] persons = persons();
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
    void aVersionInTheShadowHasNoEffectAndItsFlipsAreListed() {
        String digest = published(rule(name, "deny(\"shadow\")"), "scope: [bank.balance]");
        step(agent, digest, "shadow").then().statusCode(403);
        step(fixture.author, digest, "shadow").then().statusCode(200);

        String call = look().then().statusCode(200).extract().path("id");
        agent.call("bank.pay", Map.of("to", "acme", "amount", 1)).then().statusCode(200);

        await().atMost(PATIENCE).until(() -> compared(digest) == 1);
        flips(digest)
                .then()
                .body("dropped", equalTo(0))
                .body("groups.size()", equalTo(1))
                .body("groups[0].without.effect", equalTo("allow"))
                .body("groups[0].without.rule", equalTo("balance"))
                .body("groups[0].with.effect", equalTo("deny"))
                .body("groups[0].with.rule", equalTo(name))
                .body("groups[0].count", equalTo(1))
                .body("groups[0].calls.call", contains(call));
        fixture.author
                .request()
                .delete("/v1/policies/" + digest + "/shadow")
                .then()
                .statusCode(200);
        fixture.author
                .request()
                .delete("/v1/policies/" + digest + "/shadow")
                .then()
                .statusCode(409);
        fixture.author.get("/v1/policies/" + digest + "/flips?limits=1").then().statusCode(400);
    }

    @Test
    void aVersionInTheShadowIsTakenByItsObligationsAsCallsAre() {
        String unmeetable = published(pay("allow(\"free\").set(\"amount\", 0)"), "scope: [bank.pay]");
        step(fixture.author, unmeetable, "shadow").then().statusCode(200);
        Map<String, ?> payment = Map.of("to", "acme", "amount", 1);

        agent.call("bank.pay", payment).then().statusCode(200);

        await().atMost(PATIENCE).until(() -> compared(unmeetable) == 1);
        flips(unmeetable)
                .then()
                .body("dropped", equalTo(0))
                .body("groups[0].without.effect", equalTo("allow"))
                .body("groups[0].with.effect", equalTo("deny"))
                .body("groups[0].with.rule", equalTo("writ:obligation"));

        step(fixture.reviewer, unmeetable, "activate").then().statusCode(200);
        String free = published(pay("allow(\"free\")"), "scope: [bank.pay]");
        step(fixture.author, free, "shadow").then().statusCode(200);
        agent.call("bank.pay", payment).then().statusCode(403).body("rule", equalTo("writ:obligation"));

        await().atMost(PATIENCE).until(() -> compared(free) == 1);
        flips(free)
                .then()
                .body("dropped", equalTo(0))
                .body("groups[0].without.rule", equalTo("writ:obligation"))
                .body("groups[0].with.effect", equalTo("allow"));
    }

    private String pay(String opinion) {
        return "rule \"" + name + "\" when ToolCall( tool == \"bank.pay\" ) then " + opinion + "; end\n";
    }

    @Test
    void showsWhichRulesDifferAsTheyAreEvaluated() {
        String first =
                published(rule(name, "deny(\"first\")") + rule(name + " two", "allow(\"same\")"), "scope: [bank.*]");
        String second = published(
                rule(name + " two", "allow( \"same\" )")
                        + rule(name + " three", "allow(\"new\")")
                        + rule(name, "deny(\"second\")"),
                "scope: [bank.*]");

        fixture.reviewer
                .get("/v1/policies/" + second + "/diff?against=" + first)
                .then()
                .statusCode(200)
                .body("rules.rule", contains(name, name + " three"))
                .body("rules[0].before", containsString("deny(\"first\")"))
                .body("rules[0].after", containsString("deny(\"second\")"))
                .body("rules[1].before", equalTo(null));
        fixture.reviewer.get("/v1/policies/" + second + "/diff").then().statusCode(400);
    }

    @Test
    void aCanaryThatAllowsMoreThanTheRestIsRolledBackByItself() {
        activated("deny(\"strict\")");
        String loose = published(rule(name, "allow(\"loose\")"), "scope: [bank.balance]");
        step(fixture.reviewer, loose, "canary", Map.of("percent", 50)).then().statusCode(200);
        Client busy = fixture.agent(persons());

        for (String person : persons()) {
            look(busy, person);
        }

        await().atMost(PATIENCE)
                .until(() -> fixture.entries("kind=CANARY_ROLLED_BACK&bundle=" + loose)
                                .size()
                        == 1);
        for (String person : persons()) {
            look(busy, person).then().statusCode(403);
        }
        fixture.auditor
                .get("/v1/policies/" + loose)
                .then()
                .body("state", equalTo("inactive"))
                .body("life.step", contains("BUNDLE_PUBLISHED", "BUNDLE_CANARY", "CANARY_ROLLED_BACK"))
                .body("life.actor", hasItem("writ"));
    }

    @Test
    void aCanaryThatDeniesMoreThanTheRestWaitsForAPerson() {
        String strict = published(rule(name, "deny(\"strict\")"), "scope: [bank.balance]");
        step(fixture.reviewer, strict, "canary", Map.of("percent", 50)).then().statusCode(200);
        Client busy = fixture.agent(persons());

        for (String person : persons()) {
            look(busy, person);
        }

        await().atMost(PATIENCE)
                .until(() ->
                        fixture.entries("kind=CANARY_ALARM&bundle=" + strict).size() == 1);
        fixture.auditor
                .get("/v1/policies/" + strict)
                .then()
                .body("state", equalTo("canary"))
                .body("canary.alarmed", equalTo(true));
        assertThat(fixture.entries("kind=CANARY_ROLLED_BACK&bundle=" + strict)).isEmpty();
    }

    private static String[] persons() {
        return IntStream.range(0, 40).mapToObj(i -> "p" + i).toArray(String[]::new);
    }

    private Response flips(String digest) {
        return fixture.reviewer.get("/v1/policies/" + digest + "/flips");
    }

    private int compared(String digest) {
        return flips(digest).then().statusCode(200).extract().path("compared");
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
