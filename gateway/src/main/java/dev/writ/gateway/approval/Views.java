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

    Views(Journal journal, Approvals approvals) {
        this.journal = journal;
        this.approvals = approvals;
    }

    /**
     * Records that somebody looks at what is to be approved; nothing more if that is recorded already, or it has ended.
     *
     * @param by member of a group that is asked; whoever may not answer may look
     */
    Uni<Approval> view(CallId call, Approver by) {
        long readAt = journal.size();
        Instant at = journal.now();
        return approvals.existing(call).chain(approval -> {
            if (!approvals.isAsked(approval, approvals.groups(by))) {
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
            if (!now.viewDigest().equals(approval.viewDigest())) {
                throw Approvals.conflict("It has just been changed. Read it again; nothing was recorded.");
            }
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
