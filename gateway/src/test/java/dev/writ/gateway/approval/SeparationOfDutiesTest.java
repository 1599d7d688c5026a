package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.policy.Author;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Grant;
import dev.writ.model.Party;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nobody decides what is theirs, under whichever of their names. */
class SeparationOfDutiesTest {

    private static final String BUNDLE = "sha256:rules";
    private static final String JO = "jo@example.com";

    private final World world = new World();

    private static Ask finance(int approvals, Party... allowed) {
        return Escalations.of(Escalations.ask("large", "finance", approvals, NOON, HOUR, allowed), BUNDLE);
    }

    private void wrote(String name, Optional<String> person) {
        world.authors.put(BUNDLE, Set.of(new Author(name, person.map(world.pseudonyms::of))));
    }

    private void key(String id, String principal, String person) {
        Identities.approver(world.journal, id, principal, Optional.of(world.pseudonyms.of(person)), "finance");
    }

    @Test
    void theAuthorOfTheRuleHasNoSay() {
        wrote("arno", Optional.empty());
        Escalation escalation = world.open(finance(1));

        assertRefused(() -> world.approve(escalation, world.approver("arno", "finance")), ProblemType.FORBIDDEN)
                .contains("author");
        assertThat(world.approve(escalation, world.approver("fay", "finance")).state())
                .isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void theAuthorHasNoSayUnderAnotherName() {
        wrote("arno", Optional.of(JO));
        Escalation escalation = world.open(finance(1));

        assertRefused(
                        () -> world.approve(escalation, world.known(world.approver("jo-2", "finance"), JO)),
                        ProblemType.FORBIDDEN)
                .contains("author");
    }

    @Test
    void theRuleMayAllowItsAuthorAndSaysSoInTheGrant() {
        wrote("arno", Optional.empty());
        Escalation escalation = world.open(finance(1, Party.AUTHOR));

        assertThat(world.approve(escalation, world.approver("arno", "finance")).grants())
                .extracting(Grant::stakes)
                .containsExactly(Set.of(Party.AUTHOR));
    }

    @Test
    void beingTheAuthorOfOneRuleIsNoStakeInAnother() {
        wrote("arno", Optional.empty());
        world.authors.put("sha256:other", Set.of(new Author("otto", Optional.empty())));
        Ask other = Escalations.of(Escalations.ask("unusual", "finance", 1, NOON, HOUR), "sha256:other");
        Escalation escalation = world.open(finance(1), other);

        Approval half = world.approve(escalation, world.approver("arno", "finance"));

        assertThat(half.grants()).extracting(Grant::rule).containsExactly("unusual");
        assertThat(half.grants()).extracting(Grant::stakes).containsExactly(Set.of());
    }

    @Test
    void nobodyAnswersAsLongAsItIsNotKnownWhoWroteTheRule() {
        Escalation escalation = world.open(finance(1));

        assertRefused(() -> world.approve(escalation, world.approver("fay", "finance")), ProblemType.CONFLICT)
                .contains("who wrote the rule");
    }

    @Test
    void whoIsBehindTheAgentHasNoSay() {
        wrote("arno", Optional.empty());
        Identities.agentOf(world.journal, "key-of-agent", World.AGENT, world.pseudonyms.of(JO));
        Escalation escalation = world.open(finance(1));

        assertRefused(
                        () -> world.approve(escalation, world.known(world.approver("jo", "finance"), JO)),
                        ProblemType.FORBIDDEN)
                .contains("requester");
    }

    @Test
    void anotherKeyOfTheApproverTellsWhoTheyAre() {
        wrote("arno", Optional.empty());
        Identities.agentOf(world.journal, "key-of-agent", World.AGENT, world.pseudonyms.of(JO));
        key("other-key-of-jo", "jo", JO);
        Escalation escalation = world.open(finance(1));

        // This key says nothing of a person.
        assertRefused(() -> world.approve(escalation, world.approver("jo", "finance")), ProblemType.FORBIDDEN)
                .contains("requester");
    }

    @Test
    void theOwnerHasNoSayUnderAnotherName() {
        wrote("arno", Optional.empty());
        key("key-of-olga", World.OWNER, JO);
        key("key-of-olga-2", "olga-2", JO);
        Escalation escalation = world.open(finance(1));

        assertRefused(() -> world.approve(escalation, world.approver("olga-2", "finance")), ProblemType.FORBIDDEN)
                .contains("owner");
    }

    @Test
    void twoPrincipalsOfOnePersonApproveOnce() {
        wrote("arno", Optional.empty());
        key("key-1", "jo-1", JO);
        key("key-2", "jo-2", JO);
        Escalation escalation = world.open(finance(2));
        world.approve(escalation, world.approver("jo-1", "finance"));

        assertRefused(() -> world.approve(escalation, world.approver("jo-2", "finance")), ProblemType.CONFLICT)
                .contains("approved it already");
    }
}
