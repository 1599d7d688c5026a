package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.audit.Authenticator;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Answering a call in a real browser; what stands in for the authenticator signs as one does. */
@WritTest
class SignedAnswerInBrowserTest {

    /** The page is not of an address that passkeys may be for, so the browser itself would not sign. */
    private static final String AUTHENTICATOR = """
            navigator.credentials.get = async ({ publicKey }) => {
              const challenge = btoa(String.fromCharCode(...new Uint8Array(publicKey.challenge)));
              const plain = challenge.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
              const answer = JSON.parse(await window.authenticate(plain));
              return { toJSON: () => answer };
            };
            """;

    private final Fixture gateway = Bank.shared().fixture();
    private final Authenticator authenticator = Authenticator.es256();
    private final Client sam = gateway.approver("sam-" + UUID.randomUUID(), "finance", "glass-breakers");
    private final List<String> complaints = new ArrayList<>();

    private void registerPasskey() {
        String challenge = sam.post("/v1/passkeys/challenges", Map.of()).path("publicKey.challenge");
        sam.post(
                        "/v1/passkeys",
                        JsonObject.builder()
                                .put("name", "a key")
                                .put("credential", authenticator.create(challenge))
                                .build()
                                .toJson())
                .then()
                .statusCode(201);
        gateway.reviewer
                .post("/v1/passkeys/" + authenticator.key().id() + "/confirm", Map.of())
                .then()
                .statusCode(200);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Page opened(BrowserContext context, String call) {
        Page page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                complaints.add(message.text());
            }
        });
        Chromium.signIn(page, sam);
        page.navigate("/console/approvals/" + call);
        button(page, "Open the arguments").click();
        return page;
    }

    private static String waiting(Client agent, String tool) {
        return agent.call(tool, Map.of("to", "acme", "amount", 150, "note", "n"))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static Chromium chromium() {
        Optional<Path> installed = Chromium.installed();
        assumeTrue(installed.isPresent(), "this machine has no Chromium, so nobody looks at the console");
        return Chromium.start(installed.get());
    }

    @Test
    void approvingSignsTheCallWithThePasskey() {
        String bank = "safe" + UUID.randomUUID().toString().substring(0, 8);
        gateway.register(bank, Bank.shared().upstream().url());
        String policy = gateway.activate(bank, """
                rule "signed payments"
                when ToolCall( tool == "NAME.pay" )
                then escalate("somebody signs").to("finance").within("4h").signed(); end
                """.replace("NAME", bank));
        registerPasskey();
        Client agent = gateway.agent();
        gateway.awaitPolicyAndTool(agent, bank + ".pay");
        String call = waiting(agent, bank + ".pay");
        try (Chromium chromium = chromium();
                BrowserContext context = chromium.context(sam.baseUrl(), 1440, ColorScheme.LIGHT)) {
            context.addInitScript(AUTHENTICATOR);
            context.exposeFunction(
                    "authenticate",
                    challenge -> authenticator.get((String) challenge[0]).toJson());
            Page page = opened(context, call);
            page.getByLabel("Reason", new Page.GetByLabelOptions().setExact(true))
                    .fill("checked");
            button(page, "Approve").click();
            page.getByText("It ended as approved").waitFor();
            page.getByText("passkey", new Page.GetByTextOptions().setExact(true))
                    .waitFor();
        } finally {
            gateway.deactivate(policy);
        }
        assertThat(gateway.auditor.get("/v1/approvals/" + call).<String>path("grants[0].passkey"))
                .isEqualTo(authenticator.key().id());
        assertThat(complaints).isEmpty();
    }

    @Test
    void everyFormIsForEverybodyAndHelpComesWhenItIsUnfolded() {
        String call = waiting(gateway.agent(), "bank.pay");
        try (Chromium chromium = chromium();
                BrowserContext context = chromium.context(sam.baseUrl(), 1440, ColorScheme.DARK)) {
            Page page = opened(context, call);
            assertThat(page.locator("#similar").count()).isZero();
            page.getByText("How similar calls ended").click();
            page.locator("#similar").waitFor();
            page.getByText("What a machine says of the call").click();
            page.getByText("Written by a machine").waitFor();
            page.locator("details").all().forEach(part -> part.evaluate("part => part.open = true"));

            assertThat(Chromium.barriers(page)).isEmpty();
            page.setViewportSize(390, 900);
            assertThat(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))
                    .isEqualTo(true);
        }
        assertThat(complaints).isEmpty();
    }
}
