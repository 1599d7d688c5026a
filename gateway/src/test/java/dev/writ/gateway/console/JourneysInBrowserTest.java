package dev.writ.gateway.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What approvers and operators come to the console for, from the first click to what the agent is told. */
@WritTest
class JourneysInBrowserTest {

    /** Whether somebody who looks at the page sees where the focus is, if it is not with the browser's own buttons. */
    private static final String FOCUS_IS_SEEN = """
            () => {
              const at = document.activeElement;
              const box = at.getBoundingClientRect();
              const style = getComputedStyle(at);
              return at === document.body || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.left >= 0;
            }
            """;

    private static final int FARTHEST = 60;

    private static Chromium chromium;

    private final Bank bank = Bank.shared();
    private final Fixture gateway = bank.fixture();
    private final String own = UUID.randomUUID().toString();

    @BeforeAll
    static void launch() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void close() {
        Optional.ofNullable(chromium).ifPresent(Chromium::close);
    }

    private String waiting(Client agent, int amount) {
        return agent.call("bank.pay", Map.of("to", "acme-" + own, "amount", amount, "note", "n"))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    @Test
    void whatAnApproverEditsIsDecidedAgainAndCarriedOutAsEdited() {
        Client agent = gateway.agent();
        String call = waiting(agent, 280);
        try (Visitor fay = Visitor.signedIn(chromium, gateway.approver("fay-" + own, "finance"))) {
            fay.open("/console/approvals/" + call).button("Open the arguments").click();
            fay.text("Edit and approve").click();
            Locator arguments = fay.page().getByLabel("Arguments, complete, as JSON");
            fay.field("Why you change it").fill("a part is due");
            arguments.fill("{\"amount\": 12");
            fay.button("Edit and approve").click();
            assertThat(fay.page().getByRole(AriaRole.ALERT)).containsText("JSON");
            assertThat(arguments).hasValue("{\"amount\": 12");

            arguments.fill("{\"to\": \"acme-" + own + "\", \"amount\": 120, \"note\": \"n\"}");
            fay.button("Edit and approve").click();

            assertThat(fay.main()).containsText("It ended as approved");
            fay.button("Open the arguments").click();
            Locator change =
                    fay.page().locator("section:has(#edits) tr", new Page.LocatorOptions().setHasText("/amount"));
            assertThat(change.locator(".removed")).hasText("280");
            assertThat(change.locator(".added")).hasText("120");
        }
        agent.ended(call).then().statusCode(200).body("status", equalTo("succeeded"));
        assertThat(bank.upstream().bodies())
                .filteredOn(body -> body.contains(own))
                .singleElement()
                .satisfies(body -> assertThat(body).contains("120").doesNotContain("280"));
        assertThat(gateway.entries("kind=DECIDED&call=" + call)).hasSize(2);
    }

    @Test
    void helpComesWhenItIsUnfolded() {
        String call = waiting(gateway.agent(), 150);
        try (Visitor fay = Visitor.signedIn(chromium, gateway.approver("fay-" + own, "finance"))) {
            fay.open("/console/approvals/" + call).button("Open the arguments").click();
            assertThat(fay.page().locator("#similar")).hasCount(0);
            fay.text("How similar calls ended").click();
            fay.page().locator("#similar").waitFor();
            fay.text("What a machine says of the call").click();
            fay.text("Written by a machine").waitFor();
        }
    }

    @Test
    void whoAnswersForTheAgentIsToldWhyTheyCannotApprove() {
        Client owner = gateway.approver("owen-" + own, "finance");
        String name = "agent-" + own;
        gateway.operator
                .post("/v1/agents", Map.of("name", name, "owner", owner.name(), "description", "theirs"))
                .then()
                .statusCode(201);
        Client agent = gateway.admin.issue(name, List.of("agent"), List.of());
        String call = waiting(agent, 150);
        try (Visitor owen = Visitor.signedIn(chromium, owner)) {
            owen.open("/console/approvals/" + call).button("Open the arguments").click();
            owen.field("Reason").fill("it is mine");
            owen.button("Approve").click();

            assertThat(owen.page().getByRole(AriaRole.ALERT)).containsText("have a stake in this call, as its owner");
            owen.open("/console/approvals/" + call);
            assertThat(owen.main()).containsText("0 of 1");
        }
        agent.get("/v1/tool-calls/" + call).then().statusCode(202);
        assertThat(gateway.entries("kind=APPROVAL_GRANTED&call=" + call)).isEmpty();
    }

    @Test
    void anOperatorStopsAnAgentAndLetsItGoOn() {
        Client agent = gateway.agent();
        Map<String, String> account = Map.of("id", own);
        agent.call("bank.balance", account).then().statusCode(200);
        try (Visitor olga = Visitor.signedIn(chromium, gateway.operator)) {
            olga.link("Agents").click();
            olga.field("Its name; none for everything").fill(agent.name());
            olga.field("Why").fill("it went wild");
            olga.button("Stop").click();
            Locator stopped = olga.page().locator(".notice", new Page.LocatorOptions().setHasText(agent.name()));
            assertThat(stopped).containsText("it went wild");

            agent.call("bank.balance", account).then().statusCode(403).body("rule", equalTo("writ:kill-switch"));

            stopped.getByLabel("Why it may go on").fill("mended");
            stopped.getByText("Let it go on").click();
            assertThat(stopped).hasCount(0);
        }
        agent.call("bank.balance", account).then().statusCode(200);
    }

    /** Goes there with the key Tab alone, and sees where it is at every step. */
    private static void tabTo(Page page, Locator wanted) {
        for (int step = 0; step < FARTHEST; step++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate(FOCUS_IS_SEEN))
                    .as(() -> "the focus is seen on " + page.evaluate("() => document.activeElement.outerHTML"))
                    .isEqualTo(true);
            if (Boolean.TRUE.equals(wanted.evaluate("part => part === document.activeElement"))) {
                return;
            }
        }
        throw new AssertionError("the key Tab does not lead to " + wanted);
    }

    @Test
    void aCallIsApprovedWithTheKeyboardAlone() {
        Client agent = gateway.agent();
        String call = waiting(agent, 150);
        Client fay = gateway.approver("fay-" + own, "finance");
        try (Visitor visitor = Visitor.at(chromium, fay.baseUrl())) {
            Page page = visitor.open("/console").page();
            tabTo(page, page.getByLabel("Your key"));
            page.keyboard().type(fay.key());
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText("Overview");

            tabTo(page, visitor.link("Skip to the content"));
            page.keyboard().press("Enter");
            assertThat(page.locator("main")).isFocused();
            page.keyboard().press("Control+Home");
            page.reload();
            tabTo(page, visitor.link("Approvals"));
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText("Approvals");
            tabTo(page, page.getByLabel("Agent"));
            page.keyboard().type(agent.name());
            page.keyboard().press("Enter");
            page.waitForURL("**agent=" + agent.name() + "**");
            page.keyboard().press("j");
            page.keyboard().press("Enter");
            page.waitForURL("**/console/approvals/" + call);

            tabTo(page, visitor.button("Open the arguments"));
            page.keyboard().press("Enter");
            assertThat(page.locator("#arguments pre").first()).containsText("acme-" + own);
            tabTo(page, visitor.field("Reason"));
            page.keyboard().type("ordered");
            tabTo(page, visitor.button("Approve"));
            page.keyboard().press("Enter");

            assertThat(visitor.main()).containsText("It ended as approved");
        }
        agent.ended(call).then().statusCode(200);
    }
}
