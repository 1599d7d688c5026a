package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The pages of envelopes, of one agent and of an export in a real browser, at two widths and in both themes. */
@WritTest
class EnvelopesInBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Fixture fixture = Bank.shared().fixture();
    private final String bank = "seen" + UUID.randomUUID().toString().substring(0, 8);
    private final Client agent = fixture.agent();
    private final Client fay = fixture.admin.issue(
            "fay-" + bank, Map.of("roles", List.of("approver", "auditor"), "groups", List.of("finance")));
    private final List<String> complaints = new ArrayList<>();

    private String waiting(int amount) {
        return agent.call(bank + ".pay", Map.of("to", "acme", "amount", amount, "note", "invoice 4711"))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private String envelope() {
        String call = waiting(200);
        return fay.post(
                        "/v1/approvals/" + call + "/envelope",
                        Map.of(
                                "bounds",
                                List.of(
                                        Map.of("path", "/amount", "from", 1, "to", 500),
                                        Map.of("path", "/to", "oneOf", List.of("acme", "globex"))),
                                "uses",
                                3,
                                "until",
                                Instant.now().plus(Duration.ofDays(1)).toString(),
                                "reason",
                                "they pay this one every week"))
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private String opened() {
        String page = "/console/approvals/" + waiting(600);
        Browser.of(fay).post(page + "/view", Map.of()).then().statusCode(303);
        return page + "/envelope";
    }

    private List<String> pages() {
        String envelope = envelope();
        agent.request()
                .header("Writ-Agent-Release", "2.3.1")
                .body(Map.of(
                        "tool",
                        bank + ".pay",
                        "arguments",
                        Map.of("to", "globex", "amount", 90, "note", "invoice 4711")))
                .post("/v1/tool-calls")
                .then()
                .statusCode(200);
        int export = fay.post("/v1/audit/downloads", Map.of("format", "csv", "from", 0, "to", 5))
                .then()
                .statusCode(201)
                .extract()
                .path("index");
        return List.of(
                "/console/envelopes",
                "/console/envelopes/" + envelope,
                opened(),
                "/console/agents/named/" + agent.name(),
                "/console/log/exports/" + export,
                "/console/log");
    }

    @Test
    void everybodyCanUseThem() {
        try (Chromium chromium = Chromium.start()) {
            use(chromium);
        }
        assertThat(complaints).isEmpty();
    }

    private void use(Chromium chromium) {
        fixture.register(bank, Bank.shared().upstream().url());
        String policy = fixture.activate(bank, """
                rule "one looks"
                when ToolCall( tool == "NAME.pay" )
                then escalate("one looks").to("finance").within("4h").envelope(20, "7d", "irreversible"); end
                rule "five a day"
                when
                    ToolCall( tool == "NAME.pay" )
                    accumulate( Past( tool == "NAME.pay", verdict == "allow" ) over window:time(1d); $calls : count(); $calls >= 5 )
                then deny("five a day"); end
                """.replace("NAME", bank));
        fixture.awaitPolicyAndTool(agent, bank + ".pay");
        try {
            List<String> pages = pages();
            for (int width : List.of(390, 1440)) {
                for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    look(chromium, pages, width, scheme);
                }
            }
        } finally {
            fixture.deactivate(policy);
        }
    }

    private void look(Chromium chromium, List<String> pages, int width, ColorScheme scheme) {
        try (BrowserContext context = chromium.context(fay.baseUrl(), width, scheme)) {
            Page page = context.newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            Chromium.signIn(page, fay);
            for (int i = 0; i < pages.size(); i++) {
                page.navigate(pages.get(i));
                String name = "pages-" + i + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
                page.screenshot(
                        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
                assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                        .describedAs("%s fits its width", name)
                        .isEqualTo(true);
                assertThat(Chromium.barriers(page)).describedAs(name).isEmpty();
            }
        }
    }
}
