package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static dev.writ.gateway.approval.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Grant;
import dev.writ.model.Party;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Approvers who stand for others. */
class DelegationTest {

    private static final Duration MICRO = Duration.ofNanos(1_000);

    private final World world = new World();
    private final Approver pat = registered("pat", "finance");
    private final Approver del = registered("del", "legal");

    private Approver registered(String name, String... groups) {
        Identities.approver(world.journal, "key-of-" + name, name, Optional.empty(), groups);
        return world.approver(name, groups);
    }

    private Escalation open(int approvals, Party... allowed) {
        return world.open(Escalations.ask("large", "finance", approvals, NOON, HOUR, allowed));
    }

    private Delegation lend(Approver from, String to, Duration until, String... groups) {
        return await(() ->
                world.delegations.lend(from, to, Set.of(groups), world.instant().plus(until), "on leave"));
    }

    @Test
    void aDelegateApprovesAndSaysForWhom() {
        lend(pat, "del", HOUR, "finance");
        Escalation escalation = open(1);

        Approval approval = world.approve(escalation, del);

        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        Voice.Lent lent = approval.given().get(0).voices().get(0).lent().orElseThrow();
        assertThat(lent.lender()).isEqualTo("pat");
        assertThat(lent.client()).isEqualTo("key-of-pat");
        assertThat(approval.grants().get(0).clients()).containsExactly("key-of-del", "key-of-pat");
        assertThat(world.read(escalation.call()).given()).isEqualTo(approval.given());
    }

    @Test
    void aDelegateSeesWhatTheLenderIsAskedAndRefusesForThem() {
        assertThat(world.approvals.groups(del)).containsExactly("legal");
        lend(pat, "del", HOUR, "finance");
        assertThat(world.approvals.groups(del)).containsExactlyInAnyOrder("legal", "finance");

        Approval refused = world.refuse(open(1), del);

        assertThat(refused.changed().entry().body().array("for").orElseThrow().texts())
                .containsExactly("pat");
    }

    @Test
    void aRightOfOnesOwnComesFirst() {
        Approver both = registered("both", "finance");
        lend(pat, "both", HOUR, "finance");

        assertThat(world.approve(open(1), both).given().get(0).voices().get(0).lent())
                .isEmpty();
    }

    @Test
    void nobodyLendsWhatTheirOwnKeyDoesNotList() {
        lend(pat, "del", HOUR, "finance");
        registered("third", "sales");

        assertRefused(() -> lend(pat, "del", HOUR, "legal"), ProblemType.FORBIDDEN);
        // What was lent is not lent on.
        assertRefused(() -> lend(del, "third", HOUR, "finance"), ProblemType.FORBIDDEN);
    }

    @Test
    void nobodyLendsToThemselvesUnderAnotherName() {
        Optional<String> jo = Optional.of(world.pseudonyms.of("jo@example.com"));
        Identities.approver(world.journal, "key-of-jo-admin", "jo-admin", jo, "legal");
        Approver known = world.known(registered("jo", "finance"), "jo@example.com");

        assertRefused(() -> lend(pat, "pat", HOUR, "finance"), ProblemType.UNPROCESSABLE);
        assertRefused(() -> lend(known, "jo-admin", HOUR, "finance"), ProblemType.UNPROCESSABLE);
    }

    @Test
    void whoTurnsOutToBeTheLenderDoesNotStandForThem() {
        registered("del-2", "legal");
        lend(pat, "del-2", HOUR, "finance");
        // A key of that person is made only afterwards.
        Identities.approver(world.journal, "key-of-pat-too", "del-2", Optional.of(world.pseudonyms.of("pat")), "legal");

        assertRefused(() -> world.approve(open(1), world.approver("del-2", "legal")), ProblemType.FORBIDDEN);
    }

    @Test
    void nobodyLendsForTooLongOrToWhomIsNoApprover() {
        assertRefused(() -> lend(pat, "del", Duration.ofDays(14).plus(MICRO), "finance"), ProblemType.UNPROCESSABLE)
                .contains("max-delegation");
        assertRefused(() -> lend(pat, "del", Duration.ZERO, "finance"), ProblemType.UNPROCESSABLE);
        assertRefused(() -> lend(pat, "nobody", HOUR, "finance"), ProblemType.UNPROCESSABLE);
    }

    @Test
    void anExpiredDelegationCountsForNothing() {
        lend(pat, "del", Duration.ofMinutes(10), "finance");
        Escalation escalation = open(1);
        world.pass(Duration.ofMinutes(10));

        assertRefused(() -> world.approve(escalation, del), ProblemType.FORBIDDEN);
        assertThat(world.delegations.live()).isEmpty();
    }

    @Test
    void aDelegationThatExpiresBeforeTheAnswerIsSettledCountsForNothing() {
        lend(pat, "del", Duration.ofMinutes(10), "finance");
        Escalation escalation = open(1);
        Entitlements.Candidate candidate =
                world.entitlements.candidate(del, world.read(escalation.call()).escalation());
        world.pass(Duration.ofMinutes(10));

        assertRefused(() -> candidate.toApprove(world.read(escalation.call()), List.of(), NOON), ProblemType.FORBIDDEN);
    }

    @Test
    void aDelegationThatEndsBeforeTheAnswerIsSettledCountsForNothing() {
        Delegation delegation = lend(pat, "del", HOUR, "finance");
        Escalation escalation = open(1);
        Approval approval = world.read(escalation.call());
        Entitlements.Candidate candidate = world.entitlements.candidate(del, escalation);
        assertThat(candidate.toApprove(approval, List.of(), NOON).voices()).hasSize(1);
        assertThat(candidate.topics()).contains("delegation/" + delegation.id(), "key/key-of-pat");

        await(() -> world.delegations.end(pat, delegation.id(), true));

        assertRefused(() -> candidate.toApprove(approval, List.of(), NOON), ProblemType.FORBIDDEN);
        assertRefused(() -> world.approve(escalation, del), ProblemType.FORBIDDEN);
    }

    @Test
    void aDelegationDoesNotOutliveTheKeyThatListsTheGroup() {
        lend(pat, "del", HOUR, "finance");
        Identities.revoke(world.journal, "key-of-pat");
        Identities.approver(world.journal, "key-2-of-pat", "pat", Optional.empty(), "sales");

        assertRefused(() -> world.approve(open(1), del), ProblemType.FORBIDDEN);
    }

    @Test
    void takingTheLendersKeyAwayTakesTheDelegatesApprovalAway() {
        lend(pat, "del", HOUR, "finance");
        Escalation escalation = open(2);
        world.approve(escalation, del);
        Identities.revoke(world.journal, "key-of-pat");

        assertThat(world.approve(escalation, registered("fay", "finance")).state())
                .isEqualTo(Approval.State.OPEN);
    }

    @Test
    void takingTheLendersKeyAwayLeavesWhatTheDelegateApprovedForThemselves() {
        lend(pat, "del", HOUR, "finance");
        Escalation escalation = world.open(
                Escalations.ask("large", "finance", 2, NOON, HOUR),
                Escalations.ask("contract", "legal", 1, NOON, HOUR));
        world.approve(escalation, del);
        Identities.revoke(world.journal, "key-of-pat");

        assertThat(world.approve(escalation, registered("fay", "finance")).state())
                .isEqualTo(Approval.State.OPEN);
        assertThat(world.approve(escalation, registered("gil", "finance")).state())
                .isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void aRightIsUsedOnceByWhomeverItIs() {
        lend(pat, "del", HOUR, "finance");
        registered("eve", "legal");
        lend(pat, "eve", HOUR, "finance");
        Escalation escalation = open(2);
        world.approve(escalation, del);

        assertRefused(() -> world.approve(escalation, pat), ProblemType.CONFLICT)
                .contains("approved it already");
        assertRefused(() -> world.approve(escalation, world.approver("eve", "legal")), ProblemType.FORBIDDEN);

        Escalation other = open(2);
        world.approve(other, pat);
        assertRefused(() -> world.approve(other, del), ProblemType.FORBIDDEN);
    }

    @Test
    void aRefusalIsStillPossibleOnceTheLenderHasApproved() {
        lend(pat, "del", HOUR, "finance");
        Escalation escalation = open(2);
        world.approve(escalation, pat);

        assertThat(world.refuse(escalation, del).state()).isEqualTo(Approval.State.REFUSED);
    }

    @Test
    void neitherOfTheTwoHasAStake() {
        Approver olga = registered(World.OWNER, "finance");
        lend(olga, "del", HOUR, "finance");
        lend(pat, World.OWNER, HOUR, "finance");

        assertRefused(() -> world.approve(open(1), del), ProblemType.FORBIDDEN).contains("owner");
        assertRefused(() -> world.approve(open(1), world.approver(World.OWNER)), ProblemType.FORBIDDEN)
                .contains("owner");
        assertThat(world.approve(open(1, Party.OWNER), del).grants())
                .extracting(Grant::stakes)
                .containsExactly(Set.of(Party.OWNER));
    }

    @Test
    void nobodyLendsMoreOftenThanMayBeInForce() {
        lend(pat, "del", HOUR, "finance");
        Delegation second = lend(pat, "del", HOUR, "finance");
        lend(pat, "del", Duration.ofMinutes(10), "finance");

        assertRefused(() -> lend(pat, "del", HOUR, "finance"), ProblemType.TOO_MANY_REQUESTS)
                .contains("max-delegations");
        lend(registered("eve", "finance"), "del", HOUR, "finance");
        await(() -> world.delegations.end(pat, second.id(), true));
        lend(pat, "del", HOUR, "finance");
        assertRefused(() -> lend(pat, "del", HOUR, "finance"), ProblemType.TOO_MANY_REQUESTS);
        world.pass(Duration.ofMinutes(10));
        lend(pat, "del", HOUR, "finance");
    }

    @Test
    void anotherReplicaTellsTheSameWhateverItHearsFirst() {
        List<Recorded> heard = new ArrayList<>();
        world.log.tail().subscribe(heard::add);
        Delegation ended = lend(pat, "del", HOUR, "finance");
        Delegation kept = lend(pat, "del", HOUR, "finance");
        await(() -> world.delegations.end(pat, ended.id(), true));
        Delegations early = world.delegations();
        heard.forEach(early::onEntry);
        await(early::load);
        Delegations late = world.delegations();
        await(late::load);
        heard.forEach(late::onEntry);

        assertThat(world.delegations.live()).containsExactly(kept);
        assertThat(early.live()).containsExactly(kept);
        assertThat(late.live()).containsExactly(kept);
    }

    @Test
    void onlyWhomItConcernsEndsIt() {
        Delegation delegation = lend(pat, "del", HOUR, "finance");

        assertRefused(
                () -> await(() -> world.delegations.end(registered("eve", "legal"), delegation.id(), true)),
                ProblemType.NOT_FOUND);
        assertThat(world.delegations.live()).containsExactly(delegation);
    }
}
