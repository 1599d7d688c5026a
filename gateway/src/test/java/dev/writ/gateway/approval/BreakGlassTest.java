package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static dev.writ.gateway.approval.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.policy.Author;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Grant;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Those who may not wait, and who looks at it afterwards. */
class BreakGlassTest {

    private static final String BUNDLE = "sha256:rules";
    private static final String JO = "jo@example.com";

    private final World world = new World();
    private final List<Recorded> entries = new ArrayList<>();
    private final Approver olaf = world.approver("olaf", "on-call");

    BreakGlassTest() {
        world.log.tail().subscribe(entries::add);
        world.authors.put(BUNDLE, Set.of(new Author("arno", Optional.empty())));
    }

    @BeforeEach
    void somebodyMay() {
        world.duties.mayBreakGlass = Set.of("on-call");
    }

    private Escalation open(Party... allowed) {
        return world.open(
                Escalations.of(Escalations.ask("large", "finance", 2, NOON, HOUR, allowed), BUNDLE),
                Escalations.of(Escalations.ask("contract", "legal", 1, NOON, HOUR, allowed), BUNDLE));
    }

    private Approval breakGlass(Escalation escalation, Approver by) {
        String view = world.read(escalation.call()).viewDigest();
        return await(() -> world.breakGlass.breakGlass(escalation.call(), by, "it burns", view));
    }

    private Review close(Review review, Approver by) {
        return await(() -> world.reviews.close(review.index(), by, true, "it did burn"));
    }

    private List<String> kinds() {
        return entries.stream().map(recorded -> recorded.entry().kind()).toList();
    }

    @Test
    void nobodyMayUnlessGroupsAreNamed() {
        world.duties.mayBreakGlass = Set.of();

        assertRefused(() -> breakGlass(open(), olaf), ProblemType.FORBIDDEN).contains("break-glass-groups");
    }

    @Test
    void itStandsForEverybodyWhoIsAsked() {
        Escalation escalation = open();

        Approval approval = breakGlass(escalation, olaf);

        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(approval.grants())
                .extracting(
                        Grant::rule, Grant::group, grant -> grant.authority().approvals())
                .containsExactlyInAnyOrder(tuple("large", "finance", 2), tuple("contract", "legal", 1));
        assertThat(world.log.rows()).anyMatch(row -> row.label().equals(Approvals.RESUME));
    }

    @Test
    void itIsRecordedTwiceAndTheSecondNamesTheFirst() {
        Escalation escalation = open();

        Approval approval = breakGlass(escalation, olaf);

        assertThat(kinds()).endsWith(ApprovalKinds.BROKEN, ApprovalKinds.GRANTED);
        assertThat(approval.given().get(0).brokeGlass())
                .contains(entries.get(entries.size() - 2).index());
        assertThat(world.reviews.open()).extracting(Review::call).containsExactly(escalation.call());
    }

    @Test
    void goesOnWhereItStoppedBetweenTheTwo() {
        Escalation escalation = open();
        Approval before = world.read(escalation.call());
        await(() -> world.approvals.answer(
                escalation.call(),
                olaf,
                (approval, candidate, since, at) -> new Settled<>(
                        BreakGlassEntries.broken(approval, olaf, "it burns", at, at.plus(HOUR)), List.of(), approval)));
        assertThat(before.state()).isEqualTo(Approval.State.OPEN);

        breakGlass(escalation, olaf);

        assertThat(kinds().stream().filter(ApprovalKinds.BROKEN::equals)).hasSize(1);
    }

    @Test
    void whoHasApprovedAlreadyMayStillBreakTheGlassForTheRest() {
        Escalation escalation = open();
        Approver both = world.approver("olaf", "on-call", "finance");
        world.approve(escalation, both);

        assertThat(breakGlass(escalation, both).state()).isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void whoHasAStakeMayNotWhateverTheRulesAllow() {
        Escalation escalation = open(Party.values());

        for (String name : List.of(World.AGENT, World.OWNER, World.PERSON, "arno")) {
            assertRefused(() -> breakGlass(escalation, world.approver(name, "on-call")), ProblemType.FORBIDDEN)
                    .contains("stake");
        }
        assertThat(kinds()).doesNotContain(ApprovalKinds.BROKEN);
    }

    @Test
    void aGroupThatWasLentBreaksNoGlass() {
        Identities.approver(world.journal, "key-of-olaf", "olaf", Optional.empty(), "on-call");
        Identities.approver(world.journal, "key-of-del", "del", Optional.empty(), "legal");
        await(() -> world.delegations.lend(olaf, "del", Set.of("on-call"), NOON.plus(HOUR), "on leave"));

        assertRefused(() -> breakGlass(open(), world.approver("del", "legal")), ProblemType.FORBIDDEN);
    }

    @Test
    void nothingIsLetGoOnThatWasNotSeen() {
        Escalation escalation = open();

        assertRefused(
                () -> await(() -> world.breakGlass.breakGlass(escalation.call(), olaf, "it burns", "another")),
                ProblemType.CONFLICT);
        assertThat(kinds()).doesNotContain(ApprovalKinds.BROKEN);
    }

    @Test
    void whoeverMayBreakTheGlassLooksAtItFirst() {
        world.config.requireView = true;
        Escalation escalation = open();
        assertRefused(() -> breakGlass(escalation, olaf), ProblemType.CONFLICT).contains("/view");

        world.view(escalation, olaf);

        assertThat(breakGlass(escalation, olaf).state()).isEqualTo(Approval.State.APPROVED);
        world.view(escalation, olaf);
    }

    @Test
    void nobodyLooksAtWhatTheyCouldNotLetGoOn() {
        Escalation escalation = open();
        assertRefused(() -> world.view(escalation, world.approver("eve", "sales")), ProblemType.NOT_FOUND);
        world.refuse(escalation, world.approver("fay", "finance"));

        assertRefused(() -> world.view(escalation, olaf), ProblemType.NOT_FOUND);
        world.duties.mayBreakGlass = Set.of();
        assertRefused(() -> world.view(open(), olaf), ProblemType.NOT_FOUND);
    }

    @Test
    void whoHasAStakeDoesNotLookAtItEither() {
        Escalation escalation = open(Party.values());

        for (String name : List.of(World.AGENT, World.OWNER, World.PERSON, "arno")) {
            assertRefused(() -> world.view(escalation, world.approver(name, "on-call")), ProblemType.NOT_FOUND);
        }
        world.view(escalation, olaf);
    }

    @Test
    void nobodyLooksAtWhatTheyCouldHaveAnUnknownStakeIn() {
        Escalation escalation =
                world.open(Escalations.of(Escalations.ask("large", "finance", 1, NOON, HOUR), "sha256:unknown"));

        assertRefused(() -> world.view(escalation, olaf), ProblemType.NOT_FOUND);
    }

    @Test
    void whoeverIsOverdueDoesNotLookAtOthers() {
        Escalation broken = open();
        breakGlass(broken, olaf);
        Review review = world.reviews.open().get(0);
        world.pass(Duration.ofDays(3));
        Escalation escalation = world.openNow(Escalations.ask("large", "finance", 1, world.instant(), HOUR));

        assertRefused(() -> world.view(escalation, olaf), ProblemType.NOT_FOUND);
        world.view(broken, olaf);
        close(review, world.approver("rita"));
        world.view(escalation, olaf);
    }

    private Escalation signed() {
        Ask legal = new Ask(
                "contract",
                "it binds us",
                new Requirement("legal", 1, HOUR, Set.of(), List.of(), true),
                NOON.plus(HOUR),
                Optional.empty());
        return world.open(Escalations.ask("large", "finance", 1, NOON, HOUR), legal);
    }

    @Test
    void nobodyLetsGoOnWhatHasToBeSigned() {
        Escalation escalation = signed();

        assertRefused(() -> breakGlass(escalation, olaf), ProblemType.CONFLICT).contains("signatures");
        assertThat(kinds()).doesNotContain(ApprovalKinds.BROKEN, ApprovalKinds.GRANTED);
    }

    @Test
    void nobodyLooksAtWhatHasToBeSigned() {
        Escalation escalation = signed();

        assertRefused(() -> world.view(escalation, olaf), ProblemType.NOT_FOUND);
    }

    @Test
    void whatHasEndedIsNotLetGoOn() {
        Escalation escalation = open();
        world.refuse(escalation, world.approver("fay", "finance"));

        assertRefused(() -> breakGlass(escalation, olaf), ProblemType.CONFLICT).contains("refused");
        assertThat(world.reviews.open()).isEmpty();
    }

    @Test
    void somebodyElseReviewsIt() {
        breakGlass(open(), olaf);
        Review review = world.reviews.open().get(0);
        Identities.approver(world.journal, "key-1", "olaf", Optional.of(world.pseudonyms.of(JO)), "on-call");
        Identities.approver(world.journal, "key-2", "olaf-2", Optional.of(world.pseudonyms.of(JO)), "on-call");

        for (String name : List.of("olaf", "olaf-2", World.AGENT, World.OWNER, World.PERSON)) {
            assertRefused(() -> close(review, world.approver(name)), ProblemType.FORBIDDEN);
        }
        close(review, world.approver("rita"));

        assertThat(world.reviews.open()).isEmpty();
        assertRefused(() -> close(review, world.approver("rita")), ProblemType.CONFLICT);
    }

    @Test
    void whoeverIsOverdueWaitsAsEverybodyDoes() {
        breakGlass(open(), olaf);
        Review review = world.reviews.open().get(0);
        world.pass(Duration.ofDays(3));
        Escalation escalation = world.openNow(Escalations.ask("large", "finance", 1, world.instant(), HOUR));

        assertThat(world.reviews.overdue()).isOne();
        assertRefused(() -> breakGlass(escalation, olaf), ProblemType.FORBIDDEN).contains("overdue");
        close(review, world.approver("rita"));
        assertThat(breakGlass(escalation, olaf).state()).isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void anotherNameDoesNotHelpWhoeverIsOverdue() {
        Approver known = world.known(olaf, JO);
        breakGlass(open(), known);
        world.pass(Duration.ofDays(3));
        Escalation escalation = world.openNow(Escalations.ask("large", "finance", 1, world.instant(), HOUR));

        assertRefused(
                        () -> breakGlass(escalation, world.known(world.approver("olaf-2", "on-call"), JO)),
                        ProblemType.FORBIDDEN)
                .contains("overdue");
    }
}
