package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An approver who wants to answer an escalation beyond its call. They are entitled to that exactly as to approving it. */
public final class Consenting {

    private final Approvals approvals;
    private final Entitlements.Candidate candidate;
    private final Approver by;

    Consenting(Approvals approvals, Entitlements.Candidate candidate, Approver by) {
        this.approvals = approvals;
        this.candidate = candidate;
        this.by = by;
    }

    /**
     * Who has said the same already, for themselves or through somebody who stood for them.
     *
     * @param person pseudonym of the person that their key named
     */
    public record Said(String name, Optional<String> person) {}

    /** What their being entitled depends on, besides the approval itself. */
    public Set<String> topics() {
        return candidate.topics();
    }

    /**
     * What of it they may answer. May run under the log's lock.
     *
     * @param approval with what these entries changed
     * @param view digest of what they saw, if they say so
     * @throws Problem if it is nothing, if it is not what they saw, or if they have said it already
     */
    public Entitlement entitled(
            Approval approval, Optional<String> view, List<Said> already, List<Recorded> since, Instant at) {
        approvals.requireSeen(approval, view, since);
        approvals.requireViewed(approval, by, view);
        return candidate.toConsent(approval, already, since, at);
    }
}
