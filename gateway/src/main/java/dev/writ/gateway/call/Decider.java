package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.policy.ActivePolicy.Active;
import dev.writ.gateway.policy.KillSwitch;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
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
    static final String EVALUATION_FAILED = "writ:evaluation-failed";

    private static final Logger LOG = Logger.getLogger(Decider.class);

    private final ActivePolicy policy;
    private final KillSwitch killSwitch;
    private final Catalog catalog;
    private final Directory directory;
    private final Stations stations;

    Decider(ActivePolicy policy, KillSwitch killSwitch, Catalog catalog, Directory directory, Stations stations) {
        this.policy = policy;
        this.killSwitch = killSwitch;
        this.catalog = catalog;
        this.directory = directory;
        this.stations = stations;
    }

    /** Everything in the log that a decision on this attempt depends on. */
    Set<String> topics(Attempt attempt) {
        return Set.of(
                attempt.identity().topic(),
                Topics.POLICY,
                Topics.KILL_SWITCH,
                Topics.key(attempt.principal().client()),
                Topics.tool(attempt.tool().definition().name()));
    }

    Settled<Decided> settle(Attempt attempt, Histories.Snapshot snapshot, List<Recorded> since) {
        Facts facts = new Facts(
                attempt.call(),
                attempt.principal(),
                attempt.tool().definition(),
                snapshot.after(since, attempt.identity()),
                List.of(),
                attempt.at());
        Active active = policy.after(since);
        Decision decision = refusal(attempt, active, since).orElseGet(() -> evaluate(active, facts));
        Decided decided = new Decided(
                facts,
                attempt.identity(),
                attempt.mode(),
                attempt.argumentsMac(),
                decision,
                active.digest(),
                attempt.tool().labels(),
                attempt.deadline());
        return new Settled<>(CallEntries.decided(decided), decided);
    }

    private Optional<Decision> refusal(Attempt attempt, Active active, List<Recorded> since) {
        if (!directory.isLiveAfter(attempt.principal().client(), attempt.at(), since)) {
            return deny(KEY_REVOKED, "the key was revoked or has expired");
        }
        Optional<String> killed = killSwitch.blocksAfter(
                attempt.principal().agent(), attempt.tool().definition(), since);
        if (killed.isPresent()) {
            return deny(KILL_SWITCH, killed.get());
        }
        if (!catalog.isPinnedAfter(attempt.tool(), since)) {
            return deny(TOOL_CHANGED, "the tool's definition has just changed");
        }
        if (!active.isReady()) {
            return deny(POLICY_NOT_READY, "this replica has not compiled the active policy yet");
        }
        return Optional.empty();
    }

    private Decision evaluate(Active active, Facts facts) {
        try {
            return stations.time("evaluate", () -> active.engine().evaluate(facts));
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
