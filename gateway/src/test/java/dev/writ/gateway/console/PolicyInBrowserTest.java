package dev.writ.gateway.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The life of a bundle in a real browser: written in the editor, tried, let take its steps by other people, and rolled back. */
@WritTest
class PolicyInBrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Chromium chromium;

    private final Fixture gateway = Bank.shared().fixture();
    private final String name = "browsed-" + UUID.randomUUID();
    private final List<String> published = new ArrayList<>();

    @BeforeAll
    static void launch() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void close() {
        Optional.ofNullable(chromium).ifPresent(Chromium::close);
    }

    @AfterEach
    void end() {
        // Whichever of them decides; the others say that they do not.
        published.forEach(digest -> gateway.reviewer.post("/v1/policies/" + digest + "/deactivate", Map.of()));
    }

    private String about(String version) {
        return "name: " + name + "\nversion: " + version
                + "\ndescription: for tests\nowners: [tests]\ngroups: [finance]\nscope: [\"bank.*\"]\n";
    }

    private String rules(String reason) {
        return """
                rule "%1$s look"
                when
                    ToolCall( tool == "bank.balance", text("id") == "%1$s" )
                then
                    deny("%2$s");
                end
                """.formatted(name, reason);
    }

    private String cases() {
        return """
                - name: it is closed
                  call: { tool: bank.balance, arguments: { id: %s } }
                  principal: { agent: somebody }
                  expect: deny
                """.formatted(name);
    }

    /** Types into the editor of that file, over what is in it. */
    private static void write(Page page, String file, String text) {
        page.locator("fieldset:has(textarea[data-editor='" + file + "']) .ace_content")
                .click();
        page.keyboard().press("Control+A");
        page.keyboard().insertText(text);
    }

    /** What the editor's page says of what was typed. */
    private static Locator said(Visitor visitor) {
        return visitor.page().locator("#said");
    }

    private String publish(Visitor author) {
        author.button("Publish").click();
        author.page().waitForURL("**/console/policies/sha256:*");
        String url = author.page().url();
        String digest = url.substring(url.lastIndexOf('/') + 1);
        published.add(digest);
        return digest;
    }

    private static Locator state(Visitor visitor) {
        return visitor.page().locator("section:has(#about) .badge").first();
    }

    private static void step(Visitor visitor, String digest, String step, String state) {
        visitor.open("/console/policies/" + digest).button(step).click();
        assertThat(state(visitor)).hasText(state);
    }

    @Test
    void isWrittenTriedShadowedReplayedActivatedAndRolledBack() {
        Client agent = gateway.agent();
        Map<String, String> account = Map.of("id", name);
        try (Visitor author = Visitor.signedIn(chromium, gateway.author);
                Visitor reviewer = Visitor.signedIn(chromium, gateway.reviewer)) {
            author.link("Policies").click();
            author.link("Write a bundle").click();
            write(author.page(), "bundle.yaml", about("1"));
            write(author.page(), "cases/rules.yaml", cases());
            write(author.page(), "rules.drl", rules("closed").replace("== \"bank.balance\"", "=="));
            author.button("Check").click();
            assertThat(said(author)).containsText("It cannot be published as it is");
            write(author.page(), "rules.drl", rules("closed"));
            author.button("Check").click();
            assertThat(said(author)).containsText("all of its 1 cases come out as written");
            author.field("Tool").fill("bank.balance");
            author.page().locator("textarea[name=arguments]").fill("{\"id\": \"" + name + "\"}");
            author.button("Try").click();
            assertThat(said(author).locator(".badge").first()).hasText("deny");
            String first = publish(author);
            assertThat(author.button("Activate")).hasCount(0);

            step(author, first, "Run in the shadow", "shadow");
            agent.call("bank.balance", account).then().statusCode(200);
            await().pollInSameThread().atMost(PATIENCE).until(() -> {
                author.page().reload();
                return author.page()
                        .locator("section:has(#flips)")
                        .textContent()
                        .contains(name + " look");
            });
            author.button("Replay").click();
            assertThat(author.page().locator("#run")).containsText(name + " look");
            assertThat(author.page().locator("#run")).containsText("becomes");

            reviewer.link("Policies").click();
            reviewer.page()
                    .locator("section", new Page.LocatorOptions().setHasText(name))
                    .getByRole(AriaRole.LINK)
                    .first()
                    .click();
            assertThat(reviewer.page().locator("h1")).hasText(name + " 1");
            step(reviewer, first, "Activate", "active");
            agent.call("bank.balance", account).then().statusCode(403).body("rule", equalTo(name + " look"));

            author.open("/console/policies/" + first)
                    .link("Write the next version")
                    .click();
            write(author.page(), "bundle.yaml", about("2"));
            write(author.page(), "rules.drl", rules("closed for good"));
            String second = publish(author);
            step(reviewer, second, "Activate", "active");
            reviewer.page().getByLabel("From version").selectOption(first);
            reviewer.button("Compare").click();
            assertThat(reviewer.page().locator(".added")).containsText("closed for good");
            reviewer.link("Policies").click();
            reviewer.button("Roll back " + name).click();
            reviewer.page().waitForURL("**/console/policies");
            assertThat(state(reviewer.open("/console/policies/" + first))).hasText("active");
            assertThat(state(reviewer.open("/console/policies/" + second))).hasText("inactive");
        }
        agent.call("bank.balance", account).then().statusCode(403).body("reason", equalTo("closed"));
    }

    @Test
    void whoPublishedItIsToldWhyTheyCannotActivateIt() {
        Client both = gateway.admin.issue("both-" + UUID.randomUUID(), List.of("author", "reviewer"), List.of());
        String digest = both.post(
                        "/v1/policies",
                        Map.of("files", Map.of("bundle.yaml", about("1"), "rules.drl", rules("closed"))))
                .then()
                .statusCode(201)
                .extract()
                .path("digest");
        published.add(digest);
        try (Visitor visitor = Visitor.signedIn(chromium, both)) {
            visitor.open("/console/policies/" + digest).button("Activate").click();

            assertThat(visitor.page().getByRole(AriaRole.ALERT)).containsText("does not activate it");
            assertThat(state(visitor.open("/console/policies/" + digest))).hasText("inactive");
        }
        assertThat(gateway.entries("kind=BUNDLE_ACTIVATED&bundle=" + digest)).isEmpty();
    }
}
