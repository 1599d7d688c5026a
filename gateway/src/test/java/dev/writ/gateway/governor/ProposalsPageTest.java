package dev.writ.gateway.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.writ.gateway.WritTest;
import dev.writ.gateway.console.Browser;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proposed rules, and what people say of decisions, as the console shows them. */
@WritTest
class ProposalsPageTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Payments bank = Payments.reversible();

    @Inject
    Proposing proposing;

    @AfterEach
    void end() {
        bank.end();
    }

    private String proposed() {
        bank.habit("<b>acme</b>", 500);
        proposing.look().await().atMost(PATIENCE);
        return (String) Objects.requireNonNull(bank.proposals().get(0).get("id"));
    }

    @Test
    void isShownWithItsTextAndEvidenceAndPublishedByAnAuthor() {
        String id = proposed();
        Browser author = Browser.of(bank.fixture.author);
        assertThat(author.page("/console/proposals"))
                .contains("/console/proposals/" + id)
                .contains(bank.tool);

        assertThat(author.page("/console/proposals/" + id))
                .contains("@unless")
                .contains("&lt;b&gt;acme")
                .doesNotContain("<b>acme")
                .contains(bank.jd.name())
                .contains("Publish the bundle with it")
                .contains("compared");
        assertThat(Browser.of(bank.fixture.reviewer).page("/console/proposals/" + id))
                .doesNotContain("Publish the bundle with it")
                .contains("Dismiss");
        Browser.of(bank.fixture.reviewer)
                .post("/console/proposals/" + id + "/publish", Map.of())
                .then()
                .statusCode(403);

        author.post("/console/proposals/" + id + "/publish", Map.of())
                .then()
                .statusCode(303)
                .header("Location", containsString("/console/policies/sha256:"));

        assertThat(author.page("/console/proposals/" + id))
                .contains(">published</span>")
                .doesNotContain("Publish the bundle with it");
        assertThat(bank.fixture.entries("kind=RULE_PROPOSAL_PUBLISHED&tool=" + bank.tool))
                .hasSize(1);
    }

    @Test
    void isDismissedWithAReason() {
        String id = proposed();
        Browser reviewer = Browser.of(bank.fixture.reviewer);
        reviewer.post("/console/proposals/" + id + "/dismiss", Map.of()).then().statusCode(400);

        reviewer.post("/console/proposals/" + id + "/dismiss", Map.of("reason", "we look at each"))
                .then()
                .statusCode(303);

        assertThat(bank.fixture.entries("kind=RULE_PROPOSAL_DISMISSED&tool=" + bank.tool))
                .hasSize(1);
    }

    @Test
    void isLookedForWhenSomebodyAsks() {
        Browser.of(bank.fixture.auditor)
                .post("/console/proposals/refresh", Map.of())
                .then()
                .statusCode(403);

        Browser.of(bank.fixture.author)
                .post("/console/proposals/refresh", Map.of())
                .then()
                .statusCode(303);

        assertThat(bank.fixture.entries("kind=RULE_PROPOSALS_REQUESTED&agent=" + bank.fixture.author.name()))
                .isNotEmpty();
    }

    @Test
    void auditorsSayOnADecisionsPageWhetherItWasRight() {
        String call = bank.waiting("acme", 500);
        Browser auditor = Browser.of(bank.fixture.auditor);
        assertThat(auditor.page("/console/decisions/" + call)).contains("Was it right?");

        auditor.post(
                        "/console/decisions/" + call + "/feedback",
                        Map.of("verdict", "too-strict", "reason", "acme is known"))
                .then()
                .statusCode(303);

        assertThat(bank.fixture.entries("kind=DECISION_FEEDBACK&call=" + call))
                .singleElement()
                .satisfies(entry -> assertThat(entry.text("verdict")).isEqualTo("too-strict"));
        auditor.post("/console/decisions/" + call + "/feedback", Map.of("verdict", "maybe", "reason", "x"))
                .then()
                .statusCode(400);
        assertThat(bank.fixture.entries("kind=DECISION_FEEDBACK&call=" + call)).hasSize(1);
    }
}
