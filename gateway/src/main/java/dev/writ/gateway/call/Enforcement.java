package dev.writ.gateway.call;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.connect.Connector;
import dev.writ.connect.Permit;
import dev.writ.connect.PermitToken;
import dev.writ.connect.ToolResult;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.envelope.Envelopes;
import dev.writ.gateway.permit.PermitTokens;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.policy.Comparisons;
import dev.writ.gateway.policy.KillSwitch;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.Obligations;
import dev.writ.model.Outcome;
import dev.writ.model.Scope;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The path of one tool call: gather, decide, record, execute, record. Nothing is sent to a tool before the entry that allows it
 * is durable, and only by the process whose append created that entry.
 */
@ApplicationScoped
class Enforcement {

    private static final Logger LOG = Logger.getLogger(Enforcement.class);

    private final AuditLog log;
    private final Histories histories;
    private final Sightings sightings;
    private final ActivePolicy policy;
    private final Decider decider;
    private final KillSwitch killSwitch;
    private final Outcomes outcomes;
    private final CallStates states;
    private final Approvals approvals;
    private final Comparisons comparisons;
    private final Stations stations;
    private final PermitTokens tokens;
    private final Envelopes envelopes;
    private final MeterRegistry meters;
    private final InstantSource clock;

    Enforcement(
            AuditLog log,
            Histories histories,
            Sightings sightings,
            ActivePolicy policy,
            Decider decider,
            KillSwitch killSwitch,
            Outcomes outcomes,
            CallStates states,
            Approvals approvals,
            Comparisons comparisons,
            Stations stations,
            PermitTokens tokens,
            Envelopes envelopes,
            MeterRegistry meters,
            InstantSource clock) {
        this.log = log;
        this.histories = histories;
        this.sightings = sightings;
        this.policy = policy;
        this.decider = decider;
        this.killSwitch = killSwitch;
        this.outcomes = outcomes;
        this.states = states;
        this.approvals = approvals;
        this.comparisons = comparisons;
        this.stations = stations;
        this.tokens = tokens;
        this.envelopes = envelopes;
        this.meters = meters;
        this.clock = clock;
    }

    /** Carries one attempt through; goes on to its end even if nobody waits for the answer any more. */
    Uni<CallState> enforce(Attempt attempt) {
        return detached(gather(attempt).chain(gathered -> submit(attempt, gathered)));
    }

    /** What would be decided now. Nothing is recorded, so nobody may act on it. */
    Uni<Foreseen> foresee(Attempt attempt) {
        return gather(attempt)
                .chain(gathered -> foresee(attempt, gathered)
                        .onFailure(OutdatedException.class)
                        .recoverWithUni(
                                outdated -> gather(attempt, outdated.scopes()).chain(now -> foresee(attempt, now))));
    }

    private Uni<Foreseen> foresee(Attempt attempt, Gathered gathered) {
        return Uni.createFrom()
                .item(() -> Foreseen.of(
                        decider.settle(attempt, gathered, List.of()).outcome().decision()));
    }

    private Uni<CallState> submit(Attempt attempt, Gathered gathered) {
        return decide(attempt, gathered)
                .onFailure(EscalatesException.class)
                .recoverWithUni(escalates -> escalate(attempt, gathered, escalates));
    }

    /**
     * Decides a call again that people have approved, with everything as it is now, and carries it out if it is allowed.
     *
     * @return completes when the decision is durable
     */
    Uni<Void> resume(Attempt attempt) {
        return detached(gather(attempt)
                .chain(gathered -> record(attempt, gathered))
                .invoke(receipt -> receipt.fold(
                                created -> act(attempt, created.recorded(), created.outcome())
                                        .replaceWithVoid(),
                                // Whoever finds a decision never acts on it.
                                existing -> Uni.createFrom().voidItem())
                        .subscribe()
                        .with(
                                done -> {},
                                failure -> LOG.warnf(
                                        "how an approved call ended could not be recorded yet callId=%s cause=%s",
                                        attempt.call().id(), failure.getClass().getSimpleName())))
                .replaceWithVoid());
    }

    Uni<Gathered> gather(Attempt attempt) {
        return gather(attempt, decider.scopes(attempt));
    }

    Uni<Gathered> gather(Attempt attempt, Set<Scope> scopes) {
        Map<Scope, Whose> whose = new EnumMap<>(Scope.class);
        scopes.forEach(scope -> whose.put(
                scope, Whose.of(scope, attempt.identity(), attempt.call().tool())));
        return stations.watch(
                "gather",
                () -> sightings
                        .fill(attempt)
                        .chain(() -> histories.of(whose))
                        .map(gathered ->
                                gathered.with(envelopes.of(attempt.identity().agent()))));
    }

    private Uni<CallState> decide(Attempt attempt, Gathered gathered) {
        return record(attempt, gathered)
                .chain(receipt -> receipt.fold(
                        created -> act(attempt, created.recorded(), created.outcome()),
                        existing -> states.repeated(attempt, existing.index())));
    }

    /** Makes the call wait for people, or joins it to the same call that waits already. */
    private Uni<CallState> escalate(Attempt attempt, Gathered gathered, EscalatesException escalates) {
        return approvals
                .openLike(escalates.escalation())
                .chain(waiting -> waiting.map(same -> join(attempt, same))
                        // The histories are older than the look-up, so that nothing is missed in between.
                        .orElseGet(() -> usable(attempt, escalates)
                                .chain(usable -> usable.map(
                                                state -> Uni.createFrom().item(state))
                                        .orElseGet(() -> open(attempt, gathered)))));
    }

    private Uni<CallState> open(Attempt attempt, Gathered gathered) {
        return approvals
                .requireRoom(attempt.identity().agent())
                .chain(() -> decide(attempt.unlike(), gathered))
                // What is gathered now is younger than the look-up, so that comes again, too.
                .onFailure(OutdatedException.class)
                .recoverWithUni(outdated -> gather(attempt, outdated.scopes()).chain(now -> submit(attempt, now)))
                .onFailure(RepeatsException.class)
                .recoverWithUni(repeats -> join(attempt, repeats.waiting()));
    }

    /** The same call, approved for somebody else to carry out, and not used yet. */
    private Uni<Optional<CallState>> usable(Attempt attempt, EscalatesException escalates) {
        if (attempt.mode() != Mode.ASK) {
            return Uni.createFrom().item(Optional.empty());
        }
        return approvals
                .approvedLike(escalates.escalation())
                .chain(calls -> Multi.createFrom()
                        .iterable(calls)
                        .onItem()
                        .transformToUniAndConcatenate(states::read)
                        .select()
                        .where(CallState::isUsable)
                        .toUni()
                        .map(Optional::ofNullable));
    }

    /**
     * Decides a call again that people have approved and somebody else carries out.
     *
     * @return fails with a {@link dev.writ.gateway.problem.Problem} if another submission was first
     */
    Uni<CallState> decideAgain(Attempt attempt) {
        return detached(gather(attempt)
                .chain(gathered -> record(attempt, gathered))
                .chain(receipt -> receipt.fold(
                        created -> act(attempt, created.recorded(), created.outcome())
                                .chain(() -> states.read(attempt.call().id())),
                        existing -> states.repeated(attempt, existing.index())
                                .invoke(state -> Uses.requireTheirs(attempt, state)))));
    }

    /** From now on the client's key, if it sent one, names the call that waits. */
    private Uni<CallState> join(Attempt attempt, CallId waiting) {
        return attempt.call()
                .key()
                .map(key -> {
                    Entry entry = CallEntries.repeated(attempt, key, waiting);
                    return log.append(Draft.independent(new Settled<>(entry, entry)))
                            .chain(receipt -> receipt.fold(
                                    created -> states.read(waiting),
                                    existing -> states.repeated(attempt, existing.index())));
                })
                .orElseGet(() -> states.read(waiting));
    }

    private Uni<Receipt<Decided>> record(Attempt attempt, Gathered gathered) {
        Draft<Decided> draft = new Draft<>(
                decider.topics(attempt, gathered),
                gathered.readAt(),
                since -> decider.settle(attempt, gathered, since));
        return stations.watch("append", () -> log.append(draft))
                .onFailure(
                        failure -> failure instanceof OutdatedException && !(attempt.round() instanceof Round.Unlike))
                .recoverWithUni(failure ->
                        gather(attempt, ((OutdatedException) failure).scopes()).chain(now -> record(attempt, now)))
                .onFailure(AuditUnavailableException.class)
                // The entry may exist all the same; this attempt is given up, so it must never run.
                .invoke(() -> outcomes.neverRuns(attempt));
    }

    private Uni<CallState> act(Attempt attempt, Recorded recorded, Decided decided) {
        String verdict = decided.decision().effect().text();
        if (decided.mode() == Mode.REHEARSE) {
            meters.counter("writ.rehearsals", "verdict", verdict).increment();
        } else {
            comparisons.decided(new Comparisons.Taken(
                    recorded.index(),
                    decided.facts(),
                    decided.identity().topic(),
                    decided.decision(),
                    decided.asked(),
                    otherwise -> Obliged.of(attempt, otherwise).decision()));
            meters.counter("writ.decisions", "verdict", verdict).increment();
        }
        if (!decided.mayRun() && !decided.mayBeRehearsed()) {
            return Uni.createFrom().item(CallState.of(List.of(recorded)));
        }
        Allowed allowed = CallEntries.allowed(recorded).orElseThrow();
        Optional<String> killed = killSwitch.blocksAfter(attempt.principal().agent(), attempt.definition(), List.of());
        Uni<Executed> execution = killed.isPresent()
                ? Uni.createFrom().item(Executed.without(Outcome.ABANDONED, killed.get()))
                : stations.watch("execute", () -> carryOut(attempt, decided, allowed));
        return execution.chain(executed -> outcomes.record(allowed, executed)
                .chain(ended -> ended.map(entry -> Uni.createFrom()
                                .item(CallState.of(List.of(recorded)).ended(entry)))
                        .orElseGet(() -> states.read(allowed.call()))));
    }

    /** By the tool, or by its sandbox: a rehearsal has no other way to go. */
    private Uni<Executed> carryOut(Attempt attempt, Decided decided, Allowed allowed) {
        PinnedTool tool = attempt.pinned().orElseThrow();
        return decided.mayBeRehearsed()
                ? tool.sandbox()
                        .map(sandbox -> execute(attempt, decided, allowed, sandbox))
                        .orElseThrow(() -> new IllegalStateException("what has no sandbox was not to be rehearsed"))
                        .map(Executed::rehearsed)
                : execute(attempt, decided, allowed, tool.connector())
                        .map(executed -> policy.asksForOrigins() ? executed.watched(tool.provenance()) : executed);
    }

    private Uni<Executed> execute(Attempt attempt, Decided decided, Allowed allowed, Connector by) {
        Permit permit = permit(attempt, decided, allowed);
        PinnedTool tool = attempt.pinned().orElseThrow();
        return by.invoke(permit, NumbersOnly.under(decided.decision().obligations(), attempt.dialogue()))
                .ifNoItem()
                .after(remaining(permit))
                .recoverWithItem(
                        () -> new ToolResult.OutcomeUnknown("the tool did not answer in time", ToolResult.Traffic.NONE))
                // A connector never fails; one that does may have sent its request.
                .onFailure()
                .recoverWithItem(() -> new ToolResult.OutcomeUnknown("the connector failed", ToolResult.Traffic.NONE))
                .map(result -> executed(tool, decided.decision().obligations(), result));
    }

    private Permit permit(Attempt attempt, Decided decided, Allowed allowed) {
        Digest arguments = Digest.of(decided.sent());
        Digest definition = attempt.definition().digest();
        PermitToken token = tokens.of(new PermitTokens.Permitted(
                allowed.call(),
                allowed.index(),
                allowed.tool(),
                attempt.principal(),
                Optional.of(attempt.identity())
                        .filter(identity -> !identity.isOfNobody())
                        .map(Identity::pseudonym),
                arguments,
                definition,
                allowed.deadline(),
                decided.mode() == Mode.REHEARSE ? PermitTokens.Use.REHEARSAL : PermitTokens.Use.CALL));
        return new Permit(
                allowed.call(),
                allowed.index(),
                allowed.tool(),
                decided.sent(),
                arguments,
                definition,
                allowed.call().toString(),
                allowed.deadline(),
                token);
    }

    private Duration remaining(Permit permit) {
        Duration left = Duration.between(clock.instant(), permit.deadline());
        return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
    }

    /** From here on nobody sees what was redacted, and no log keeps it. */
    private static Executed executed(PinnedTool tool, Obligations obligations, ToolResult result) {
        return result.fold(
                succeeded -> new Executed(
                        Outcome.SUCCEEDED,
                        Optional.empty(),
                        Optional.of(obligations.result(succeeded.value())),
                        tool.extract(obligations.known(succeeded.value())),
                        succeeded.traffic(),
                        Optional.empty()),
                failed -> new Executed(
                        Outcome.FAILED,
                        Optional.of(failed.reason()),
                        failed.value().map(obligations::result),
                        JsonObject.empty(),
                        failed.traffic(),
                        Optional.empty()),
                unknown -> new Executed(
                        Outcome.UNKNOWN,
                        Optional.of(unknown.reason()),
                        Optional.empty(),
                        JsonObject.empty(),
                        unknown.traffic(),
                        Optional.empty()));
    }

    /** Runs to its end whether or not the subscriber stays. */
    private static <T> Uni<T> detached(Uni<T> path) {
        return Uni.createFrom().emitter(caller -> path.subscribe().with(caller::complete, caller::fail));
    }
}
