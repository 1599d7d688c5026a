package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static dev.writ.gateway.approval.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.policy.Author;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Next;
import dev.writ.model.Grant;
import dev.writ.model.Party;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an approval is, from the entries of its call, and who may answer it. */
class ApprovalTest {

    private static final Duration MICRO = Duration.ofNanos(1_000);

    private final World world = new World();
    private final List<Recorded> entries = new ArrayList<>();

    ApprovalTest() {
        world.log.tail().subscribe(entries::add);
    }

    private static Ask finance(int approvals, Party... allowed) {
        return Escalations.ask("large", "finance", approvals, NOON, HOUR, allowed);
    }

    private static Ask legal(Duration within) {
        return Escalations.ask("contract", "legal", 1, NOON, within);
    }

    private long wakeUps() {
        return world.log.rows().stream()
                .filter(row -> row.label().equals(Approvals.RESUME))
                .count();
    }

    @Test
    void isReadAsItWasOpened() {
        Escalation escalation = world.open(finance(2, Party.OWNER), legal(HOUR));

        Approval approval = world.read(escalation.call());

        assertThat(approval.escalation()).isEqualTo(escalation);
        assertThat(approval.state()).isEqualTo(Approval.State.OPEN);
        assertThat(approval.viewDigest())
                .isEqualTo(world.pseudonyms.mac("view", escalation.view().toJson()));
        assertThat(approval.grants()).isEmpty();
    }

    @Test
    void aCallWithoutAnEscalationHasNoApproval() {
        assertThat(Approval.of(List.of())).isEmpty();
        assertThat(Approval.of(
                        List.of(world.log.reader().at(0).await().indefinitely().orElseThrow())))
                .isEmpty();
    }

    @Test
    void oneOfTheGroupCompletesWhatAsksForOne() {
        Escalation escalation = world.open(finance(1));

        Approval approval = world.approve(escalation, world.approver("jd", "finance"));

        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(approval.ending().orElseThrow().by()).isEqualTo("jd");
        assertThat(approval.ending().orElseThrow().reason()).contains("fine");
        assertThat(approval.grants())
                .containsExactly(new Grant(
                        approval.ending().orElseThrow().index(),
                        "large",
                        "finance",
                        "jd",
                        "key-of-jd",
                        Set.of(),
                        NOON.plus(HOUR),
                        Grant.Authority.OWN.asked(Optional.of("finance"))));
        assertThat(wakeUps()).isOne();
        assertThat(world.read(escalation.call()).grants()).isEqualTo(approval.grants());
    }

    @Test
    void twoOfTheGroupAreTwoPersons() {
        Escalation escalation = world.open(finance(2));

        assertThat(world.approve(escalation, world.approver("jd", "finance")).state())
                .isEqualTo(Approval.State.OPEN);
        assertThat(wakeUps()).isZero();
        assertRefused(() -> world.approve(escalation, world.approver("jd", "finance")), ProblemType.CONFLICT)
                .contains("approved it already");
        assertThat(world.approve(escalation, world.approver("mk", "finance")).state())
                .isEqualTo(Approval.State.APPROVED);
        assertThat(wakeUps()).isOne();
    }

    @Test
    void onePersonIsNotTwoUnderTwoNames() {
        Escalation escalation = world.open(finance(2));
        world.approve(escalation, world.known(world.approver("jd", "finance"), "jo@example.com"));

        assertRefused(
                        () -> world.approve(
                                escalation, world.known(world.approver("jd-admin", "finance"), "jo@example.com")),
                        ProblemType.CONFLICT)
                .contains("approved it already");
    }

    @Test
    void oneApprovalCountsForEveryGroupTheApproverIsIn() {
        Escalation escalation = world.open(finance(1), legal(HOUR));

        Approval approval = world.approve(escalation, world.approver("jd", "finance", "legal"));

        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(approval.grants()).extracting(Grant::group).containsExactly("finance", "legal");
    }

    @Test
    void eachGroupThatIsAskedMustAnswer() {
        Escalation escalation = world.open(finance(1), legal(HOUR));

        Approval half = world.approve(escalation, world.approver("jd", "finance"));

        assertThat(half.state()).isEqualTo(Approval.State.OPEN);
        assertThat(half.escalation().asks()).extracting(half::granted).containsExactly(1, 0);
        assertThat(world.approve(escalation, world.approver("mk", "legal")).state())
                .isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void anotherGroupHasNoSay() {
        Escalation escalation = world.open(finance(1));

        assertRefused(() -> world.approve(escalation, world.approver("jd", "legal")), ProblemType.FORBIDDEN)
                .contains("groups");
        assertRefused(() -> world.refuse(escalation, world.approver("jd", "legal")), ProblemType.FORBIDDEN)
                .contains("groups");
    }

    @Test
    void whoRequestedItOwnsTheAgentOrIsWhomItActsForHasNoSay() {
        Escalation escalation = world.open(finance(1));

        assertRefused(() -> world.approve(escalation, world.approver(World.AGENT, "finance")), ProblemType.FORBIDDEN)
                .contains("requester");
        assertRefused(() -> world.approve(escalation, world.approver(World.OWNER, "finance")), ProblemType.FORBIDDEN)
                .contains("owner");
        assertRefused(() -> world.approve(escalation, world.approver(World.PERSON, "finance")), ProblemType.FORBIDDEN)
                .contains("person");
        assertRefused(
                        () -> world.approve(escalation, world.known(world.approver("jd", "finance"), World.PERSON)),
                        ProblemType.FORBIDDEN)
                .contains("person");
        assertRefused(() -> world.refuse(escalation, world.approver(World.OWNER, "finance")), ProblemType.FORBIDDEN);
        assertThat(world.read(escalation.call()).grants()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Party.class)
    void theRuleMayAllowForAStakeAndForThatOneOnly(Party allowed) {
        world.authors.put("sha256:rules", Set.of(new Author("arno", Optional.empty())));
        Escalation escalation = world.open(Escalations.of(finance(3, allowed), "sha256:rules"));
        for (Party party : Party.values()) {
            String name = switch (party) {
                case REQUESTER -> World.AGENT;
                case OWNER -> World.OWNER;
                case PERSON -> World.PERSON;
                case AUTHOR -> "arno";
            };
            if (party == allowed) {
                assertThat(world.approve(escalation, world.approver(name, "finance"))
                                .grants())
                        .hasSize(1);
            } else {
                assertRefused(() -> world.approve(escalation, world.approver(name, "finance")), ProblemType.FORBIDDEN);
            }
        }
    }

    @Test
    void aStakeThatOneRuleAllowsForDoesNotAnswerAnother() {
        Escalation escalation =
                world.open(finance(1, Party.OWNER), Escalations.ask("unusual", "finance", 1, NOON, HOUR));

        Approval approval = world.approve(escalation, world.approver(World.OWNER, "finance"));

        assertThat(approval.state()).isEqualTo(Approval.State.OPEN);
        assertThat(approval.grants()).extracting(Grant::rule).containsExactly("large");
    }

    @Test
    void oneRefusalEndsIt() {
        Escalation escalation = world.open(finance(2));
        world.approve(escalation, world.approver("jd", "finance"));

        Approval approval = world.refuse(escalation, world.approver("mk", "finance"));

        assertThat(approval.state()).isEqualTo(Approval.State.REFUSED);
        assertThat(approval.ending().orElseThrow().reason()).contains("not this one");
        assertRefused(() -> world.approve(escalation, world.approver("no", "finance")), ProblemType.CONFLICT)
                .contains("refused");
        assertThat(wakeUps()).isZero();
    }

    @Test
    void canBeAnsweredUntilItsTimeAndNotAtIt() {
        Escalation escalation = world.open(finance(2));
        world.pass(HOUR.minus(MICRO));
        world.approve(escalation, world.approver("jd", "finance"));
        world.pass(MICRO);

        assertRefused(() -> world.approve(escalation, world.approver("mk", "finance")), ProblemType.CONFLICT)
                .contains("time is over");
        assertRefused(() -> world.refuse(escalation, world.approver("mk", "finance")), ProblemType.CONFLICT);
        assertRefused(
                () -> await(() -> world.approvals.withdraw(escalation.call(), World.principal(World.AGENT))),
                ProblemType.CONFLICT);
    }

    @Test
    void itsTimeIsThatOfTheFirstRequirementToRunOut() {
        Escalation escalation = world.open(finance(1), legal(HOUR.multipliedBy(4)));
        world.approve(escalation, world.approver("jd", "finance"));
        world.pass(HOUR);

        assertRefused(() -> world.approve(escalation, world.approver("mk", "legal")), ProblemType.CONFLICT)
                .contains("time is over");
    }

    @Test
    void expiresAtItsTimeAndNotBefore() {
        Escalation escalation = world.open(finance(1));
        world.pass(HOUR.minus(MICRO));

        assertThat(await(() -> world.approvals.expire(escalation.call()))).isEqualTo(Next.again(NOON.plus(HOUR)));
        world.pass(MICRO);
        assertThat(await(() -> world.approvals.expire(escalation.call()))).isEqualTo(Next.done());

        Approval approval = world.read(escalation.call());
        assertThat(approval.state()).isEqualTo(Approval.State.EXPIRED);
        assertThat(approval.ending().orElseThrow().by()).isEqualTo("writ");
        assertThat(approval.ending().orElseThrow().at()).isEqualTo(NOON.plus(HOUR));
    }

    @Test
    void expiryLeavesAloneWhatHasEnded() {
        Escalation escalation = world.open(finance(1));
        world.approve(escalation, world.approver("jd", "finance"));
        world.pass(HOUR);
        int before = entries.size();

        assertThat(await(() -> world.approvals.expire(escalation.call()))).isEqualTo(Next.done());
        assertThat(entries).hasSize(before);
    }

    @Test
    void isWithdrawnOnce() {
        Escalation escalation = world.open(finance(1));

        Approval approval = await(() -> world.approvals.withdraw(escalation.call(), World.principal(World.AGENT)));

        assertThat(approval.state()).isEqualTo(Approval.State.WITHDRAWN);
        assertRefused(() -> world.approve(escalation, world.approver("jd", "finance")), ProblemType.CONFLICT)
                .contains("withdrawn");
    }

    @Test
    void whatWasErasedCannotBeApprovedOnlyRefused() {
        Escalation escalation = world.open(finance(1));
        world.log.destroySubjectKey("agent/" + World.AGENT);

        assertRefused(() -> world.approve(escalation, world.approver("jd", "finance")), ProblemType.CONFLICT)
                .contains("erased");
        assertThat(world.refuse(escalation, world.approver("jd", "finance")).state())
                .isEqualTo(Approval.State.REFUSED);
    }

    @Test
    void nobodyAnswersForAnAgentThatNobodyIsKnownToOwn() {
        Escalation escalation = Escalations.of("stranger", "-", NOON, finance(1));
        await(() -> world.log.append(
                Escalations.opened(escalation, world.approvals.opening(escalation), World.DEFINITION)));

        assertRefused(() -> world.approve(escalation, world.approver("jd", "finance")), ProblemType.CONFLICT)
                .contains("who answers for the agent");
    }

    @Test
    void theLeafNamesWhoAnsweredAndForWhomButNotWhy() {
        Escalation escalation = world.open(finance(1));
        world.approve(escalation, world.approver("jd", "finance"));

        Recorded grant = entries.get(entries.size() - 1);

        assertThat(grant.entry().body().toJson()).contains("\"actor\":\"jd\"").doesNotContain("fine\"");
        assertThat(grant.entry().column(Column.AGENT)).contains(World.AGENT);
        assertThat(grant.entry().keys())
                .containsExactly("grant/" + escalation.call() + "/jd", "approval-ended/" + escalation.call());
    }

    @Test
    void whoHasToLookFirstApprovesNothingUnseen() {
        world.config.requireView = true;
        Escalation escalation = world.open(finance(1));
        Approver jd = world.approver("jd", "finance");
        world.view(escalation, world.approver("mk", "finance"));

        assertRefused(() -> world.approve(escalation, jd), ProblemType.CONFLICT).contains("/view");
        world.view(escalation, jd);

        assertThat(world.approve(escalation, jd).state()).isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void whoHasToLookFirstRefusesUnseen() {
        world.config.requireView = true;
        Escalation escalation = world.open(finance(1));

        assertThat(world.refuse(escalation, world.approver("jd", "finance")).state())
                .isEqualTo(Approval.State.REFUSED);
    }

    @Test
    void theTimeBetweenLookingAndApprovingIsKept() {
        Escalation escalation = world.open(finance(1));
        Approver jd = world.approver("jd", "finance");
        world.view(escalation, jd);
        world.pass(Duration.ofSeconds(41));

        Given given = world.approve(escalation, jd).given().get(0);

        assertThat(given.after()).contains(Duration.ofSeconds(41));
        assertThat(given.viewed()).isPresent();
    }
}
