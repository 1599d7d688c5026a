package dev.writ.gateway.precedent;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/** Who gets help with an escalation: members of a group that is asked who have looked at the call itself first. */
@ApplicationScoped
class Seen {

    private final Approvals approvals;
    private final AuditReader reader;

    Seen(Approvals approvals, AuditReader reader) {
        this.approvals = approvals;
        this.reader = reader;
    }

    /** The approval of that call, with its view; fails with a {@link Problem} if that approver may not be helped with it. */
    Uni<Approval> by(Approver approver, CallId call) {
        return approvals
                .find(call)
                .map(found -> found.filter(approval -> approvals.isAsked(approval, approver))
                        .orElseThrow(Seen::none))
                .call(approval -> requireViewed(approval, approver))
                .invoke(Seen::requireThere);
    }

    private Uni<Void> requireViewed(Approval approval, Approver approver) {
        return reader.ofCall(approval.call().toString(), Set.of(ApprovalKinds.VIEWED))
                .invoke(entries -> {
                    if (entries.stream().noneMatch(entry -> shows(entry, approval, approver))) {
                        throw new Problem(
                                ProblemType.CONFLICT,
                                "Look at the call itself first: POST /v1/approvals/{id}/view. What others did, and what a machine"
                                        + " says, comes after that.");
                    }
                })
                .replaceWithVoid();
    }

    private static boolean shows(Recorded viewed, Approval approval, Approver approver) {
        return viewed.entry().body().text("actor").equals(Optional.of(approver.name()))
                && viewed.entry().body().text("view").equals(Optional.of(approval.viewDigest()));
    }

    private static void requireThere(Approval approval) {
        if (approval.escalation().view().members().isEmpty()) {
            throw new Problem(
                    ProblemType.CONFLICT, "What was to be approved was erased, so there is nothing to compare.");
        }
    }

    static Problem none() {
        return new Problem(ProblemType.NOT_FOUND, "No call of this id waits for you, or ever did.");
    }
}
