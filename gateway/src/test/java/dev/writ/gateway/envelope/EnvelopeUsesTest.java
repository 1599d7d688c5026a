package dev.writ.gateway.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Entry;
import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.EnvelopeUse;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Party;
import dev.writ.model.Principal;
import dev.writ.model.Requirement;
import dev.writ.model.Role;
import dev.writ.model.Rung;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvelopeUsesTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final EnvelopeUse THIRD = new EnvelopeUse("e", 3);

    private static final Verdict ASKS = verdict(
            "large",
            new Requirement(
                    "finance",
                    1,
                    HOUR,
                    Set.of(Party.OWNER),
                    List.of(new Rung("treasury", Duration.ofMinutes(5))),
                    false,
                    Optional.of(new EnvelopeLimits(5, HOUR, false))));

    private static Verdict verdict(String rule, Requirement requirement) {
        return new Verdict(Effect.ESCALATE, rule, "why", Optional.of(requirement), List.of());
    }

    private static Verdict verdict(Effect effect) {
        return new Verdict(effect, "other", "why", Optional.empty(), List.of());
    }

    private static Facts facts() {
        ToolDefinition pay = new ToolDefinition(ToolName.parse("bank.pay"), "bank", "pays", JsonObject.empty(), false);
        Grant grant = new Grant(
                7,
                "large",
                "treasury",
                "jd",
                "key-7",
                Set.of(Party.OWNER),
                NOON.plus(HOUR),
                Grant.Authority.of(THIRD, Duration.ofMinutes(6), Optional.of("key-8")));
        return new Facts(
                new ToolCall(
                        CallId.mint(NOON, new Random()),
                        Optional.empty(),
                        pay.name(),
                        JsonObject.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Principal("support", Optional.empty(), "key", List.of(), Set.of(Role.AGENT), "api-key"),
                pay,
                History.empty(),
                List.of(grant),
                NOON);
    }

    private static EnvelopeUses uses(boolean counts, Verdict... verdicts) {
        Decision decision = Decision.combine(List.of(verdicts), facts().grants(), NOON);
        return EnvelopeUses.of(facts(), decision, counts);
    }

    @Test
    void anAllowThatNeedsItUsesIt() {
        assertThat(uses(true, ASKS).used()).containsExactly(THIRD);
        assertThat(uses(true, ASKS, verdict(Effect.ALLOW)).keys()).containsExactly("envelope-use/e/3");
    }

    @Test
    void nothingElseDoes() {
        Verdict alsoAsks = verdict("more", new Requirement("legal", 1, HOUR));

        assertThat(uses(true, verdict(Effect.ALLOW)).used()).isEmpty();
        assertThat(uses(true, ASKS, verdict(Effect.DENY)).used()).isEmpty();
        assertThat(uses(true, ASKS, alsoAsks).used()).isEmpty();
        assertThat(uses(true).used()).isEmpty();
        assertThat(uses(false, ASKS).used()).isEmpty();
        assertThat(uses(false, ASKS).topics("support")).isEmpty();
    }

    @Test
    void answersNoRuleThatWantsCallByCall() {
        Verdict callByCall = verdict(
                "large",
                new Requirement(
                        "finance", 1, HOUR, Set.of(Party.OWNER), List.of(new Rung("treasury", Duration.ofMinutes(5)))));

        assertThat(Decision.combine(List.of(callByCall), facts().grants(), NOON).effect())
                .isEqualTo(Effect.ESCALATE);
    }

    @Test
    void whatWasSeenIsReadBack() {
        JsonObject.Builder body = JsonObject.builder();
        uses(true, ASKS).put(body);

        Entry decided = new Entry("DECIDED", NOON, List.of(), Set.of(), Map.of(), body.build(), "x", List.of());

        assertThat(EnvelopeUses.seenBy(decided)).isEqualTo(facts().grants());
    }
}
