package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.McpUpstream;
import dev.writ.gateway.ModelServer;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.mcp.McpClient;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console of the packaged gateway, used with a real browser: all of its pages, and what only a browser and a network show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

    private static final List<String> SETTINGS = List.of(
            "-Dwrit.console.url=http://127.0.0.1:${quarkus.http.port}",
            "-Dwrit.passkey.rp-id=localhost",
            "-Dwrit.passkey.origins=http://localhost:${quarkus.http.port}",
            "-Dwrit.approval.break-glass-groups=glass-breakers",
            "-Dwrit.notifications.attempts=1",
            "-Dwrit.notifications.retry-after=200ms",
            "-Dwrit.policy.shadow.every=200ms");

    private static final String AUTHENTICATOR = """
            {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
             "isUserVerified": true}}
            """;

    private final Upstream bank = Upstream.start();
    private final McpUpstream notes = McpUpstream.start(
            McpUpstream.tool("write", "Writes a note"), McpUpstream.tool("send", "Sends a note to a colleague"));
    private ModelServer model;
    private GatewayProcess gateway;
    private Fixture fixture;
    private Client everybody;
    private Chromium chromium;
    private Map<String, String> places = Map.of();

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        chromium = Chromium.start();
        model = ModelServer.start(Files.createDirectory(home.resolve("model")));
        gateway = GatewayProcess.start(home, settings(model.properties()));
        fixture = Fixture.of(gateway.url(), home);
        everybody = fixture.admin.issue(
                "vera",
                Map.of(
                        "roles",
                        List.of("approver", "auditor", "operator", "author", "reviewer", "admin"),
                        "groups",
                        List.of("finance", "glass-breakers")));
    }

    private static String[] settings(Map<String, String> further) {
        return Stream.concat(
                        SETTINGS.stream(),
                        further.entrySet().stream().map(one -> "-D" + one.getKey() + "=" + one.getValue()))
                .toArray(String[]::new);
    }

    @AfterAll
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
        if (gateway != null) {
            gateway.close();
            model.close();
        }
        bank.close();
        notes.close();
    }

    /** Something for the pages to show, once for all tests. */
    private Map<String, String> places() {
        if (places.isEmpty()) {
            places = Scene.set(fixture, everybody, bank, notes);
        }
        return places;
    }

    private Visitor visitor(Client person) {
        return Visitor.signedIn(chromium, person);
    }

    @Test
    @Order(1)
    void pagesWithNothingToShowAreForEverybodyAtEveryWidthAndInBothThemes() {
        assertThat(places).isEmpty();
        try (Visitor nobody = Visitor.at(chromium, gateway.url())) {
            Inspection inspection = new Inspection(nobody.page());
            inspection.open("sign-in", "/console/sign-in");
            assertThat(inspection.findings()).isEmpty();
        }
        try (Visitor vera = visitor(everybody)) {
            Inspection inspection = new Inspection(vera.page());
            Inspection.routes().stream()
                    .filter(route -> !route.contains("{") && !route.equals("/console/sign-in"))
                    .forEach(route -> inspection.open("empty" + route.replace('/', '-'), route));
            inspection.open("empty-approvals-expired", "/console/approvals?state=expired");
            inspection.open("empty-decisions-search", "/console/decisions?agent=nobody");
            inspection.open("problem-nowhere", "/console/nowhere", 404);
            inspection.open("problem-no-decision", "/console/decisions/01a203a4-9e1e-73e7-bdf7-25eb11089670", 404);
            assertThat(inspection.findings()).isEmpty();
        }
        try (Visitor author = visitor(fixture.author)) {
            Inspection inspection = new Inspection(author.page());
            inspection.open("problem-forbidden", "/console/log", 403);
            assertThat(inspection.findings()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void everyPageIsForEverybodyAtEveryWidthAndInBothThemes() {
        Map<String, String> known = places();
        try (Visitor vera = visitor(everybody)) {
            Inspection inspection = new Inspection(vera.page());
            Inspection.routes().stream()
                    .filter(route -> !route.contains("{") && !route.equals("/console/sign-in"))
                    .forEach(route -> inspection.open("page" + route.replace('/', '-'), route));
            vera.open("/console/decisions?agent=invoice-agent")
                    .field("Name of the view")
                    .fill("Invoices");
            vera.button("Save").click();
            vera.text("Saved views").waitFor();
            known.forEach(inspection::open);
            vera.open("/console/policies/editor").button("Check").click();
            vera.text("It cannot be published as it is").waitFor();
            inspection.look("editor-checked", ColorScheme.LIGHT);
            assertThat(inspection.missed())
                    .as("pages that nobody looks at; Scene names one of each")
                    .allMatch(route -> route.startsWith("/console/sign-in"));
            assertThat(inspection.findings()).isEmpty();
        }
    }

    @Test
    void whatAPersonApprovesReachesTheAgentThatWaits() throws Exception {
        places();
        Client agent = fixture.agent();
        fixture.awaitPolicyAndTool(agent, "bank.pay");
        try (Visitor fay = visitor(fixture.approver("fiona", "finance"))) {
            fay.link("Approvals").click();
            assertThat(fay.page().locator("nav [aria-current=page]").textContent())
                    .isEqualTo("Approvals");
            fay.page().getByLabel("Agent").fill(agent.name());
            fay.button("Show").click();
            fay.text("Nothing waits").waitFor();

            CompletableFuture<JsonPath> waiting =
                    CompletableFuture.supplyAsync(() -> McpClient.answer(McpClient.modern(agent)
                            .call("bank__pay", Map.of("to", "acme", "amount", 150, "note", Scene.ATTACK + "\u202E"))));
            // It appears by itself.
            fay.text("bank.pay").waitFor();
            fay.page().keyboard().press("j");
            fay.page().keyboard().press("Enter");
            fay.page().waitForURL("**/console/approvals/*");
            assertThat(fay.button("Approve").count()).isZero();
            fay.button("Open the arguments").click();
            String arguments = fay.page().locator("#arguments pre").first().textContent();
            assertThat(arguments)
                    .contains("<img src=x onerror=alert(1)><script>")
                    .contains("U+202E");
            fay.field("Reason").fill("ordered " + Scene.ATTACK);
            fay.button("Approve").click();
            fay.text("It ended as approved").waitFor();

            JsonPath result = waiting.get(2, TimeUnit.MINUTES);
            assertThat(result.getString("result.content[0].text")).contains("\"status\":\"done\"");
            assertThat(fay.page().locator("main img, main script").count()).isZero();
        }
    }

    @Test
    void whoSendsAFormFromElsewhereDoesNothing() {
        try (Visitor vera = visitor(everybody)) {
            Page page = vera.page();
            assertThat(page.evaluate("() => fetch('/console/sign-out', {method: 'POST', headers: {'Content-Type':"
                            + " 'application/x-www-form-urlencoded'}, body: ''}).then(answer => answer.status)"))
                    .isEqualTo(403);
            Page other = page.context().newPage();
            other.navigate("data:text/html,<form method=post action='" + gateway.url()
                    + "/console/sign-out'><button>Win a prize</button></form>");
            other.getByText("Win a prize").click();
            other.getByText("another site").waitFor();
            page.navigate("/console");
            assertThat(page.locator("h1").textContent()).isEqualTo("Overview");
        }
    }

    /** Only on pages of {@code localhost} a browser makes passkeys without TLS. */
    private Client atLocalhost(Client person) {
        return person.at(gateway.url().replace("127.0.0.1", "localhost"));
    }

    @Test
    void aPasskeyIsRegisteredConfirmedAndSignsAnApproval() {
        fixture.register("safe", bank.url());
        fixture.activate("safe", """
                rule "signed payments"
                when ToolCall( tool == "safe.pay" )
                then escalate("somebody signs").to("finance").within("4h").signed(); end
                """);
        Client agent = fixture.agent();
        fixture.awaitPolicyAndTool(agent, "safe.pay");
        String call = agent.call("safe.pay", Map.of("to", "acme", "amount", 150, "note", "n"))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        Client sam = fixture.approver("sam", "finance");
        try (Visitor signer = visitor(atLocalhost(sam));
                Visitor reviewer = visitor(fixture.reviewer)) {
            CDPSession browser = signer.page().context().newCDPSession(signer.page());
            browser.send("WebAuthn.enable");
            browser.send("WebAuthn.addVirtualAuthenticator", new Gson().fromJson(AUTHENTICATOR, JsonObject.class));
            signer.open("/console/passkeys").field("Its name, for you").fill("Sam's laptop");
            signer.button("Register a passkey").click();
            signer.text("not yet: tell its id").waitFor();
            assertThat(signer.main().textContent()).contains("Sam's laptop").contains("unconfirmed");

            signer.open("/console/approvals/" + call)
                    .button("Open the arguments")
                    .click();
            signer.text("you have no passkey that counts").waitFor();
            assertThat(signer.button("Approve").count()).isZero();

            reviewer.open("/console/passkeys")
                    .page()
                    .locator("tr", new Page.LocatorOptions().setHasText("Sam's laptop"))
                    .getByText("I have asked: it is theirs")
                    .click();
            reviewer.page().locator("tr:has-text(\"Sam's laptop\") .badge.good").waitFor();

            signer.open("/console/approvals/" + call).field("Reason").fill("checked");
            signer.button("Approve").click();
            signer.text("It ended as approved").waitFor();
        }
        assertThat(agent.ended(call).statusCode()).isEqualTo(200);
        assertThat(fixture.auditor.get("/v1/approvals/" + call).<String>path("grants[0].passkey"))
                .isNotEmpty();
    }
}
