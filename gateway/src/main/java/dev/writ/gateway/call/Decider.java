package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
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
import dev.writ.gateway.policy.OwnRule;
import dev.writ.gateway.webhook.Webhooks;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.Requirement;
import dev.writ.model.Scope;
import dev.writ.model.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Turns an attempt, and what happened in the log since its history was read, into a decision. Memory only; may run under the
 * log's lock. Whatever is in doubt here denies, under an {@link OwnRule}.
 */
@ApplicationScoped
class Decider {

    private static final Duration OVERDUE_WAITS = Duration.ofDays(1);

    private static final Logger LOG = Logger.getLogger(Decider.class);

    private final ActivePolicy policy;
    private final KillSwitch killSwitch;
    private final Catalog catalog;
    private final Directory directory;
    private final Approvals approvals;
    private final Webhooks webhooks;
    private final Erasures erasures;
    private final Overdue overdue;
    private final Sightings sightings;
    private final Stations stations;

    Decider(
            ActivePolicy policy,
            KillSwitch killSwitch,
            Catalog catalog,
            Directory directory,
            Approvals approvals,
            Webhooks webhooks,
            Erasures erasures,
            Overdue overdue,
            Sightings sightings,
            Stations stations) {
        this.policy = policy;
        this.killSwitch = killSwitch;
        this.catalog = catalog;
        this.directory = directory;
        this.approvals = approvals;
        this.webhooks = webhooks;
        this.erasures = erasures;
        this.overdue = overdue;
        this.sightings = sightings;
        this.stations = stations;
    }

    /** The histories that a decision on this attempt may look back at. */
    Set<Scope> scopes(Attempt attempt) {
        return policy.scopes(attempt.call().tool());
    }

    /** Everything in the log that a decision on this attempt depends on. */
    Set<String> topics(Attempt attempt, Gathered gathered) {
        Set<String> topics = new HashSet<>(Set.of(
                attempt.identity().topic(),
                Topics.POLICY,
                Topics.KILL_SWITCH,
                Topics.subject(attempt.identity().subjectKey()),
                Topics.key(attempt.principal().client()),
                Topics.tool(attempt.call().tool())));
        topics.addAll(gathered.topics());
        attempt.grants().forEach(grant -> grant.clients().forEach(client -> topics.add(Topics.key(client))));
        attempt.grants().forEach(grant -> topics.add(Topics.passkeys(grant.approver())));
        gathered.envelopes().ifPresent(held -> topics.addAll(held.topics()));
        return topics;
    }

    /**
     * @throws EscalatesException if it would wait for people and it has not been looked up whether the same call waits already
     * @throws RepeatsException if the same call waits already
     * @throws NotYetException if it is approved, and this replica cannot decide it yet
     * @throws OutdatedException if the policy was replaced and the new one looks back at more than what was gathered
     */
    Settled<Decided> settle(Attempt attempt, Gathered gathered, List<Recorded> since) {
        Decided decided = decide(attempt, gathered, since);
        return decided.mustWait() ? opened(attempt, decided, active(attempt, since), since) : ended(decided, since);
    }

    /** The rules that decide of this, had these entries been followed already. */
    Active active(Attempt attempt, List<Recorded> since) {
        return policy.after(since, attempt.identity().topic());
    }

    /**
     * What the rules say, and nothing that follows from it.
     *
     * @throws NotYetException if it is approved, and this replica cannot decide it yet
     * @throws OutdatedException if the policy was replaced and the new one looks back at more than what was gathered
     */
    Decided decide(Attempt attempt, Gathered gathered, List<Recorded> since) {
        if (!(attempt.round() instanceof Round.Approved)) {
            erasures.requireNotErased(attempt.identity().subjectKey(), since);
        }
        Active active = active(attempt, since);
        Set<Scope> scopes = active.scopes(attempt.call().tool());
        if (!gathered.scopes().containsAll(scopes)) {
            throw new OutdatedException(scopes);
        }
        Facts facts = new Facts(
                attempt.call(),
                attempt.principal(),
                attempt.definition(),
                attempt.earlier(gathered.identity(since)),
                gathered.shared(since, attempt::earlier),
                needsOrigins(attempt, active) ? sightings.origins(attempt, since) : List.of(),
                attempt.grants().stream()
                        .filter(grant -> !approvals.isTakenAway(grant, since))
                        .toList(),
                attempt.at());
        Optional<Decision> refused = refusal(attempt, active, since);
        Enveloped enveloped = new Enveloped(attempt.identity(), facts);
        Facts seen = refused.isPresent() ? facts : enveloped.with(gathered, active, directory, since);
        Obliged obliged = refused.map(refusal -> Obliged.of(attempt, refusal))
                .orElseGet(() -> decide(attempt, active, seen, since));
        if (refused.isEmpty() && enveloped.isOfOtherArguments(seen, obliged)) {
            return decided(attempt, active, facts, decide(attempt, active, facts, since));
        }
        return decided(attempt, active, seen, obliged);
    }

    private Decided decided(Attempt attempt, Active active, Facts facts, Obliged obliged) {
        return new Decided(
                facts,
                attempt.identity(),
                attempt.mode(),
                attempt.argumentsMac(),
                obliged.decision(),
                obliged.sent(),
                active.asked(obliged.decision(), attempt.call().tool()),
                labels(attempt, obliged.decision()),
                attempt.round(),
                attempt.deadline());
    }

    /** Also if only a version in the shadow does: it is asked with the facts of the decision. */
    private boolean needsOrigins(Attempt attempt, Active active) {
        return active.needsOrigins(attempt.call().tool())
                || policy.needsOrigins(attempt.call().tool());
    }

    /** What the tool's results may carry, and what the rules that allow this one say that it may. */
    private static Set<String> labels(Attempt attempt, Decision decision) {
        Set<String> labels = new HashSet<>(decision.obligations().labels());
        labels.addAll(attempt.pinned().map(PinnedTool::labels).orElse(Set.of()));
        return labels;
    }

    private Settled<Decided> ended(Decided decided, List<Recorded> since) {
        boolean agentWaits =
                decided.round() instanceof Round.Approved && decided.mode() == Mode.EXECUTE && !decided.mayRun();
        List<RowChange> rows = new ArrayList<>(Expectations.opened(decided));
        if (agentWaits) {
            rows.addAll(webhooks.ended(decided.identity().agent()));
        }
        return new Settled<>(
                erasures.withoutErased(CallEntries.decided(decided, Optional.empty()), since), rows, decided);
    }

    /** Makes it wait, unless the same call does already. */
    private Settled<Decided> opened(Attempt attempt, Decided decided, Active active, List<Recorded> since) {
        Escalation escalation = Escalations.of(attempt, decided, active);
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
            return deny(OwnRule.KEY_REVOKED, "the key was revoked or has expired");
        }
        if (!directory.mayCall(attempt.principal().client(), attempt.call().tool())) {
            return deny(OwnRule.SCOPE, "the key may not be used for this tool");
        }
        if (erasures.isErasedAfter(attempt.identity().subjectKey(), since)) {
            return deny(
                    OwnRule.ERASED,
                    "what was recorded of whom it is for was erased while the call waited for approval");
        }
        Optional<String> killed = killSwitch.blocksAfter(attempt.principal().agent(), attempt.definition(), since);
        if (killed.isPresent()) {
            return deny(OwnRule.KILL_SWITCH, killed.get());
        }
        if (attempt.pinned().filter(tool -> catalog.isPinnedAfter(tool, since)).isEmpty()) {
            return deny(
                    OwnRule.TOOL_CHANGED,
                    attempt.pinned().isPresent()
                            ? "the tool's definition has just changed"
                            : "the tool is not there any more, or the call's arguments were erased");
        }
        Optional<String> quarantined = attempt.pinned().flatMap(tool -> catalog.quarantinedAfter(tool, since));
        if (quarantined.isPresent()) {
            return deny(OwnRule.QUARANTINED, quarantined.get());
        }
        if (attempt.waited()
                .filter(waited -> attempt.pinned().orElseThrow().pinnedAt() > waited)
                .isPresent()) {
            return deny(OwnRule.TOOL_CHANGED, "the tool was registered anew while the call waited for approval");
        }
        if (attempt.round() instanceof Round.Approved) {
            if (!active.isReady() && attempt.grants().stream().anyMatch(grant -> grant.isLiveAt(attempt.at()))) {
                throw new NotYetException("the active policy is not compiled here yet");
            }
        }
        if (!active.isReady()) {
            return deny(OwnRule.POLICY_NOT_READY, "this replica has not compiled the active policy yet");
        }
        return Optional.empty();
    }

    private Obliged decide(Attempt attempt, Active active, Facts facts, List<Recorded> since) {
        Obliged obliged = Obliged.of(attempt, watched(attempt, evaluate(active, facts), facts, since));
        if (attempt.round() instanceof Round.Continued && obliged.decision().effect() == Effect.ESCALATE) {
            return Obliged.of(
                    attempt,
                    with(
                            obliged.decision(),
                            OwnRule.CONTINUATION,
                            "people have to approve it, and the answers that it brings along are not kept for them; call it anew,"
                                    + " without them, to have people asked"));
        }
        if (!(attempt.round() instanceof Round.Approved approved)) {
            return obliged;
        }
        return switch (obliged.decision().effect()) {
            case DENY -> obliged;
            case ESCALATE -> Obliged.of(attempt, notApproved(obliged.decision(), facts, attempt.grants()));
            case ALLOW ->
                obliged.sent().equals(approved.shown())
                        ? obliged
                        : Obliged.of(
                                attempt,
                                notApproved(
                                        obliged.decision(),
                                        "the policy has changed, and the arguments would not be sent as they were approved"));
        };
    }

    /** Something did not follow that had to: until a person lifts that, what would be allowed waits for people. */
    private Decision watched(Attempt attempt, Decision decision, Facts facts, List<Recorded> since) {
        Set<String> groups = overdue.after(since).groups(attempt.identity());
        if (groups.isEmpty() || decision.effect() == Effect.DENY) {
            return decision;
        }
        List<Verdict> verdicts = new ArrayList<>(decision.verdicts());
        for (String group : groups) {
            verdicts.add(new Verdict(
                    Effect.ESCALATE,
                    OwnRule.EXPECTATION.id(),
                    "a call that had to follow an earlier one did not",
                    Optional.of(new Requirement(group, 1, OVERDUE_WAITS)),
                    List.of()));
        }
        return Decision.combine(verdicts, facts.grants(), facts.now());
    }

    /** Nobody is asked twice: who approved knew what was asked then, and it was not this. */
    private static Decision notApproved(Decision decision, Facts facts, List<Grant> given) {
        String reason;
        if (facts.grants().stream().anyMatch(grant -> !grant.isLiveAt(facts.now()))) {
            reason = "the approval expired before the call could run";
        } else if (facts.grants().stream()
                        .filter(grant -> grant.envelope().isEmpty())
                        .count()
                < given.size()) {
            reason = "the key of somebody who approved was revoked";
        } else {
            reason = "the policy has changed, and rule '"
                    + decision.deciding().get(0).rule() + "' asks for what nobody approved";
        }
        return notApproved(decision, reason);
    }

    private static Decision notApproved(Decision decision, String reason) {
        return with(decision, OwnRule.NOT_APPROVED, reason);
    }

    private static Decision with(Decision decision, OwnRule rule, String reason) {
        List<Verdict> verdicts = new ArrayList<>(decision.verdicts());
        verdicts.add(new Verdict(Effect.DENY, rule.id(), reason, Optional.empty(), List.of()));
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
            return deny(OwnRule.EVALUATION_FAILED, "the rules could not be evaluated")
                    .orElseThrow();
        }
    }

    private static Optional<Decision> deny(OwnRule rule, String reason) {
        return Optional.of(
                Decision.combine(List.of(new Verdict(Effect.DENY, rule.id(), reason, Optional.empty(), List.of()))));
    }
}
