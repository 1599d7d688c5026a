package dev.writ.gateway.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.audit.LogSigner;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Errand;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of decisions, sessions and the log in a real browser. */
@WritTest
class LogInBrowserTest {

    private static Chromium chromium;

    @Inject
    LogSigner signer;

    private final Fixture gateway = Bank.shared().fixture();
    private final Client auditor = gateway.admin.issue("auditor-" + UUID.randomUUID(), List.of("auditor"), List.of());
    private final Errand errand = new Errand(gateway, "ana");
    private final Client agent = errand.agent;
    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void launch() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void close() {
        Optional.ofNullable(chromium).ifPresent(Chromium::close);
    }

    @BeforeEach
    void signIn() {
        gateway.activate(Errand.RULES);
        context = chromium.context(auditor.baseUrl(), 1440, ColorScheme.LIGHT);
        page = context.newPage();
        page.onConsoleMessage(this::listen);
        page.onPageError(complaints::add);
        Chromium.signIn(page, auditor);
    }

    private void listen(ConsoleMessage message) {
        if (message.type().equals("error")) {
            complaints.add(message.text());
        }
    }

    @AfterEach
    void leave() {
        context.close();
        gateway.activate(Fixture.RULES);
    }

    /** A session in which a person, a tool and the model itself named values. */
    private String session() {
        String session = errand.open("ana", "pay acme-17 what we owe them");
        Map<String, Object> within = Map.of("onBehalfOf", "ana", "session", session);
        agent.call("bank.pay", Map.of("to", "acme-17", "amount", 12.5, "note", "invoice 4711"), within);
        String seen = agent.call("bank.balance", Map.of("id", "x"), within).path("result.id");
        agent.call("bank.pay", Map.of("to", seen, "amount", 99, "note", "<b>as it said</b>"), within);
        agent.call("bank.pay", Map.of("to", "eve-" + UUID.randomUUID(), "amount", 480, "note", ""), within);
        return session;
    }

    private void openDecision() {
        session();
        page.navigate("/console/decisions");
        page.getByLabel("Agent or person who acted").fill(agent.name());
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Search").setExact(true))
                .click();
        page.locator("a[data-row]").first().click();
        page.waitForURL(Pattern.compile(".*/console/decisions/[0-9a-f-]{36}$"));
    }

    private Locator verify() {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify in your browser"))
                .click();
        return page.locator("[data-outcome]");
    }

    private void alter(UnaryOperator<String> change) {
        page.route("**/proof", (Route route) -> {
            APIResponse response = route.fetch();
            route.fulfill(new Route.FulfillOptions().setResponse(response).setBody(change.apply(response.text())));
        });
    }

    private static String withLeaf(String proof, UnaryOperator<String> change) {
        return Pattern.compile("(?m)^extra (.+)$")
                .matcher(proof)
                .replaceAll(found -> "extra "
                        + Base64.getEncoder()
                                .encodeToString(change.apply(new String(
                                                Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8))
                                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void searchesOpensAndVerifiesADecision() {
        openDecision();

        Locator outcome = verify();

        assertThat(outcome).containsText("Verified: entry");
        assertThat(page.locator("ol.steps .proof-ok")).hasCount(5);
        assertThat(page.locator("ol.steps .proof-bad")).hasCount(0);
        assertThat(complaints).isEmpty();
    }

    @Test
    void saysLoudlyThatAnEntryWasAltered() {
        openDecision();
        alter(proof -> withLeaf(proof, leaf -> leaf.replace("\"verdict\":\"", "\"verdict\":\"x")));

        Locator outcome = verify();

        assertThat(outcome).containsText("NOT VERIFIED");
        assertThat(page.locator("ol.steps .proof-bad")).containsText("leaf hash");
    }

    @Test
    void saysLoudlyThatAHashOfTheProofWasAltered() {
        openDecision();
        alter(proof -> {
            String[] lines = proof.split("\n", 5);
            byte[] hash = Base64.getDecoder().decode(lines[3]);
            hash[0] ^= 1;
            return proof.replace(lines[3], Base64.getEncoder().encodeToString(hash));
        });

        assertThat(verify()).containsText("NOT VERIFIED");
        assertThat(page.locator("ol.steps .proof-bad")).containsText("lead to the root");
    }

    @Test
    void saysLoudlyThatAnotherKeySigned() {
        openDecision();
        page.locator("#proof textarea")
                .fill(LogSigner.generate(signer.verifierKey().name(), new SecureRandom())
                        .verifierKey()
                        .vkey());

        assertThat(verify()).containsText("NOT VERIFIED");
        assertThat(page.locator("ol.steps .proof-bad")).containsText("not signed by a verifier key that you trust");
    }

    @Test
    void saysLoudlyThatTheCheckpointWasAltered() {
        openDecision();
        alter(proof -> Pattern.compile("(?m)^(\u2014 \\S+ )(\\S+)$")
                .matcher(proof)
                .replaceAll(found -> {
                    byte[] signature = Base64.getDecoder().decode(found.group(2));
                    signature[signature.length - 40] ^= 1;
                    return found.group(1) + Base64.getEncoder().encodeToString(signature);
                }));

        assertThat(verify()).containsText("NOT VERIFIED");
        assertThat(page.locator("ol.steps .proof-bad")).containsText("not by the verifier key");
    }

    @Test
    void aPinnedKeyIsTheOneThatIsTrusted() {
        openDecision();
        page.locator("#proof textarea").fill(signer.verifierKey().vkey());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pin this key"))
                .click();
        page.reload();

        assertThat(page.locator("[data-key-source]")).containsText("pinned in this browser");
        assertThat(verify()).containsText("Verified: entry");
    }

    @Test
    void theKeyboardGoesThroughDecisionsAndOpensOne() {
        session();
        page.navigate("/console/decisions?agent=" + agent.name());

        page.keyboard().press("j");
        page.keyboard().press("j");
        page.keyboard().press("Enter");

        page.waitForURL(Pattern.compile(".*/console/decisions/[0-9a-f-]{36}$"));
        assertThat(page.locator("h1")).hasText("Decision");
    }
}
