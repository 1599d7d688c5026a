package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static dev.writ.gateway.approval.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Next;
import dev.writ.model.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is asked as time passes. */
class ApprovalLadderTest {

    private static final Duration HALF = Duration.ofMinutes(30);
    private static final Duration MICRO = Duration.ofNanos(1_000);

    private final World world = new World();

    private final List<Recorded> entries = new ArrayList<>();

    ApprovalLadderTest() {
        world.log.tail().subscribe(entries::add);
    }

    private Escalation open(int approvals) {
        Ask finance = Escalations.ask("large", "finance", approvals, NOON, HOUR);
        return world.open(Escalations.then(
                Escalations.then(finance, "managers", HALF), "board", HALF.plus(Duration.ofMinutes(15))));
    }

    private Next wake(Escalation escalation) {
        return await(() -> world.ladders.run(escalation.call().toString()));
    }

    private long raisings() {
        return entries.stream()
                .filter(recorded -> recorded.entry().kind().equals(ApprovalKinds.RAISED))
                .count();
    }

    @Test
    void isReadAsItWasOpened() {
        Escalation escalation = open(2);

        assertThat(world.read(escalation.call()).escalation()).isEqualTo(escalation);
        assertThat(world.log.rows()).anyMatch(row -> row.label().equals(Ladders.RAISE));
    }

    @Test
    void theNextGroupHasNoSayBeforeItsTime() {
        Escalation escalation = open(1);
        world.pass(HALF.minus(MICRO));

        assertRefused(() -> world.approve(escalation, world.approver("max", "managers")), ProblemType.FORBIDDEN)
                .contains(NOON.plus(HALF).toString());
        assertRefused(() -> world.refuse(escalation, world.approver("max", "managers")), ProblemType.FORBIDDEN);
    }

    @Test
    void theNextGroupMayAnswerFromItsTimeOnWhetherOrNotTheTaskHasRun() {
        Escalation escalation = open(1);
        world.pass(HALF);

        Approval approval = world.approve(escalation, world.approver("max", "managers"));

        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(approval.grants()).extracting(Grant::group).containsExactly("managers");
        assertThat(approval.grants().get(0).authority().waited()).isEqualTo(HALF);
    }

    @Test
    void theFirstGroupStaysAskedAndBothCount() {
        Escalation escalation = open(2);
        world.pass(HALF);

        assertThat(world.approve(escalation, world.approver("max", "managers")).state())
                .isEqualTo(Approval.State.OPEN);
        assertThat(world.approve(escalation, world.approver("fay", "finance")).state())
                .isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void whoIsInBothGroupsApprovesOnce() {
        Escalation escalation = open(2);
        world.pass(HALF);

        assertThat(world.approve(escalation, world.approver("max", "managers", "finance"))
                        .state())
                .isEqualTo(Approval.State.OPEN);
        assertRefused(
                () -> world.approve(escalation, world.approver("max", "managers", "finance")), ProblemType.CONFLICT);
    }

    @Test
    void anEntrySaysThatTheNextGroupWasAskedAndItsRowFollowsIt() {
        Escalation escalation = open(1);

        assertThat(wake(escalation)).isEqualTo(Next.again(NOON.plus(HALF)));
        assertThat(world.read(escalation.call()).groups()).containsExactly("finance");
        world.pass(HALF);
        assertThat(wake(escalation)).isEqualTo(Next.again(NOON.plus(Duration.ofMinutes(45))));
        assertThat(wake(escalation)).isEqualTo(Next.again(NOON.plus(Duration.ofMinutes(45))));
        assertThat(world.read(escalation.call()).groups()).containsExactlyInAnyOrder("finance", "managers");
        assertThat(raisings()).isOne();
        world.pass(HALF.minus(MICRO));
        assertThat(wake(escalation)).isEqualTo(Next.done());

        Approval approval = world.read(escalation.call());
        assertThat(approval.groups()).containsExactlyInAnyOrder("finance", "managers", "board");
        assertThat(approval.changed().entry().kind()).isEqualTo(ApprovalKinds.RAISED);
        assertThat(approval.state()).isEqualTo(Approval.State.OPEN);
    }

    @Test
    void whatIsOverIsAskedOfNobodyElse() {
        Escalation escalation = open(1);
        world.approve(escalation, world.approver("fay", "finance"));
        world.pass(HALF);

        assertThat(wake(escalation)).isEqualTo(Next.done());
        assertThat(raisings()).isZero();
    }

    @Test
    void whoIsNotAskedYetDoesNotSeeIt() {
        Escalation escalation = open(1);
        Approval approval = world.read(escalation.call());

        assertThat(world.approvals.isAsked(approval, Set.of("managers"))).isFalse();
        world.pass(HALF);
        assertThat(world.approvals.isAsked(approval, Set.of("managers"))).isTrue();
    }
}
