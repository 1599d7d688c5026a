package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads calls back from the log. */
@ApplicationScoped
class CallStates {

    /** What tells where a call stands; further keys that name it do not. */
    private static final Set<String> KINDS = Stream.of(
                    CallEntries.KINDS, CallEntries.REHEARSALS, ApprovalKinds.ALL, ExpectationEntries.KINDS)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private final AuditReader reader;
    private final Outcomes outcomes;
    private final CallConfig config;
    private final InstantSource clock;

    CallStates(AuditReader reader, Outcomes outcomes, CallConfig config, InstantSource clock) {
        this.reader = reader;
        this.outcomes = outcomes;
        this.config = config;
        this.clock = clock;
    }

    /** The call that took the client key before: the same call gets the same answer, another one is a conflict. */
    Uni<CallState> repeated(Attempt attempt, long index) {
        return reader.at(index).chain(found -> {
            Entry holder = found.orElseThrow(() -> new Problem(
                            ProblemType.GONE,
                            "The call that used this key was deleted when its time was over, and is not carried out again."
                                    + " Use a new key for a new call."))
                    .entry();
            if (!attempt.isLike(holder)) {
                return Uni.createFrom()
                        .failure(new Problem(
                                ProblemType.CONFLICT,
                                "This key was used for a different call. Use a new key for a new call."));
            }
            return await(CallEntries.call(holder), config.maxWait(), state -> state.outcome() == Outcome.PENDING);
        });
    }

    /**
     * The state of a call.
     *
     * @param isTheirs whether whoever asks may know of it
     * @param wait for its end, if it has not ended; bounded by the configuration
     */
    Uni<CallState> find(CallId call, Predicate<Identity> isTheirs, Duration wait) {
        return reader.byKey(CallEntries.decidedKey(call))
                .chain(found ->
                        found.isPresent() ? Uni.createFrom().item(found) : reader.byKey(CallEntries.rehearsedKey(call)))
                .chain(found -> found.map(Recorded::entry)
                        .flatMap(Identity::named)
                        .filter(isTheirs)
                        .map(mine -> wait.isZero() ? read(call) : awaitNews(call, wait))
                        .orElseGet(() -> Uni.createFrom()
                                .failure(new Problem(
                                        ProblemType.NOT_FOUND, "There is no call of yours with this id."))));
    }

    /** Its end, or something that the agent is asked about it meanwhile. What it was asked before it knows already. */
    private Uni<CallState> awaitNews(CallId call, Duration wait) {
        return read(call)
                .chain(first -> await(
                        call, wait, state -> state.isOpen() && state.question().equals(first.question())));
    }

    private Uni<CallState> await(CallId call, Duration wait, Predicate<CallState> isAwaited) {
        Duration longest = wait.compareTo(config.maxWait()) < 0 ? wait : config.maxWait();
        return await(call, clock.instant().plus(longest), isAwaited);
    }

    private Uni<CallState> await(CallId call, Instant until, Predicate<CallState> isAwaited) {
        Duration longest = Duration.between(clock.instant(), until);
        if (longest.isZero() || longest.isNegative()) {
            return read(call);
        }
        // Asked before the state is read, so that a change in between is not missed.
        CompletableFuture<Void> change = outcomes.next(call);
        return read(call)
                .chain(state -> isAwaited.test(state)
                        ? Uni.createFrom()
                                .completionStage(change)
                                .replaceWith(true)
                                .ifNoItem()
                                .after(longest)
                                .recoverWithItem(false)
                                .chain(changed -> changed ? await(call, until, isAwaited) : read(call))
                        : Uni.createFrom().item(state))
                .onTermination()
                .invoke(() -> outcomes.forget(call, change));
    }

    /** The call that this agent gave that key; fails with a {@link Problem} if there is none. */
    Uni<CallId> named(String agent, String key) {
        return reader.byKey(CallEntries.clientKey(agent, key))
                .map(found -> found.map(Recorded::entry)
                        .map(CallEntries::call)
                        .orElseThrow(
                                () -> new Problem(ProblemType.NOT_FOUND, "There is no call of yours with this key.")));
    }

    /** Whether this agent gave a call that key. */
    Uni<Boolean> isNamed(String agent, String key) {
        return reader.byKey(CallEntries.clientKey(agent, key)).map(Optional::isPresent);
    }

    /** The state now. */
    Uni<CallState> read(CallId call) {
        return entries(call).map(CallState::of);
    }

    /** Its entries with their inputs, in the order of the log. */
    Uni<List<Recorded>> entries(CallId call) {
        return reader.ofCall(call.toString(), KINDS);
    }
}
