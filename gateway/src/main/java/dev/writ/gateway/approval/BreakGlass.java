package dev.writ.gateway.approval;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Lets a call go on without those who are asked, by the few who may and with a review afterwards. It stands for their approvals and
 * nothing else: the call is decided again, and what denies it then denies it.
 */
@ApplicationScoped
class BreakGlass {

    private static final Logger LOG = Logger.getLogger(BreakGlass.class);

    private final Approvals approvals;
    private final Reviews reviews;
    private final AuditReader reader;
    private final DutyConfig config;
    private final MeterRegistry meters;

    BreakGlass(Approvals approvals, Reviews reviews, AuditReader reader, DutyConfig config, MeterRegistry meters) {
        this.approvals = approvals;
        this.reviews = reviews;
        this.reader = reader;
        this.config = config;
        this.meters = meters;
    }

    /**
     * Records that somebody does not wait, and then the grant that lets the call be decided again. If only the first came about,
     * sending it again goes on with the second.
     *
     * @param view digest of what they saw
     */
    Uni<Approval> breakGlass(CallId call, Approver by, String reason, String view) {
        requireMay(by);
        return broken(call, by, view)
                .chain(before -> before.map(index -> Uni.createFrom().item(index))
                        .orElseGet(() -> begin(call, by, reason, view)))
                .chain(index -> grant(call, by, reason, view, index));
    }

    /** Whether they are of a group that may. */
    boolean isFor(Approver by) {
        Set<String> may = config.breakGlassGroups().orElse(Set.of());
        return by.groups().stream().anyMatch(may::contains);
    }

    /** Whether they could let that go on by then, whoever is asked, or have approved it: what they may do they may look at. */
    boolean isOpenTo(Approver by, Approval approval, Instant at) {
        return isFor(by)
                && (could(by, approval, at)
                        || approval.given().stream()
                                .anyMatch(given -> given.approver().equals(by.name())));
    }

    private boolean could(Approver by, Approval approval, Instant at) {
        if (!approval.isOpenAt(at) || Inbox.isSigned(approval) || reviews.hasOverdue(by)) {
            return false;
        }
        try {
            return !approvals.candidate(by, approval).hasStake(approval);
        } catch (Problem unknown) {
            // Whose stakes are not known could be anybody's.
            return false;
        }
    }

    private void requireMay(Approver by) {
        if (!isFor(by)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "Your key lists none of the groups that may break the glass (writ.approval.break-glass-groups)."
                            + " Nothing was recorded.");
        }
        reviews.requireNoneOverdue(by);
    }

    /** The entry that says that they broke the glass of what they see now. What was changed since is broken anew, and reviewed anew. */
    private Uni<Optional<Long>> broken(CallId call, Approver by, String view) {
        return reader.ofCall(call.toString(), Set.of(ApprovalKinds.BROKEN))
                .map(entries -> entries.stream()
                        .filter(recorded -> BreakGlassEntries.openedBy(recorded)
                                        .filter(review -> review.by().equals(by.name()))
                                        .isPresent()
                                && recorded.entry()
                                        .body()
                                        .text("view")
                                        .filter(view::equals)
                                        .isPresent())
                        .map(Recorded::index)
                        .findFirst());
    }

    private Uni<Long> begin(CallId call, Approver by, String reason, String view) {
        return approvals
                .answer(call, by, (approval, candidate, since, at) -> {
                    requireMay(approval, candidate, by, view, since);
                    Instant due = at.plus(config.reviewWithin());
                    return new Settled<>(
                            BreakGlassEntries.broken(approval, by, reason, at, due),
                            approvals.told(Announcements.Event.BREAK_GLASS, approval),
                            approval);
                })
                .chain(approval -> broken(call, by, view))
                .map(index -> index.orElseThrow(() -> new IllegalStateException("what was just recorded is not there")))
                .invoke(index -> {
                    meters.counter("writ.approvals.break.glass").increment();
                    LOG.warnf("the glass was broken, and that is to be reviewed callId=%s index=%d", call, index);
                });
    }

    private void requireMay(
            Approval approval, Entitlements.Candidate candidate, Approver by, String view, List<Recorded> since) {
        approvals.requireSeen(approval, Optional.of(view), since);
        approvals.requireViewed(approval, by, Optional.of(view));
        candidate.requireNoStake(approval);
        requireUnsigned(approval);
    }

    private static void requireUnsigned(Approval approval) {
        if (Inbox.isSigned(approval)) {
            throw Approvals.conflict(
                    "A rule asks for signatures, and who breaks the glass stands for nobody who could sign."
                            + " Nothing was recorded.");
        }
    }

    private Uni<Approval> grant(CallId call, Approver by, String reason, String view, long broken) {
        return approvals.answer(call, by, (approval, candidate, since, at) -> {
            requireMay(approval, candidate, by, view, since);
            return new Settled<>(
                    BreakGlassEntries.granted(approval, by, broken, reason, at),
                    approvals.approved(approval, at),
                    approval);
        });
    }
}
