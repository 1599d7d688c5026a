package dev.writ.gateway.approval;

import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks the next group when its time has come, so that its members find the call among what waits for them. That they may answer
 * it then, and not before, does not depend on this.
 */
@ApplicationScoped
class Ladders implements TaskHandler {

    static final String RAISE = "raise-approval";

    private final Approvals approvals;
    private final Journal journal;

    Ladders(Approvals approvals, Journal journal) {
        this.approvals = approvals;
        this.journal = journal;
    }

    @Override
    public String task() {
        return RAISE;
    }

    @Override
    public Uni<Next> run(String instance) {
        CallId call = Approvals.callOf(instance);
        long readAt = journal.size();
        Instant at = journal.now();
        return approvals
                .find(call)
                .chain(found -> found.filter(approval -> approval.isOpenAt(at))
                        .map(approval -> raise(approval, readAt, at).replaceWith(() -> next(approval, at)))
                        .orElseGet(() -> Uni.createFrom().item(Next.done())));
    }

    private static Next next(Approval approval, Instant at) {
        return approval.escalation().nextRaise(at).map(Next::again).orElseGet(Next::done);
    }

    private Uni<Void> raise(Approval approval, long readAt, Instant at) {
        if (unasked(approval, at).isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return approvals
                .record(Actor.WRIT, approval, readAt, (now, since) -> {
                    Set<String> unasked = unasked(now, at);
                    if (!now.isOpenAt(at) || unasked.isEmpty()) {
                        throw Approvals.conflict("It has ended, or they are asked already. Nothing was recorded.");
                    }
                    Set<String> all = new HashSet<>(now.groups());
                    all.addAll(unasked);
                    List<RowChange> rows = new ArrayList<>(approvals.asking(now.escalation(), now.groups(), all));
                    rows.add(LadderEntries.row(now.call(), all));
                    return new Settled<>(LadderEntries.raised(now, unasked, at), rows, now);
                })
                .replaceWithVoid()
                // Somebody else was first.
                .onFailure(Problem.class)
                .recoverWithNull();
    }

    private static Set<String> unasked(Approval approval, Instant at) {
        Set<String> unasked = new HashSet<>(approval.escalation().groupsAt(at));
        unasked.removeAll(approval.groups());
        return unasked;
    }
}
