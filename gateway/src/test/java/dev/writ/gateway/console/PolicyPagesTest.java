package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bundles in the console: written, looked at, tried, and let take their steps. */
@WritTest
class PolicyPagesTest {

    private static final String RULES = """
            rule "%1$s look" when ToolCall( tool == "bank.balance", text("id") == "%1$s" ) then deny("closed"); end
            """;

    private final String name = "pages-" + UUID.randomUUID();

    private Fixture gateway;
    private Browser author;
    private Browser reviewer;

    @BeforeEach
    void people() {
        gateway = Bank.shared().fixture();
        author = Browser.of(gateway.author);
        reviewer = Browser.of(gateway.reviewer);
    }

    private Map<String, Object> form(String what, String version, String rules) {
        return form(what, version, rules, Map.of());
    }

    private Map<String, Object> form(String what, String version, String rules, Map<String, ?> more) {
        Map<String, Object> form = new HashMap<>(more);
        form.put("do", what);
        form.put("path", List.of("bundle.yaml", "rules.drl"));
        form.put(
                "text",
                List.of(
                        "name: " + name + "\nversion: " + version
                                + "\ndescription: for tests\nowners: [tests]\ngroups: [finance]\nscope: [\"bank.*\"]\n",
                        rules));
        return form;
    }

    private Response edit(Map<String, Object> form) {
        return author.post("/console/policies/editor", form);
    }

    /** Where the version is that was published. */
    private String published(String version, String rules) {
        return edit(form("publish", version, rules))
                .then()
                .statusCode(303)
                .header("Location", containsString("/console/policies/sha256:"))
                .extract()
                .header("Location")
                .replaceFirst("https?://[^/]+", "");
    }

    @Test
    void goesThroughItsLife() {
        String first = published("1", RULES.formatted(name));
        assertThat(author.page(first)).contains("Run in the shadow").doesNotContain("Activate");

        author.post(first + "/shadow", Map.of()).then().statusCode(303);
        assertThat(reviewer.page(first))
                .contains("What it would decide otherwise")
                .contains("End the shadow");
        reviewer.post(first + "/approve", Map.of()).then().statusCode(303);
        reviewer.post(first + "/canary", Map.of("percent", "10")).then().statusCode(303);
        assertThat(reviewer.page(first)).contains("canary 10 %");
        reviewer.post(first + "/activate", Map.of()).then().statusCode(303);
        String second = published("2", RULES.formatted(name) + "// more\n" + RULES.formatted(name + " again"));
        reviewer.post(second + "/activate", Map.of()).then().statusCode(303);
        assertThat(reviewer.page(first)).contains("BUNDLE_ACTIVATED");
        reviewer.post("/console/policies/names/" + name + "/roll-back", Map.of())
                .then()
                .statusCode(303);

        assertThat(reviewer.page(first)).contains(">active").contains("BUNDLE_ROLLED_BACK");
        reviewer.post(first + "/deactivate", Map.of()).then().statusCode(303);
        assertThat(reviewer.page("/console/policies")).contains(name).contains("inactive");
    }

    @Test
    void showsWhatDiffersLineByLine() {
        String first = published("1", RULES.formatted(name));
        String second = published("2", RULES.formatted(name).replace("closed", "closed today"));
        String digest = first.substring(first.lastIndexOf('/') + 1);

        assertThat(author.page(second + "?against=" + digest))
                .contains("class=\"removed\">- ")
                .contains("closed today");
    }

    @Test
    void whoPublishedItCannotLetItDecide() {
        String version = published("1", RULES.formatted(name));

        author.post(version + "/activate", Map.of()).then().statusCode(403);
        Browser both = Browser.of(gateway.admin.issue(gateway.author.name(), List.of("reviewer"), List.of()));
        both.post(version + "/activate", Map.of()).then().statusCode(403).body(containsString("does not activate it"));
        assertThat(gateway.entries("kind=BUNDLE_ACTIVATED&limit=50").toString())
                .doesNotContain(version.substring(version.lastIndexOf('/') + 1));
    }

    @Test
    void theEditorSaysWhereARuleIsWrong() {
        edit(form("check", "1", "rule \"x\" when ToolCall( tool == ) then allow(\"so\"); end"))
                .then()
                .statusCode(200)
                .body(containsString("It cannot be published as it is"))
                .body(containsString("rules.drl</bdi>:1:"))
                .body(containsString("E001"));
        edit(form("publish", "1", "rule \"x\" when ToolCall( tool == ) then allow(\"so\"); end"))
                .then()
                .statusCode(422)
                .body(containsString("rules.drl:1: "));
    }

    @Test
    void theEditorTriesACall() {
        Map<String, String> call = Map.of("tool", "bank.balance", "arguments", "{\"id\": \"" + name + "\"}");

        edit(form("try", "1", RULES.formatted(name), call))
                .then()
                .statusCode(200)
                .body(containsString(">deny</span>"))
                .body(containsString(name + " look"));
        edit(form("try", "1", RULES.formatted(name), Map.of("tool", "bank.balance", "arguments", "{")))
                .then()
                .statusCode(200)
                .body(containsString("is no JSON"))
                .body(containsString("Nothing was tried"));
    }

    @Test
    void theEditorKeepsWhatWasTyped() {
        edit(form("add", "1", "</textarea><script>alert(1)</script>"))
                .then()
                .statusCode(200)
                .body(containsString("more-1.drl"))
                .body(containsString("&lt;/textarea&gt;&lt;script&gt;alert(1)"))
                .body(not(containsString("<script>alert")));
    }

    @Test
    void completesToolsArgumentsAndTheLanguage() {
        author.get("/console/policies/editor/words")
                .then()
                .statusCode(200)
                .body(containsString("\"bank.pay\""))
                .body(containsString("\"amount\""))
                .body(containsString("\"extractedNumber\""));
    }

    @Test
    void replaysTheLastWeek() {
        gateway.agent().call("bank.balance", Map.of("id", name)).then().statusCode(200);
        String version = published("1", RULES.formatted(name));

        String run = author.post("/console/replays", Map.of("digest", version.substring(version.lastIndexOf('/') + 1)))
                .then()
                .statusCode(303)
                .extract()
                .header("Location")
                .replaceFirst("https?://[^/]+", "");

        String done = await().atMost(Duration.ofSeconds(90))
                .until(() -> author.page(run), page -> !page.contains("every 1s"));
        assertThat(done).contains(">done").contains("becomes").contains(name + " look");
    }

    @Test
    void whoMayNotWriteIsNotOfferedTo() {
        Browser auditor = Browser.of(gateway.auditor);
        assertThat(auditor.page("/console/policies")).doesNotContain("Write a bundle");
        auditor.get("/console/policies/editor").then().statusCode(403);
        auditor.post("/console/policies/names/" + name + "/roll-back", Map.of())
                .then()
                .statusCode(403);
    }
}
