package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.writ.model.Decision.Allow;
import dev.writ.model.Decision.Deny;
import dev.writ.model.Decision.Escalate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecisionTest {

    private static final Requirement TWO_OF_FINANCE = new Requirement("finance", 2, Duration.ofHours(4));

    private static final Verdict ALLOW = verdict(Effect.ALLOW, "b-allow");
    private static final Verdict DENY = verdict(Effect.DENY, "c-deny");
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Verdict ESCALATE = verdict(Effect.ESCALATE, "a-escalate");

    private static Verdict verdict(Effect effect, String rule) {
        Optional<Requirement> requirement = effect == Effect.ESCALATE ? Optional.of(TWO_OF_FINANCE) : Optional.empty();
        return new Verdict(effect, rule, "because " + rule, requirement, List.of());
    }

    @Test
    void deniesWhenNoRuleSpoke() {
        Decision decision = Decision.combine(List.of());
        assertThat(decision).isInstanceOf(Deny.class);
        assertThat(decision.rule()).isEmpty();
        assertThat(decision.reason()).isEqualTo("no rule allows this call");
    }

    @Test
    void allowsWhenOnlyAllowsSpoke() {
        assertThat(Decision.combine(List.of(ALLOW))).isInstanceOf(Allow.class);
    }

    @Test
    void escalatesOverAllow() {
        assertThat(Decision.combine(List.of(ALLOW, ESCALATE))).isInstanceOf(Escalate.class);
    }

    @Test
    void deniesOverEverything() {
        Decision decision = Decision.combine(List.of(ALLOW, ESCALATE, DENY));
        assertThat(decision).isInstanceOf(Deny.class);
        assertThat(decision.rule()).contains("c-deny");
        assertThat(decision.reason()).isEqualTo("because c-deny");
        assertThat(decision.deciding()).containsExactly(DENY);
    }

    @Test
    void keepsEveryVerdictByRule() {
        assertThat(Decision.combine(List.of(DENY, ESCALATE, ALLOW)).verdicts()).containsExactly(ESCALATE, ALLOW, DENY);
    }

    @Test
    void isTheSameInWhateverOrderRulesFired() {
        List<Verdict> verdicts = new ArrayList<>(List.of(
                ALLOW,
                ESCALATE,
                new Verdict(Effect.ALLOW, "b-allow", "because b-allow", Optional.empty(), List.of(1L)),
                new Verdict(Effect.ALLOW, "b-allow", "because b-allow", Optional.empty(), List.of(1L, 2L)),
                new Verdict(Effect.ALLOW, "b-allow", "another", Optional.empty(), List.of()),
                new Verdict(
                        Effect.ESCALATE,
                        "a-escalate",
                        "because a-escalate",
                        Optional.of(new Requirement("legal", 1, Duration.ofHours(1))),
                        List.of())));
        Decision expected = Decision.combine(verdicts);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(verdicts, random);
            assertThat(Decision.combine(verdicts)).isEqualTo(expected);
        }
    }

    @Test
    void asksForEverythingThatAnyEscalationAsksFor() {
        Verdict other = new Verdict(
                Effect.ESCALATE, "d", "also", Optional.of(new Requirement("legal", 1, Duration.ofHours(1))), List.of());
        assertThat(Decision.combine(List.of(ESCALATE, other)))
                .isInstanceOfSatisfying(
                        Escalate.class,
                        escalate -> assertThat(escalate.requirements())
                                .extracting(Requirement::group)
                                .containsExactly("finance", "legal"));
    }

    @Test
    void anEscalationThatEnoughApproversGrantedCountsAsItsRulesAllow() {
        Decision decision = Decision.combine(
                List.of(ALLOW, ESCALATE),
                List.of(grant("a-escalate", "finance", "fay"), grant("a-escalate", "finance", "finn")),
                NOW);

        assertThat(decision).isInstanceOf(Allow.class);
        assertThat(decision.verdicts())
                .contains(new Verdict(
                        Effect.ALLOW, "a-escalate", "because a-escalate", Optional.of(TWO_OF_FINANCE), List.of()));
    }

    @Test
    void noGrantOverrulesADenial() {
        assertThat(Decision.combine(
                        List.of(ESCALATE, DENY),
                        List.of(grant("a-escalate", "finance", "fay"), grant("a-escalate", "finance", "finn")),
                        NOW))
                .isInstanceOf(Deny.class);
    }

    @Test
    void grantsThatDoNotMeetWhatIsAskedForLeaveItAnEscalation() {
        Grant first = grant("a-escalate", "finance", "fay");
        Stream.of(
                        List.of(first),
                        List.of(first, grant("a-escalate", "finance", "fay")),
                        List.of(first, grant("a-escalate", "legal", "finn")),
                        List.of(first, grant("another rule", "finance", "finn")),
                        List.of(first, new Grant(9, "a-escalate", "finance", "finn", "key-9", Set.of(), NOW)),
                        List.of(
                                first,
                                new Grant(
                                        9,
                                        "a-escalate",
                                        "finance",
                                        "finn",
                                        "key-9",
                                        Set.of(Party.OWNER),
                                        NOW.plusSeconds(1))))
                .forEach(grants -> assertThat(Decision.combine(List.of(ALLOW, ESCALATE), grants, NOW))
                        .as("%s", grants)
                        .isInstanceOf(Escalate.class));
    }

    @Test
    void aGroupFurtherUpTheLadderCountsFromItsTimeOn() {
        Requirement ladder = new Requirement(
                "finance", 1, Duration.ofHours(4), Set.of(), List.of(new Rung("board", Duration.ofMinutes(30))));
        Verdict asks = new Verdict(Effect.ESCALATE, "a", "why", Optional.of(ladder), List.of());

        assertThat(Decision.combine(List.of(asks), List.of(after("board", Duration.ofMinutes(29))), NOW))
                .isInstanceOf(Escalate.class);
        assertThat(Decision.combine(List.of(asks), List.of(after("board", Duration.ofMinutes(30))), NOW))
                .isInstanceOf(Allow.class);
    }

    /** A rule that asked finance and then the board asks legal and then the board now: that is another question. */
    @Test
    void aGrantAnswersOnlyWhatAsksTheSameGroupFirst() {
        Verdict asks = new Verdict(
                Effect.ESCALATE,
                "a",
                "why",
                Optional.of(new Requirement(
                        "legal", 1, Duration.ofHours(4), Set.of(), List.of(new Rung("board", Duration.ofMinutes(30))))),
                List.of());

        assertThat(Decision.combine(List.of(asks), List.of(ofWhatAsked("finance")), NOW))
                .isInstanceOf(Escalate.class);
        assertThat(Decision.combine(List.of(asks), List.of(ofWhatAsked("legal")), NOW))
                .isInstanceOf(Allow.class);
    }

    private static Grant ofWhatAsked(String first) {
        Grant grant = after("board", Duration.ofHours(1));
        return new Grant(
                grant.index(),
                grant.rule(),
                grant.group(),
                grant.approver(),
                grant.client(),
                grant.stakes(),
                grant.until(),
                grant.authority().asked(Optional.of(first)));
    }

    @Test
    void aGrantMayStandForSeveralButNeverOverrulesADenial() {
        Grant broken = new Grant(
                7,
                "a-escalate",
                "finance",
                "fay",
                "key-7",
                Set.of(),
                NOW.plusSeconds(1),
                new Grant.Authority(Duration.ZERO, Optional.empty(), 2, Optional.empty()));

        assertThat(Decision.combine(List.of(ESCALATE), List.of(broken), NOW)).isInstanceOf(Allow.class);
        assertThat(Decision.combine(List.of(ESCALATE, DENY), List.of(broken), NOW))
                .isInstanceOf(Deny.class);
    }

    private static Grant after(String group, Duration waited) {
        return new Grant(
                7,
                "a",
                group,
                "fay",
                "key-7",
                Set.of(),
                NOW.plusSeconds(1),
                new Grant.Authority(waited, Optional.empty(), 1, Optional.empty()));
    }

    @Test
    void onlySignedGrantsMeetWhatIsToBeSigned() {
        Verdict signed = new Verdict(
                Effect.ESCALATE,
                "s",
                "because",
                Optional.of(new Requirement("finance", 1, Duration.ofHours(1), Set.of(), List.of(), true)),
                List.of());
        Grant bare = grant("s", "finance", "fay");
        Grant bound = new Grant(
                8,
                "s",
                "finance",
                "fay",
                "key-7",
                Set.of(),
                NOW.plusSeconds(1),
                new Grant.Authority(Duration.ZERO, Optional.empty(), 1, Optional.of("a passkey")));

        assertThat(Decision.combine(List.of(signed), List.of(bare), NOW)).isInstanceOf(Escalate.class);
        assertThat(Decision.combine(List.of(signed), List.of(bound), NOW)).isInstanceOf(Allow.class);
    }

    private static Grant grant(String rule, String group, String approver) {
        return new Grant(7, rule, group, approver, "key-7", Set.of(), NOW.plusSeconds(1));
    }

    @Test
    void cannotBeAnAllowThatNoRuleGave() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Allow(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Allow(List.of(ALLOW, DENY)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Allow(List.of(ALLOW, ESCALATE)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Escalate(List.of(ESCALATE, DENY)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Escalate(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Deny(List.of(ALLOW)));
    }

    @Test
    void isFoldedByItsKind() {
        assertThat(List.of(List.of(ALLOW), List.of(DENY), List.of(ESCALATE)))
                .extracting(verdicts -> Decision.combine(verdicts)
                        .<String>fold(allow -> "allow", deny -> "deny", escalate -> "escalate"))
                .containsExactly("allow", "deny", "escalate");
    }

    @Test
    void anEscalationHasARequirementAndADenialHasNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verdict(Effect.ESCALATE, "r", "x", Optional.empty(), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verdict(Effect.DENY, "r", "x", Optional.of(TWO_OF_FINANCE), List.of()));
    }

    @Test
    void verdictsListWhatMatchedOnceAndAscending() {
        assertThat(new Verdict(Effect.DENY, "r", "x", Optional.empty(), List.of(7L, 3L, 7L)).matched())
                .containsExactly(3L, 7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Finance", "two words"})
    void requirementsNameAGroup(String group) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Requirement(group, 1, Duration.ofHours(1)));
    }

    @Test
    void requirementsAskForSomething() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Requirement("g", 0, Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Requirement("g", 1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Requirement("g", 1, Duration.ofHours(-1)));
    }
}
