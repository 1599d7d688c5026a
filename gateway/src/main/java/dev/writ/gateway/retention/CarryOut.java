package dev.writ.gateway.retention;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.audit.postgres.HeldException;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasable;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Carries out entries that delete, and records how much went. Safe to do again: what is gone is gone. */
@ApplicationScoped
class CarryOut implements TaskHandler {

    private static final Duration PATIENCE = Duration.ofHours(2);

    private final GovernedState governed;
    private final FourEyes operations;
    private final Deletions deletions;
    private final Approvals approvals;
    private final List<Erasable> erasables;
    private final Journal journal;
    private final RetentionConfig config;

    CarryOut(
            GovernedState governed,
            FourEyes operations,
            Deletions deletions,
            Approvals approvals,
            @All List<Erasable> erasables,
            Journal journal,
            RetentionConfig config) {
        this.governed = governed;
        this.operations = operations;
        this.deletions = deletions;
        this.approvals = approvals;
        this.erasables = erasables;
        this.journal = journal;
        this.config = config;
    }

    @Override
    public String task() {
        return FourEyes.CARRY_OUT;
    }

    /** The database goes on deleting whether or not somebody waits; only who waits can tell how much went. */
    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public Uni<Next> run(String index) {
        return governed.entry(Long.parseLong(index))
                .map(found -> found.orElseThrow(() -> new IllegalStateException("its entry is not there yet")))
                .chain(cause -> switch (cause.entry().kind()) {
                    case Erasures.KIND ->
                        erase(cause, Erasures.erasedBy(cause.entry()).orElseThrow());
                    case OperationEntries.PRUNE ->
                        unlessHeld(
                                new Act.Prune(OperationEntries.below(cause)),
                                () -> deletions.prune(cause.index()).chain(rows -> done(cause, rows, List.of())));
                    case OperationEntries.RESULTS_EXPIRED ->
                        deletions
                                .expire(cause.index())
                                .chain(rows -> done(cause, rows, List.of()))
                                .onFailure(HeldException.class)
                                .recoverWithItem(this::later);
                    default -> Uni.createFrom().item(Next.done());
                });
    }

    private Uni<Next> erase(Recorded cause, String subjectKey) {
        return unlessHeld(
                new Act.Erase(subjectKey),
                () -> approvals
                        .withdrawErased(subjectKey)
                        .chain(() -> deletions.erase(cause.index()))
                        .chain(rows -> done(
                                cause,
                                rows,
                                erasables.stream()
                                        .flatMap(feature -> feature.forgotten(subjectKey).stream())
                                        .toList())));
    }

    /** A hold that came after the confirmation stops it all the same, as long as nothing is gone. */
    private Uni<Next> unlessHeld(Act act, Supplier<Uni<Next>> deletion) {
        List<Proposed> holds = operations.state().holding(act);
        return holds.isEmpty()
                // The database may know of a hold that has not arrived here yet.
                ? deletion.get().onFailure(HeldException.class).recoverWithItem(this::later)
                : Uni.createFrom().item(this::later);
    }

    private Next later() {
        return Next.again(journal.now().plus(config.audit().operations().heldRetry()));
    }

    private Uni<Next> done(Recorded cause, long rows, List<RowChange> forgotten) {
        return journal.record(Actor.WRIT, new Draft<>(Set.of(), journal.size(), since -> {
                    Entry entry = OperationEntries.done(cause, rows, journal.now());
                    return new Settled<>(entry, forgotten, entry);
                }))
                .replaceWith(Next.done());
    }
}
