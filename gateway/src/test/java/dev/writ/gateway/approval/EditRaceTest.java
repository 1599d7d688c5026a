package dev.writ.gateway.approval;

import static dev.writ.gateway.approval.World.HOUR;
import static dev.writ.gateway.approval.World.NOON;
import static dev.writ.gateway.approval.World.assertRefused;
import static dev.writ.gateway.approval.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Draft;
import dev.writ.audit.LogTail;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
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
        Approval read = world.read(escalation.call());
        return await(() -> new Edits(replica, world.pseudonyms, world.config)
                .edit(
                        read,
                        Edits.Wish.of(by, "less", read.viewDigest(), world.instant()),
                        world.journal.size(),
                        Set.of(),
                        since -> new Judged(
                                false,
                                List.of(),
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
