package dev.writ.gateway.call;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligations;
import dev.writ.model.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Records what became of calls that the gateway decided and did not carry out. One word of each side counts, and it is the first. */
@ApplicationScoped
class Reports {

    private final CallStates states;
    private final Catalog catalog;
    private final ActivePolicy policy;
    private final Journal journal;
    private final Erasures erasures;

    Reports(CallStates states, Catalog catalog, ActivePolicy policy, Journal journal, Erasures erasures) {
        this.states = states;
        this.catalog = catalog;
        this.policy = policy;
        this.journal = journal;
        this.erasures = erasures;
    }

    /** @param isNew whether it was not recorded before */
    record Done(long index, Outcome outcome, boolean isNew) {}

    /**
     * Fails with a {@link Problem} if that call is not for others to carry out, or another outcome was reported.
     *
     * @param isTheirs whether whoever reports may know of a call
     */
    Uni<Done> record(
            CallId call,
            Actor actor,
            Predicate<Identity> isTheirs,
            Report.By by,
            Outcome outcome,
            Optional<JsonValue> result,
            Optional<String> reason) {
        return states.entries(call).chain(entries -> {
            Recorded decided = decided(entries, isTheirs);
            Entry entry = CallEntries.reported(
                    decided, new Report(by, said(decided.entry(), by, outcome, result, reason)), journal.now());
            return journal.record(actor, draft(entry))
                    .chain(receipt -> receipt.fold(
                            created -> Uni.createFrom()
                                    .item(new Done(created.recorded().index(), outcome, true)),
                            existing -> repeated(call, existing, outcome)));
        });
    }

    private Draft<Entry> draft(Entry entry) {
        return new Draft<>(Set.of(Topics.subject(entry.subjectKey())), journal.size(), since -> {
            erasures.requireNotErased(entry.subjectKey(), since);
            return new Settled<>(entry, entry);
        });
    }

    private static Recorded decided(List<Recorded> entries, Predicate<Identity> isTheirs) {
        Recorded decided = entries.stream()
                .filter(recorded -> recorded.entry().kind().equals(CallEntries.DECIDED))
                .reduce((earlier, later) -> later)
                .filter(recorded ->
                        Identity.of(recorded.entry()).filter(isTheirs).isPresent())
                .orElseThrow(Reports::noCall);
        // Whoever asked in mode decide puts an escalation to people of their own, and carries the call out if these
        // consent.
        // Where people are asked here, their consent is what the second decision says.
        Effect effect = CallEntries.effect(decided.entry());
        boolean isForOthers = switch (CallEntries.mode(decided.entry())) {
            case EXECUTE, REHEARSE -> false;
            case DECIDE -> effect != Effect.DENY;
            case ASK -> effect == Effect.ALLOW;
        };
        if (!isForOthers) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "Only what became of a call that was allowed or escalated in mode decide is reported; others the gateway"
                            + " carries out itself, or nobody does. Nothing was recorded.");
        }
        return decided;
    }

    static Problem noCall() {
        return new Problem(ProblemType.NOT_FOUND, "There is no call with this id that you may report on.");
    }

    /**
     * What later rules may know of it is declared by the operator, and found only in what is believed. What the permission obliges
     * to hide is hidden, as if the gateway had carried the call out; where that cannot be told, no value is kept.
     */
    private Executed said(
            Entry decided, Report.By by, Outcome outcome, Optional<JsonValue> result, Optional<String> reason) {
        Optional<Obligations> obligations = RecordedObligations.ofResult(decided);
        Optional<PinnedTool> tool = catalog.tool(CallEntries.tool(decided))
                .filter(pinned -> by == Report.By.REPORTER
                        && RecordedFacts.definition(decided)
                                .filter(pinned.digest()::equals)
                                .isPresent());
        Executed said = new Executed(
                outcome,
                reason,
                obligations.flatMap(all -> result.map(all::result)),
                outcome == Outcome.SUCCEEDED
                        ? tool.flatMap(pinned -> obligations.flatMap(
                                        all -> result.map(all::known).map(pinned::extract)))
                                .orElse(JsonObject.empty())
                        : JsonObject.empty(),
                Traffic.NONE,
                Optional.empty());
        return tool.filter(pinned -> policy.asksForOrigins())
                .map(pinned -> said.watched(pinned.provenance()))
                .orElse(said);
    }

    /** The same word again is the same entry. */
    private Uni<Done> repeated(CallId call, Receipt.Existing<?> existing, Outcome outcome) {
        return states.entries(call)
                .map(entries -> entries.stream()
                        .filter(recorded -> recorded.index() == existing.index())
                        .filter(recorded -> CallEntries.outcome(recorded.entry()) == outcome)
                        .map(recorded -> new Done(recorded.index(), outcome, false))
                        .findFirst()
                        .orElseThrow(() -> new Problem(
                                ProblemType.CONFLICT,
                                "Another outcome of this call was reported before, and what is recorded stays. Nothing was"
                                        + " recorded.")));
    }
}
