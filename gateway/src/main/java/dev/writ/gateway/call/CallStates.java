package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.Outcome;
import dev.writ.model.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Reads calls back from the log. */
@ApplicationScoped
class CallStates {

    private final AuditReader reader;
    private final Outcomes outcomes;
    private final CallConfig config;

    CallStates(AuditReader reader, Outcomes outcomes, CallConfig config) {
        this.reader = reader;
        this.outcomes = outcomes;
        this.config = config;
    }

    /** The call that took the client key before: the same call gets the same answer, another one is a conflict. */
    Uni<CallState> repeated(Attempt attempt, long index) {
        return reader.at(index).chain(found -> {
            Recorded decided = found.orElseThrow();
            if (!isSame(attempt, decided.entry())) {
                return Uni.createFrom()
                        .failure(new Problem(
                                ProblemType.CONFLICT,
                                "This key was used for a different call. Use a new key for a new call."));
            }
            return await(decided, config.maxWait());
        });
    }

    private static boolean isSame(Attempt attempt, Entry entry) {
        return entry.kind().equals(CallEntries.DECIDED)
                && entry.column(Column.SUBJECT)
                        .filter(attempt.identity().pseudonym()::equals)
                        .isPresent()
                && CallEntries.tool(entry).equals(attempt.call().tool())
                && CallEntries.mode(entry) == attempt.mode()
                && entry.body()
                        .text("argumentsMac")
                        .filter(attempt.argumentsMac()::equals)
                        .isPresent();
    }

    /**
     * The state of a call.
     *
     * @param wait for its end, if it has not ended; bounded by the configuration
     */
    Uni<CallState> find(CallId call, Principal asking, Duration wait) {
        return reader.byKey(CallEntries.decidedKey(call))
                .chain(found -> found.filter(decided -> decided.entry()
                                .column(Column.AGENT)
                                .filter(asking.agent()::equals)
                                .isPresent())
                        .map(decided -> await(decided, wait))
                        .orElseGet(() -> Uni.createFrom()
                                .failure(new Problem(
                                        ProblemType.NOT_FOUND, "There is no call of yours with this id."))));
    }

    private Uni<CallState> await(Recorded decided, Duration wait) {
        Duration longest = wait.compareTo(config.maxWait()) < 0 ? wait : config.maxWait();
        if (longest.isZero() || longest.isNegative()) {
            return read(decided);
        }
        CallId call = CallEntries.call(decided.entry());
        // Asked before the state is read, so that an end in between is not missed.
        CompletableFuture<Void> end = outcomes.nextEnd(call);
        return read(decided)
                .chain(state -> state.outcome() != Outcome.PENDING
                        ? Uni.createFrom().item(state)
                        : Uni.createFrom()
                                .completionStage(end)
                                .ifNoItem()
                                .after(longest)
                                .recoverWithUni(Uni.createFrom().voidItem())
                                .chain(() -> read(decided)))
                .onTermination()
                .invoke(() -> outcomes.forget(call, end));
    }

    /** The state now. */
    Uni<CallState> read(Recorded decided) {
        CallState state = CallState.decided(decided);
        return state.outcome() != Outcome.PENDING
                ? Uni.createFrom().item(state)
                : reader.byKey(CallEntries.executedKey(state.call()))
                        .map(ended -> ended.map(entry -> CallState.ended(decided, entry))
                                .orElse(state));
    }
}
