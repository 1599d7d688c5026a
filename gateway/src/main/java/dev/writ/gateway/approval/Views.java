package dev.writ.gateway.approval;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Draft;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Who looked at what is to be approved, and when: the log says so once of each person and view. */
@ApplicationScoped
class Views {

    private final Journal journal;
    private final Approvals approvals;
    private final BreakGlass breakGlass;

    Views(Journal journal, Approvals approvals, BreakGlass breakGlass) {
        this.journal = journal;
        this.approvals = approvals;
        this.breakGlass = breakGlass;
    }

    /**
     * Records that somebody looks at what is to be approved; nothing more if that is recorded already, or it has ended.
     *
     * @param by member of a group that is asked, or who may break the glass; whoever may not answer may look
     */
    Uni<Approval> view(CallId call, Approver by) {
        long readAt = journal.size();
        Instant at = journal.now();
        return approvals.existing(call).chain(approval -> {
            if (!approvals.isAsked(approval, by) && !breakGlass.isOpenTo(by, approval, at)) {
                throw RequestFields.noneWaits();
            }
            return approval.viewedBy(by.name()).isPresent() || !approval.isOpenAt(at)
                    ? Uni.createFrom().item(approval)
                    : record(approval, by, readAt, at);
        });
    }

    private Uni<Approval> record(Approval approval, Approver by, long readAt, Instant at) {
        Set<String> topics = Set.of(Topics.approval(approval.call()), Topics.subject(approval.subjectKey()));
        Draft<Approval> draft = new Draft<>(topics, readAt, since -> {
            Approval now = approval.after(since);
            Approvals.requireOpen(now, at);
            // If it was changed meanwhile, this is what they are shown.
            approvals.requireThere(now, since);
            return new Settled<>(ApprovalEntries.viewed(now, by, at), List.of(), now);
        });
        return journal.record(Actor.of(by.principal()), draft)
                .chain(receipt -> receipt.fold(
                        created -> Uni.createFrom().item(created.outcome().after(List.of(created.recorded()))),
                        existing -> approvals.existing(approval.call())))
                .onFailure(AuditUnavailableException.class)
                .transform(failure -> Approvals.unknown(approval.call()));
    }
}
