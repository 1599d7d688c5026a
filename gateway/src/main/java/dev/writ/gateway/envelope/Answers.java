package dev.writ.gateway.envelope;

import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What an approver says to an escalation and for calls like it: the envelope first, then the call that asks, which uses none of it. */
@ApplicationScoped
class Answers {

    private final Proposals proposals;
    private final Approvals approvals;
    private final Journal journal;

    Answers(Proposals proposals, Approvals approvals, Journal journal) {
        this.proposals = proposals;
        this.approvals = approvals;
        this.journal = journal;
    }

    Instant now() {
        return journal.now();
    }

    /** The groups as whose member somebody may answer by now. */
    Set<String> groups(Approver by) {
        return approvals.groups(by);
    }

    Uni<Envelope> propose(CallId call, Approver by, Proposals.Extent extent, String reason, Optional<String> view) {
        return proposals.propose(call, by, extent, reason, view).call(() -> approve(call, by, reason, view));
    }

    Uni<Envelope> consent(Envelope envelope, Approver by, String reason, Optional<String> view) {
        return proposals
                .consent(envelope, by, reason, view)
                .call(() -> approve(CallId.parse(envelope.call()), by, reason, view));
    }

    /** They may have approved it, or it may have ended; the envelope stands by itself. */
    private Uni<Void> approve(CallId call, Approver by, String reason, Optional<String> view) {
        return approvals
                .approve(call, by, reason, view)
                .replaceWithVoid()
                .onFailure(failure -> failure instanceof Problem problem && problem.type() == ProblemType.CONFLICT)
                .recoverWithNull();
    }
}
