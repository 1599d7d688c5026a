package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WritTest
class PolicyApiTest {

    private static final String DENY_BALANCE = """
            rule "nobody may look"
            when
                ToolCall( tool == "bank.balance" )
            then
                deny("closed today");
            end
            """;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final String before = active();

    @AfterEach
    void restore() {
        activate(fixture.reviewer, before).then().statusCode(200);
    }

    @Test
    void decidesWithTheBundleThatWasActivatedLast() {
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
        String digest = published(DENY_BALANCE);
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);

        int index = activate(fixture.reviewer, digest)
                .then()
                .statusCode(200)
                .extract()
                .path("index");

        agent.call("bank.balance", Map.of("id", "1"))
                .then()
                .statusCode(403)
                .body("rule", equalTo("nobody may look"))
                .body("reason", equalTo("closed today"));
        LogEntry entry = fixture.entries("kind=BUNDLE_ACTIVATED&limit=1").get(0);
        assertThat(entry.index()).isEqualTo(index);
        assertThat(entry.column("bundle")).isEqualTo(digest);
        fixture.ready().body("checks.find { it.name == 'active policy' }.data.digest", containsString(digest));
    }

    @Test
    void aWorkbookIsCarriedInBase64() {
        Map<String, String> files = new HashMap<>(files(version(), DENY_BALANCE));
        files.put("limits.xlsx", "RuleTable limits");
        publish(files)
                .then()
                .statusCode(422)
                .body("problems[0].file", equalTo("limits.xlsx"))
                .body("problems[0].message", containsString("base64"));

        // The end of an archive with nothing in it.
        files.put("limits.xlsx", "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==");
        publish(files)
                .then()
                .statusCode(422)
                .body("problems[0].file", equalTo("limits.xlsx"))
                .body("problems[0].message", containsString("'_rels/.rels' in it is missing"));
    }

    @Test
    void decidesByTheRowsOfATable() {
        Map<String, String> files = new HashMap<>(files(version(), DENY_BALANCE.replace("deny", "allow")));
        files.put("closed.csv", """
                RuleTable closed
                NAME,CONDITION,ACTION
                ,"ToolCall( tool == ""bank.balance"" )",
                ,"text(""id"") in (""$1"")","deny(""$1"")"
                Name,Account,Reason
                one,"1, 2",closed today
                """);
        String digest = publish(files).then().statusCode(201).extract().path("digest");

        activate(fixture.reviewer, digest).then().statusCode(200);

        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(403).body("rule", equalTo("closed: one"));
    }

    @Test
    void publishesTheSameBundleOnce() {
        Map<String, String> files = files(version(), DENY_BALANCE);
        String digest = publish(files).then().statusCode(201).extract().path("digest");

        publish(files).then().statusCode(200).body("digest", equalTo(digest)).body("name", equalTo("bank"));
    }

    @Test
    void refusesAVersionThatIsAnotherBundleAlready() {
        String version = version();
        publish(files(version, DENY_BALANCE)).then().statusCode(201);

        publish(files(version, DENY_BALANCE.replace("today", "now")))
                .then()
                .statusCode(409)
                .body("detail", containsString("new version"));
    }

    @ParameterizedTest
    @CsvSource({
        "bank.balance, bank.steal, 3, there is no tool 'bank.steal'",
        "ToolCall(, ToolCall, 3, ",
        "deny, Runtime.getRuntime().exec, 5, ",
        "tool ==, eval(true) && tool ==, 3, "
    })
    void namesFileLineAndColumnOfWhatItCannotUse(String good, String bad, int line, String message) {
        publish(files(version(), DENY_BALANCE.replace(good, bad)))
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("problems[0].file", equalTo("rules.drl"))
                .body("problems[0].line", equalTo(line))
                .body("problems[0].column", notNullValue())
                .body("problems[0].message", containsString(message == null ? "" : message));
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
    }

    @Test
    void refusesABundleWhoseOwnCaseFails() {
        Map<String, String> files = new HashMap<>(files(version(), DENY_BALANCE));
        files.put("cases/look.yaml", """
                - name: anyone looks
                  call: { tool: bank.balance, arguments: { id: a } }
                  principal: { agent: bot }
                  expect: allow
                """);

        publish(files)
                .then()
                .statusCode(422)
                .body("problems[0].file", equalTo("cases/look.yaml"))
                .body("problems[0].message", containsString("the case 'anyone looks' fails: expected allow"));
    }

    @Test
    void refusesFilesThatAreNoBundle() {
        publish(Map.of("rules.drl", DENY_BALANCE))
                .then()
                .statusCode(422)
                .body("problems[0].file", equalTo("bundle.yaml"));
        publish(Map.of()).then().statusCode(400);
        fixture.author.post("/v1/policies", Map.of()).then().statusCode(400);
    }

    @Test
    void nobodyActivatesWhatTheyPublished() {
        Client both = fixture.admin.issue("bert-" + UUID.randomUUID(), List.of("author"), List.of());
        Client same = fixture.admin.issue(both.name(), List.of("reviewer"), List.of());
        String digest = both.post("/v1/policies", Map.of("files", files(version(), DENY_BALANCE)))
                .then()
                .statusCode(201)
                .extract()
                .path("digest");

        activate(same, digest).then().statusCode(403).body("detail", containsString("another reviewer"));

        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
    }

    @Test
    void onlyAuthorsPublishAndOnlyReviewersActivate() {
        Map<String, Object> body = Map.of("files", files(version(), DENY_BALANCE));
        fixture.reviewer.post("/v1/policies", body).then().statusCode(403);
        agent.post("/v1/policies", body).then().statusCode(403);
        String digest = published(DENY_BALANCE);

        activate(fixture.author, digest).then().statusCode(403);
        activate(fixture.operator, digest).then().statusCode(403);
        activate(agent, digest).then().statusCode(403);
    }

    @Test
    void activatesOnlyWhatWasPublished() {
        activate(fixture.reviewer, "sha256:" + "0".repeat(64)).then().statusCode(404);
        activate(fixture.reviewer, "latest").then().statusCode(404);
    }

    @Test
    void activatingTheActiveBundleChangesNothing() {
        int newest = fixture.entries("kind=BUNDLE_ACTIVATED&limit=1").get(0).index();

        activate(fixture.reviewer, before).then().statusCode(200);

        assertThat(fixture.entries("kind=BUNDLE_ACTIVATED&limit=1").get(0).index())
                .isEqualTo(newest);
    }

    @Test
    void listsBundlesNewestFirst() {
        String digest = published(DENY_BALANCE);

        fixture.auditor
                .get("/v1/policies?limit=1")
                .then()
                .statusCode(200)
                .body("items[0].digest", equalTo(digest))
                .body("items[0].state", equalTo("inactive"))
                .body("items[0].publishedBy", equalTo("arno"))
                .body("items[0]", not(hasKey("files")))
                .body("next", notNullValue());
        fixture.auditor
                .get("/v1/policies?limit=1000&cursor="
                        + fixture.auditor.get("/v1/policies?limit=1").path("next"))
                .then()
                .statusCode(200)
                .body("items.digest", hasItem(before))
                .body("items.digest", everyItem(not(equalTo(digest))));
        fixture.auditor.get("/v1/policies?cursor=x").then().statusCode(400);
    }

    @Test
    void showsReviewersTheFilesAndTheRulesAsTheyAreEvaluated() {
        String digest = published(DENY_BALANCE);

        fixture.reviewer
                .get("/v1/policies/" + digest)
                .then()
                .statusCode(200)
                .body("files.'rules.drl'", equalTo(DENY_BALANCE))
                .body("rules", containsString("nobody may look"))
                .body("ruleList[0].name", equalTo("nobody may look"))
                .body("ruleList[0].effect", equalTo("deny"))
                .body("ruleList[0].file", equalTo("rules.drl"))
                .body("ruleList[0].line", equalTo(1))
                .body("files.'cases/none.yaml'", nullValue());
        fixture.reviewer.get("/v1/policies/sha256:" + "0".repeat(64)).then().statusCode(404);
        agent.get("/v1/policies/" + digest).then().statusCode(403);
    }

    private String active() {
        return fixture.auditor
                .get("/v1/policies?limit=1000")
                .path("items.find { it.name == 'bank' && it.state == 'active' }.digest");
    }

    private String published(String rules) {
        return publish(files(version(), rules)).then().statusCode(201).extract().path("digest");
    }

    private Response publish(Map<String, String> files) {
        return fixture.author.post("/v1/policies", Map.of("files", files));
    }

    private static Response activate(Client client, String digest) {
        return client.post("/v1/policies/" + digest + "/activate", Map.of());
    }

    private static String version() {
        return UUID.randomUUID().toString();
    }

    private static Map<String, String> files(String version, String rules) {
        return Map.of(
                "bundle.yaml",
                "name: bank\nversion: " + version + "\ndescription: for tests\nowners: [tests]\nscope: [\"bank.*\"]\n",
                "rules.drl",
                rules);
    }
}
