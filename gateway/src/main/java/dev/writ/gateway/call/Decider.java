package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.approval.Opening;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.policy.KillSwitch;
import dev.writ.gateway.webhook.Webhooks;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Turns an attempt, and what happened in the log since its history was read, into a decision. Memory only; may run under the
 * log's lock. Whatever is in doubt here denies, under a rule id that starts with {@code writ:} and that no bundle can use.
 */
@ApplicationScoped
class Decider {

    static final String KEY_REVOKED = "writ:key-revoked";
    static final String KILL_SWITCH = "writ:kill-switch";
    static final String TOOL_CHANGED = "writ:tool-changed";
    static final String POLICY_NOT_READY = "writ:policy-not-ready";
    static final String NOT_APPROVED = "writ:not-approved";
    static final String ERASED = "writ:erased";
    static final String EVALUATION_FAILED = "writ:evaluation-failed";

    private static final Set<String> PASSING = Set.of(TOOL_CHANGED, NOT_APPROVED, POLICY_NOT_READY);

    private static final Logger LOG = Logger.getLogger(Decider.class);

    private final ActivePolicy policy;
    private final KillSwitch killSwitch;
    private final Catalog catalog;
    private final Directory directory;
    private final Approvals approvals;
    private final Webhooks webhooks;
    private final Erasures erasures;
    private final Stations stations;

    Decider(
            ActivePolicy policy,
            KillSwitch killSwitch,
            Catalog catalog,
            Directory directory,
            Approvals approvals,
            Webhooks webhooks,
            Erasures erasures,
            Stations stations) {
        this.policy = policy;
        this.killSwitch = killSwitch;
        this.catalog = catalog;
        this.directory = directory;
        this.approvals = approvals;
        this.webhooks = webhooks;
        this.erasures = erasures;
        this.stations = stations;
    }

    /** Whether the same call may be decided otherwise when it is submitted once more. */
    static boolean isPassing(String rule) {
        return PASSING.contains(rule);
    }

    /** Everything in the log that a decision on this attempt depends on. */
    Set<String> topics(Attempt attempt) {
        Set<String> topics = new HashSet<>(Set.of(
                attempt.identity().topic(),
                Topics.POLICY,
                Topics.KILL_SWITCH,
                Topics.subject(attempt.identity().subjectKey()),
                Topics.key(attempt.principal().client()),
                Topics.tool(attempt.call().tool())));
        attempt.grants().forEach(grant -> topics.add(Topics.key(grant.client())));
        return topics;
    }

    /**
     * @throws EscalatesException if it would wait for people and it has not been looked up whether the same call waits already
     * @throws RepeatsException if the same call waits already
     * @throws NotYetException if it is approved, and this replica cannot decide it yet
     */
    Settled<Decided> settle(Attempt attempt, Histories.Snapshot snapshot, List<Recorded> since) {
        if (!(attempt.round() instanceof Round.Approved)) {
            erasures.requireNotErased(attempt.identity().subjectKey(), since);
        }
        Facts facts = new Facts(
                attempt.call(),
                attempt.principal(),
                attempt.definition(),
                attempt.earlier(snapshot.after(since, attempt.identity())),
                attempt.grants().stream()
                        .filter(grant -> !directory.isRevokedAfter(grant.client(), since))
                        .toList(),
                attempt.at());
        Active active = policy.after(since, attempt.identity().topic());
        Decision decision = refusal(attempt, active, since).orElseGet(() -> decide(attempt, active, facts));
        Decided decided = new Decided(
                facts,
                attempt.identity(),
                attempt.mode(),
                attempt.argumentsMac(),
                decision,
                active.asked(decision, attempt.call().tool()),
                attempt.pinned().map(PinnedTool::labels).orElse(Set.of()),
                attempt.round(),
                attempt.deadline());
        return decided.mustWait() ? opened(attempt, decided, since) : ended(decided, since);
    }

    private Settled<Decided> ended(Decided decided, List<Recorded> since) {
        boolean agentWaits = decided.round() instanceof Round.Approved && !decided.mayRun();
        return new Settled<>(
                erasures.withoutErased(CallEntries.decided(decided, Optional.empty()), since),
                agentWaits ? webhooks.ended(decided.identity().agent()) : List.of(),
                decided);
    }

    /** Makes it wait, unless the same call does already. */
    private Settled<Decided> opened(Attempt attempt, Decided decided, List<Recorded> since) {
        Escalation escalation = Escalations.of(attempt, decided);
        if (attempt.round() instanceof Round.Submitted) {
            throw new EscalatesException(escalation);
        }
        since.stream()
                .filter(recorded -> attempt.isRepeated(recorded.entry()))
                .findFirst()
                .ifPresent(same -> {
                    throw new RepeatsException(CallEntries.call(same.entry()));
                });
        Opening opening = approvals.opening(escalation);
        return new Settled<>(CallEntries.decided(decided, Optional.of(opening)), opening.rows(), decided);
    }

    private Optional<Decision> refusal(Attempt attempt, Active active, List<Recorded> since) {
        if (!directory.isLiveAfter(attempt.principal().client(), attempt.at(), since)) {
            return deny(KEY_REVOKED, "the key was revoked or has expired");
        }
        if (erasures.isErasedAfter(attempt.identity().subjectKey(), since)) {
            return deny(ERASED, "what was recorded of whom it is for was erased while the call waited for approval");
        }
        Optional<String> killed = killSwitch.blocksAfter(attempt.principal().agent(), attempt.definition(), since);
        if (killed.isPresent()) {
            return deny(KILL_SWITCH, killed.get());
        }
        if (attempt.pinned().filter(tool -> catalog.isPinnedAfter(tool, since)).isEmpty()) {
            return deny(
                    TOOL_CHANGED,
                    attempt.pinned().isPresent()
                            ? "the tool's definition has just changed"
                            : "the tool is not there any more, or the call's arguments were erased");
        }
        if (attempt.round() instanceof Round.Approved approved) {
            if (attempt.pinned().orElseThrow().pinnedAt() > approved.waited()) {
                return deny(TOOL_CHANGED, "the tool was registered anew while the call waited for approval");
            }
            if (!active.isReady() && attempt.grants().stream().anyMatch(grant -> grant.isLiveAt(attempt.at()))) {
                throw new NotYetException("the active policy is not compiled here yet");
            }
        }
        if (!active.isReady()) {
            return deny(POLICY_NOT_READY, "this replica has not compiled the active policy yet");
        }
        return Optional.empty();
    }

    private Decision decide(Attempt attempt, Active active, Facts facts) {
        Decision decision = evaluate(active, facts);
        return attempt.round() instanceof Round.Approved && decision.effect() == Effect.ESCALATE
                ? notApproved(decision, facts, attempt.grants())
                : decision;
    }

    /** Nobody is asked twice: who approved knew what was asked then, and it was not this. */
    private static Decision notApproved(Decision decision, Facts facts, List<Grant> given) {
        String reason;
        if (facts.grants().stream().anyMatch(grant -> !grant.isLiveAt(facts.now()))) {
            reason = "the approval expired before the call could run";
        } else if (facts.grants().size() < given.size()) {
            reason = "the key of somebody who approved was revoked";
        } else {
            reason = "the policy has changed, and rule '"
                    + decision.deciding().get(0).rule() + "' asks for what nobody approved";
        }
        List<Verdict> verdicts = new ArrayList<>(decision.verdicts());
        verdicts.add(new Verdict(Effect.DENY, NOT_APPROVED, reason, Optional.empty(), List.of()));
        return Decision.combine(verdicts);
    }

    private Decision evaluate(Active active, Facts facts) {
        try {
            return stations.time("evaluate", () -> active.evaluate(facts));
        } catch (RuntimeException failed) {
            LOG.errorf(
                    failed,
                    "evaluation failed callId=%s tool=%s",
                    facts.call().id(),
                    facts.call().tool());
            return deny(EVALUATION_FAILED, "the rules could not be evaluated").orElseThrow();
        }
    }

    private static Optional<Decision> deny(String rule, String reason) {
        return Optional.of(
                Decision.combine(List.of(new Verdict(Effect.DENY, rule, reason, Optional.empty(), List.of()))));
    }
}
