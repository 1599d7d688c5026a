package dev.writ.gateway.approval;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Tasks;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Approvers change what they approve. What the rules say of that is asked under the log's lock, together with whether it still is what the
 * approver saw: of two who answer at once, the second is told to read again.
 */
@ApplicationScoped
public class Edits {

    private static final int LONGEST_REASON = 1_000;

    private final Approvals approvals;
    private final Pseudonyms pseudonyms;
    private final ApprovalConfig config;

    Edits(Approvals approvals, Pseudonyms pseudonyms, ApprovalConfig config) {
        this.approvals = approvals;
        this.pseudonyms = pseudonyms;
        this.config = config;
    }

    /** Whoever decides calls. */
    @FunctionalInterface
    public interface Judge {

        /** What the rules say, had these entries been followed already. Memory only. */
        Judged judge(List<Recorded> since);
    }

    /**
     * What an approver wants.
     *
     * @param view digest of what they saw
     */
    public record Wish(Approver by, String reason, String view, Instant at) {

        /**
         * What they want, as they said it.
         *
         * @throws Problem if something is missing
         */
        public static Wish of(Approver by, @Nullable String reason, @Nullable String view, Instant at) {
            return new Wish(
                    by,
                    Wording.of("reason", reason, LONGEST_REASON),
                    Optional.ofNullable(view)
                            .orElseThrow(() -> ApprovalResource.malformed(
                                    "'view' is the 'viewDigest' of what you changed. Nothing was recorded.")),
                    at);
        }

        @Override
        public String toString() {
            return "Wish";
        }
    }

    /** Fails with a {@link Problem} if they may not change it, or it cannot be changed any more. */
    public void require(Approval approval, Wish wish) {
        require(approval, wish, List.of());
    }

    private void require(Approval approval, Wish wish, List<Recorded> since) {
        approvals.candidate(wish.by(), approval).toRefuse(approval, since, wish.at());
        Approvals.requireOpen(approval, wish.at());
        if (approval.escalation().isForOthers()) {
            throw Approvals.conflict(
                    "Somebody else carries this call out, with the arguments that they have. Refuse it, and say"
                            + " what should be changed; nothing was recorded.");
        }
        if (!wish.view().equals(approval.viewDigest())) {
            throw Approvals.conflict(
                    "'view' is not the digest of what is to be approved. Read it again; nothing was recorded.");
        }
        if (approval.attempts() >= config.maxEdits()) {
            throw Approvals.conflict("It was changed " + config.maxEdits()
                    + " times, or tried to be. Approve it or refuse it; nothing was recorded.");
        }
    }

    /**
     * Records that somebody changes the call and approves it so; or, if rules deny it so, that they do.
     *
     * @param readAt size of the log before anything was read that this is made from
     * @param topics of everything that the judge's answer depends on
     * @return fails with a {@link Problem} if rules deny it; then nothing has changed but the log
     */
    public Uni<Approval> edit(Approval approval, Wish wish, long readAt, Set<String> topics, Judge judge) {
        Entitlements.Candidate candidate = approvals.candidate(wish.by(), approval);
        Set<String> further = new HashSet<>(topics);
        further.addAll(candidate.topics());
        return approvals
                .record(Actor.of(wish.by().principal()), approval, further, readAt, (now, since) -> {
                    require(now, wish, since);
                    approvals.requireThere(now, since);
                    approvals.requireViewed(now, wish.by(), Optional.of(wish.view()));
                    Judged judged = judge.judge(since);
                    return judged.denied()
                            ? new Settled<>(
                                    EditEntries.refused(now, wish.by(), judged, wish.reason(), wish.at()),
                                    List.<RowChange>of(),
                                    now)
                            : edited(now, wish, judged, candidate, since);
                })
                .onFailure(AuditUnavailableException.class)
                .transform(failure -> Approvals.unknown(approval.call()))
                .invoke(now -> now.refusedEdit().ifPresent(decision -> {
                    throw denied(decision);
                }));
    }

    private Settled<Approval> edited(
            Approval now, Wish wish, Judged judged, Entitlements.Candidate candidate, List<Recorded> since) {
        Escalation before = now.escalation();
        List<Ask> asks = merged(before, judged.asks(), wish.at());
        JsonObject view = EditEntries.view(before.view(), wish.by(), judged, asks, wish.reason(), wish.at());
        Escalation escalation = before.with(view).asking(asks);
        Approval fresh = now.counting((given, voice) -> false).asking(asks);
        Entitlement entitled = approvals
                .candidate(wish.by(), fresh)
                .lentAs(candidate)
                .toApprove(fresh, since, wish.at())
                .unsigned();
        boolean complete = fresh.isCompleteWith(wish.by().name(), entitled.voices());
        List<RowChange> rows =
                new ArrayList<>(List.of(EditEntries.row(now.call(), fresh.groups(), escalation.expiresAt())));
        // Those that there are may be due later.
        String task = now.call() + "/" + now.attempts();
        escalation
                .nextRaise(wish.at())
                .map(due -> Tasks.at(Ladders.RAISE, task, due))
                .ifPresent(rows::add);
        if (!complete && escalation.expiresAt().isBefore(before.expiresAt())) {
            rows.add(Tasks.at(Approvals.EXPIRE, task, escalation.expiresAt()));
        }
        if (complete) {
            rows.addAll(approvals.approved(now, wish.at()));
        } else {
            rows.addAll(approvals.asking(escalation, now.groups(), fresh.groups()));
        }
        Revision revision = new Revision(view, pseudonyms.mac("view", view.toJson()));
        return new Settled<>(
                EditEntries.edited(
                        now, wish.by(), entitled, judged, escalation, revision, wish.reason(), complete, wish.at()),
                rows,
                now);
    }

    /**
     * No change lessens who has to approve, or lengthens for how long; it may ask more people. A rule that asks only now has its own time,
     * and so have its groups, counted from the change: the call waits for as long as the first of all of them allows.
     */
    private static List<Ask> merged(Escalation before, List<Ask> now, Instant at) {
        Map<List<String>, Ask> asks = new LinkedHashMap<>();
        before.asks().forEach(ask -> asks.put(key(ask), ask));
        now.forEach(ask -> asks.merge(
                key(ask),
                new Ask(ask.rule(), ask.reason(), ask.requirement(), ask.expiresAt(), ask.bundle(), Optional.of(at)),
                Edits::stricter));
        return List.copyOf(asks.values());
    }

    private static List<String> key(Ask ask) {
        return List.of(ask.rule(), ask.requirement().group());
    }

    private static Ask stricter(Ask before, Ask now) {
        Requirement earlier = before.requirement();
        Requirement later = now.requirement();
        Set<Party> allowed = new HashSet<>(earlier.allowed());
        allowed.retainAll(later.allowed());
        return new Ask(
                now.rule(),
                now.reason(),
                new Requirement(
                        later.group(),
                        Math.max(earlier.approvals(), later.approvals()),
                        min(earlier.within(), later.within()),
                        allowed,
                        earlier.ladder().stream()
                                .filter(later.ladder()::contains)
                                .toList(),
                        earlier.signed() || later.signed(),
                        earlier.envelope()
                                .flatMap(limits -> later.envelope().map(limits::and))
                                .filter(limits -> !earlier.signed() && !later.signed())),
                min(before.expiresAt(), now.expiresAt()),
                now.bundle(),
                before.since());
    }

    private static <T extends Comparable<T>> T min(T one, T other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Problem denied(JsonObject decision) {
        Problem problem = new Problem(
                        ProblemType.DENIED,
                        decision.text("rule")
                                        .map(rule -> "Rule '" + rule + "' denies it so: ")
                                        .orElse("Denied so: ")
                                + decision.text("reason").orElse("no rule allows it")
                                + ". The call is as it was, and still waits.")
                .with("reason", new JsonString(decision.text("reason").orElse("")));
        decision.text("rule").ifPresent(rule -> problem.with("rule", new JsonString(rule)));
        return problem;
    }
}
