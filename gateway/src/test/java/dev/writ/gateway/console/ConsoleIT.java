package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.mcp.McpClient;
import io.restassured.path.json.JsonPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The console of the packaged gateway, used with a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {

    private static final String ATTACK =
            "<img src=x onerror=alert(1)><script>alert(2)</script>\" onload=\"alert(3) {{7*7}} {7}";
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Upstream upstream = Upstream.start();
    private final List<String> complaints = new ArrayList<>();
    private GatewayProcess gateway;
    private Fixture fixture;
    private Client everybody;
    private Chromium chromium;

    @BeforeAll
    void start(@TempDir Path home) {
        Optional<Path> installed = Chromium.installed();
        assumeTrue(installed.isPresent(), "this machine has no Chromium, so nobody looks at the console");
        gateway = GatewayProcess.start(home);
        fixture = Fixture.of(gateway.url(), home);
        fixture.register(upstream);
        fixture.activate(Fixture.RULES);
        everybody = fixture.admin.issue(
                "vera",
                Map.of(
                        "roles",
                        List.of("approver", "auditor", "operator", "author", "reviewer", "admin"),
                        "groups",
                        List.of("finance")));
        chromium = Chromium.start(installed.get());
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            chromium.close();
            gateway.close();
        }
        upstream.close();
    }

    private Page page(BrowserContext context) {
        Page page = context.newPage();
        page.onDialog(dialog -> {
            complaints.add("a dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onPageError(error -> complaints.add("an error: " + error));
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                complaints.add(message.text());
            }
        });
        return page;
    }

    private Page signedIn(BrowserContext context, Client person) {
        Page page = page(context);
        Chromium.signIn(page, person);
        return page;
    }

    private String escalated(String note) {
        return fixture.agent()
                .call("bank.pay", Map.of("to", "acme", "amount", 150, "note", note), Map.of("purpose", ATTACK))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    @Test
    void whatAPersonApprovesReachesTheAgentThatWaits() throws Exception {
        Client agent = fixture.agent();
        fixture.awaitPolicyAndTool(agent, "bank.pay");
        Client fay = fixture.approver("fay", "finance");
        try (BrowserContext context = chromium.context(gateway.url(), 1440, ColorScheme.LIGHT)) {
            Page page = signedIn(context, fay);
            page.getByRole(
                            AriaRole.LINK,
                            new Page.GetByRoleOptions().setName("Approvals").setExact(true))
                    .click();
            assertThat(page.locator("nav [aria-current=page]").textContent()).isEqualTo("Approvals");
            page.getByLabel("Agent").fill(agent.name());
            button(page, "Show").click();
            page.getByText("Nothing waits").waitFor();

            CompletableFuture<JsonPath> waiting =
                    CompletableFuture.supplyAsync(() -> McpClient.answer(McpClient.modern(agent)
                            .call("bank__pay", Map.of("to", "acme", "amount", 150, "note", ATTACK + "\u202E"))));
            // It appears by itself.
            page.getByText("bank.pay").first().waitFor();
            page.keyboard().press("j");
            page.keyboard().press("Enter");
            page.waitForURL("**/console/approvals/*");
            assertThat(button(page, "Approve").count()).isZero();
            button(page, "Open the arguments").click();
            String arguments = page.locator("#arguments pre").first().textContent();
            assertThat(arguments)
                    .contains("<img src=x onerror=alert(1)><script>")
                    .contains("U+202E");
            page.getByLabel("Reason", new Page.GetByLabelOptions().setExact(true))
                    .fill("ordered " + ATTACK);
            button(page, "Approve").click();
            page.getByText("It ended as approved").waitFor();

            JsonPath result = waiting.get(2, TimeUnit.MINUTES);
            assertThat(result.getString("result.content[0].text")).contains("\"status\":\"done\"");
            assertThat(page.locator("main img, main script").count()).isZero();
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void whoSendsAFormFromElsewhereDoesNothing() {
        try (BrowserContext context = chromium.context(gateway.url(), 1440, ColorScheme.LIGHT)) {
            Page page = signedIn(context, everybody);
            assertThat(page.evaluate("() => fetch('/console/sign-out', {method: 'POST', headers: {'Content-Type':"
                            + " 'application/x-www-form-urlencoded'}, body: ''}).then(answer => answer.status)"))
                    .isEqualTo(403);
            Page other = context.newPage();
            other.navigate("data:text/html,<form method=post action='" + gateway.url()
                    + "/console/sign-out'><button>Win a prize</button></form>");
            other.getByText("Win a prize").click();
            other.getByText("another site").waitFor();
            page.navigate("/console");
            assertThat(page.locator("h1").textContent()).isEqualTo("Overview");
        }
    }

    @Test
    void everyPageIsForEverybodyAtEveryWidthAndInBothThemes() {
        String call = escalated(ATTACK + " \u0440ay\u0440al \u200B" + "long".repeat(150));
        String refused = escalated("to be refused");
        everybody.refuse(refused, ATTACK).then().statusCode(200);
        List<String> findings = new ArrayList<>();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(390, 1440)) {
                try (BrowserContext context = chromium.context(gateway.url(), width, scheme)) {
                    Page page = page(context);
                    page.navigate("/console/sign-in");
                    look(page, "sign-in", width, scheme, findings);
                    Chromium.signIn(page, everybody);
                    look(page, "overview", width, scheme, findings);
                    for (Map.Entry<String, String> at :
                            pages(page, call, refused).entrySet()) {
                        page.navigate(at.getValue());
                        look(page, at.getKey(), width, scheme, findings);
                    }
                    page.navigate("/console/approvals/" + call);
                    Locator open = button(page, "Open the arguments");
                    // Whoever has opened them once, in whichever browser, has.
                    if (open.count() > 0) {
                        open.click();
                    }
                    look(page, "approval-opened", width, scheme, findings);
                }
            }
        }
        assertThat(findings).isEmpty();
        assertThat(complaints).isEmpty();
    }

    /** Where else to look: every section of the navigation, and what is not in it. */
    private static Map<String, String> pages(Page page, String call, String refused) {
        Map<String, String> pages = new TreeMap<>();
        page.locator("nav a").all().forEach(link -> {
            String path = link.getAttribute("href");
            pages.put("section" + path.replace('/', '-'), path);
        });
        pages.put("approval", "/console/approvals/" + call);
        pages.put("approval-refused", "/console/approvals/" + refused);
        pages.put("approvals-none", "/console/approvals?state=expired");
        pages.put("problem", "/console/nowhere");
        return pages;
    }

    private static void look(Page page, String name, int width, ColorScheme scheme, List<String> findings) {
        String where = name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(where + ".png"))
                .setFullPage(true));
        if (page.title().startsWith("Internal error")) {
            findings.add(where + " is an error of the gateway");
        }
        if (!page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
                .equals(true)) {
            findings.add(where + " is wider than the window");
        }
        if (width > 390) {
            Chromium.barriers(page).forEach(barrier -> findings.add(where + ": " + barrier));
        }
    }
}
