package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static dev.writ.gateway.approval.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Draft;
import dev.writ.audit.LogTail;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.policy.Author;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Next;
import dev.writ.model.Grant;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two replicas over one log: what the other records comes after this one has read, and before it records. */
class EditRaceTest {

    private static final JsonObject LESS =
            JsonObject.builder().put("amount", 120).build();

    private final World world = new World();
    private final Approver jd = world.approver("jd", "finance");
    private final Approver mk = world.approver("mk", "finance");

    /** The log as a replica has it whose append is overtaken once. */
    private final class Overtaken implements AuditLog {
        private Runnable other;

        Overtaken(Runnable other) {
            this.other = other;
        }

        @Override
        public <T> Uni<Receipt<T>> append(Draft<T> draft) {
            Runnable first = other;
            other = () -> {};
            first.run();
            return world.log.append(draft);
        }

        @Override
        public LogTail tail() {
            return world.log.tail();
        }
    }

    private static Ask finance(int approvals) {
        return Escalations.ask("large", "finance", approvals, NOON, HOUR);
    }

    private Approvals overtaken(Runnable other) {
        return world.replica(Auditing.journal(new Overtaken(other), world));
    }

    private Approval edit(Approvals replica, Escalation escalation, Approver by) {
        return edit(replica, escalation, by, List.of());
    }

    /** @param asks what the rules ask of it then */
    private Approval edit(Approvals replica, Escalation escalation, Approver by, List<Ask> asks) {
        Approval read = world.read(escalation.call());
        return await(() -> new Edits(replica, world.pseudonyms, world.config)
                .edit(
                        read,
                        Edits.Wish.of(by, "less", read.viewDigest(), world.instant()),
                        world.journal.size(),
                        Set.of(),
                        since -> new Judged(
                                false,
                                asks,
                                LESS,
                                LESS,
                                new JsonArray(List.of()),
                                JsonObject.builder().put("argumentsMac", "mac").build())));
    }

    private Approval approve(Approvals replica, Escalation escalation, Approver by, Optional<String> view) {
        return await(() -> replica.approve(escalation.call(), by, "fine", view));
    }

    private Approval approve(Escalation escalation, Approver by) {
        return approve(world.approvals, escalation, by, Optional.empty());
    }

    @Test
    void whatAnotherReplicaApprovedIsNotChangedAnyMore() {
        Escalation escalation = world.open(finance(1));
        Approvals late = overtaken(() -> approve(escalation, mk));

        assertRefused(() -> edit(late, escalation, jd), ProblemType.CONFLICT).contains("ended");

        assertThat(world.read(escalation.call()).edited()).isEmpty();
    }

    @Test
    void whatAnotherReplicaChangedIsNotApprovedUnseen() {
        Escalation escalation = world.open(finance(2));
        String before = world.read(escalation.call()).viewDigest();
        Approvals late = overtaken(() -> edit(world.approvals, escalation, jd));

        assertRefused(() -> approve(late, escalation, mk, Optional.of(before)), ProblemType.CONFLICT)
                .contains("has just been changed");

        assertThat(world.read(escalation.call()).given())
                .extracting(Given::approver)
                .containsExactly("jd");
    }

    @Test
    void whoSaysNothingOfTheViewDoesNotApproveWhatWasChangedEither() {
        Escalation escalation = world.open(finance(2));
        Approvals late = overtaken(() -> edit(world.approvals, escalation, jd));

        assertRefused(() -> approve(late, escalation, mk, Optional.empty()), ProblemType.CONFLICT)
                .contains("has just been changed");
    }

    @Test
    void whatWasChangedIsApprovedByWhoSaysWhatTheySawOrHasLookedAtIt() {
        Escalation escalation = world.open(finance(2));
        edit(world.approvals, escalation, jd);

        assertRefused(() -> approve(escalation, mk), ProblemType.CONFLICT).contains("say with 'view'");

        assertThat(world.read(escalation.call()).given())
                .extracting(Given::approver)
                .containsExactly("jd");
        String seen = world.read(escalation.call()).viewDigest();
        assertThat(approve(world.approvals, escalation, mk, Optional.of(seen)).state())
                .isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void aRefusalIsOfWhateverItWasChangedTo() {
        Escalation escalation = world.open(finance(2));
        Ask further = Escalations.of(Escalations.ask("very large", "legal", 1, NOON, HOUR), "a-bundle");
        world.authors.put("a-bundle", Set.of(new Author("arno", Optional.empty())));
        Approvals late = overtaken(() -> edit(world.approvals, escalation, jd, List.of(further)));

        Approval refused = await(() -> late.refuse(escalation.call(), mk, "not this one"));

        assertThat(refused.state()).isEqualTo(Approval.State.REFUSED);
        assertThat(refused.edits()).isOne();
    }

    @Test
    void whoWasNotAskedDoesNotRefuseByWhatIsAskedOnlyNow() {
        Escalation escalation = world.open(finance(2));
        Ask further = Escalations.of(Escalations.ask("very large", "legal", 1, NOON, HOUR), "a-bundle");
        world.authors.put("a-bundle", Set.of(new Author("arno", Optional.empty())));
        Approvals late = overtaken(() -> edit(world.approvals, escalation, jd, List.of(further)));

        assertRefused(
                () -> await(() -> late.refuse(escalation.call(), world.approver("arno", "legal"), "no")),
                ProblemType.FORBIDDEN);
    }

    @Test
    void whoLooksWhileItIsChangedIsShownAndRecordedWhatItIs() {
        Escalation escalation = world.open(finance(2));
        Journal journal = Auditing.journal(new Overtaken(() -> edit(world.approvals, escalation, jd)), world);
        Views late = new Views(journal, world.replica(journal), world.breakGlass);

        Approval seen = await(() -> late.view(escalation.call(), mk));

        assertThat(seen.edits()).isOne();
        assertThat(seen.viewDigest()).isEqualTo(world.read(escalation.call()).viewDigest());
        assertThat(world.read(escalation.call()).viewedBy("mk")).isPresent();
        assertThat(approve(escalation, mk).state()).isEqualTo(Approval.State.APPROVED);
    }

    @Test
    void aRuleThatAsksOnlyNowHasItsOwnTimeFromNowOn() {
        Escalation escalation = world.open(finance(2));
        world.pass(Duration.ofMinutes(20));
        Instant now = world.instant();
        Duration half = Duration.ofMinutes(30);

        Approval edited =
                edit(world.approvals, escalation, jd, List.of(Escalations.ask("very large", "legal", 1, now, half)));

        assertThat(edited.escalation().expiresAt()).isEqualTo(now.plus(half));
        assertThat(edited.escalation().asks())
                .extracting(Ask::expiresAt)
                .containsExactly(NOON.plus(HOUR), now.plus(half));
        world.pass(half);
        assertRefused(() -> approve(escalation, mk), ProblemType.CONFLICT).contains("time is over");
        assertThat(await(() -> world.approvals.expire(escalation.call()))).isEqualTo(Next.done());
        assertThat(world.read(escalation.call()).state()).isEqualTo(Approval.State.EXPIRED);
    }

    @Test
    void noChangeLengthensHowLongItWaits() {
        Escalation escalation = world.open(finance(2));
        world.pass(Duration.ofMinutes(20));
        Instant now = world.instant();

        Approval edited = edit(
                world.approvals,
                escalation,
                jd,
                List.of(
                        Escalations.ask("large", "finance", 2, now, HOUR),
                        Escalations.ask("very large", "legal", 1, now, HOUR)));

        assertThat(edited.escalation().expiresAt()).isEqualTo(NOON.plus(HOUR));
        assertThat(edited.escalation().asks())
                .extracting(Ask::expiresAt)
                .containsExactly(NOON.plus(HOUR), now.plus(HOUR));
    }

    @Test
    void theNextGroupOfARuleThatAsksOnlyNowWaitsFromNowOn() {
        Duration half = Duration.ofMinutes(30);
        Escalation escalation = world.open(Escalations.ask("large", "finance", 1, NOON, HOUR.multipliedBy(4)));
        world.pass(HOUR);
        Ask further = Escalations.then(
                Escalations.ask("very large", "legal", 1, world.instant(), HOUR.multipliedBy(2)), "board", half);
        Approver bo = world.approver("bo", "board");

        edit(world.approvals, escalation, jd, List.of(further));

        Optional<String> seen = Optional.of(world.read(escalation.call()).viewDigest());
        assertRefused(() -> approve(world.approvals, escalation, bo, seen), ProblemType.FORBIDDEN)
                .contains("asked from " + world.instant().plus(half));
        world.pass(half);
        Approval approved = approve(world.approvals, escalation, bo, seen);
        assertThat(approved.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(approved.grants())
                .filteredOn(grant -> grant.approver().equals("bo"))
                .extracting(grant -> grant.authority().waited())
                .containsExactly(half);
    }

    /** A rule asks finance and then managers; and since a manager changed the call, legal and, two hours later, managers. */
    private Approval askedTwice() {
        Escalation escalation = world.open(Escalations.then(
                Escalations.ask("large", "finance", 1, NOON, HOUR.multipliedBy(4)),
                "managers",
                Duration.ofMinutes(30)));
        world.pass(HOUR.multipliedBy(2).plusMinutes(6));
        return edit(
                world.approvals,
                escalation,
                world.approver("max", "managers"),
                List.of(Escalations.then(
                        Escalations.ask("large", "legal", 1, world.instant(), HOUR.multipliedBy(4)),
                        "managers",
                        HOUR.multipliedBy(2))));
    }

    @Test
    void whoeverARuleAskedBeforeDoesNotAnswerWhatItAsksOnlyNow() {
        Approval edited = askedTwice();

        assertThat(edited.escalation().asks())
                .extracting(ask -> ask.requirement().group(), edited::granted)
                .containsExactly(tuple("finance", 1), tuple("legal", 0));
        assertThat(edited.grants())
                .extracting(Grant::group, grant -> grant.authority().first())
                .containsExactly(tuple("managers", Optional.of("finance")));
        assertThat(edited.state()).isEqualTo(Approval.State.OPEN);
    }

    @Test
    void anEntryThatDoesNotSayWhatItAnswersIsReadAsItWas() {
        JsonObject before = (JsonObject)
                JsonValue.parse("{\"grants\":[{\"rule\":\"large\",\"group\":\"managers\",\"stakes\":[]}]}");

        assertThat(VoiceJson.read(before, askedTwice().escalation()))
                .extracting(voice -> voice.ask().requirement().group(), Voice::first)
                .containsExactly(tuple("finance", Optional.empty()), tuple("legal", Optional.empty()));
    }

    @Test
    void anApprovalThatAnotherReplicaRecordedFirstIsVoid() {
        Escalation escalation = world.open(finance(2));
        Approvals late = overtaken(() -> approve(escalation, mk));

        Approval edited = edit(late, escalation, jd);

        assertThat(edited.state()).isEqualTo(Approval.State.OPEN);
        assertThat(edited.given()).extracting(Given::approver).containsExactly("jd");
    }

    @Test
    void twoWhoChangeItAtOnceDoNotBoth() {
        Escalation escalation = world.open(finance(2));
        Approvals late = overtaken(() -> edit(world.approvals, escalation, mk));

        assertRefused(() -> edit(late, escalation, jd), ProblemType.CONFLICT).contains("'view'");

        assertThat(world.read(escalation.call()).edits()).isOne();
    }
}
