package dev.writ.gateway.witness;

import dev.writ.audit.Checkpoint;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonNumber;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How far the log is witnessed, and who waits for more. The entries below that size are. */
@ApplicationScoped
class WitnessedSize implements Witnessing {

    private final Set<Operation> required;
    private final Duration patience;
    private final List<Waiting> waiting = new ArrayList<>();
    private volatile long size;
    private volatile Optional<Checkpoint> newest = Optional.empty();

    private record Waiting(long index, UniEmitter<? super Void> caller) {}

    WitnessedSize(WitnessConfig config) {
        this.required = config.requiredFor().map(Set::copyOf).orElse(Set.of());
        this.patience = config.requiredWait();
    }

    long size() {
        return size;
    }

    /** A quorum has cosigned that. */
    void raise(Checkpoint witnessed) {
        synchronized (waiting) {
            if (witnessed.size() <= size) {
                return;
            }
            newest = Optional.of(witnessed);
        }
        raise(witnessed.size());
    }

    @Override
    public Optional<Checkpoint> newest() {
        return newest;
    }

    /** More is witnessed than was. */
    void raise(long witnessed) {
        List<Waiting> served = new ArrayList<>();
        synchronized (waiting) {
            if (witnessed <= size) {
                return;
            }
            size = witnessed;
            for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
                Waiting one = each.next();
                if (one.index() < witnessed) {
                    served.add(one);
                    each.remove();
                }
            }
        }
        served.forEach(one -> one.caller().complete(null));
    }

    @Override
    public boolean allows(Operation operation, long index) {
        return !required.contains(operation) || index < size;
    }

    @Override
    public Uni<Void> await(Operation operation, long index) {
        if (allows(operation, index)) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .<Void>emitter(caller -> add(new Waiting(index, caller)))
                .ifNoItem()
                .after(patience)
                .failWith(() -> notYet(operation, index));
    }

    private void add(Waiting one) {
        one.caller().onTermination(() -> remove(one));
        synchronized (waiting) {
            if (one.index() >= size) {
                waiting.add(one);
                return;
            }
        }
        one.caller().complete(null);
    }

    private void remove(Waiting one) {
        synchronized (waiting) {
            waiting.remove(one);
        }
    }

    private static Problem notYet(Operation operation, long index) {
        String then = switch (operation) {
            case APPROVALS -> "The call goes on by itself once it is witnessed; do not approve again.";
            case BUNDLES -> "It is in force. Send the same request again to wait on.";
            case KEYS ->
                "It is in force. A key that was made cannot be shown any more: revoke it and make another"
                        + " once witnesses answer.";
        };
        return new Problem(
                        ProblemType.NOT_WITNESSED,
                        "It is recorded at index " + index + ", but not witnessed yet. " + then
                                + " /q/health/ready shows the witnesses.")
                .with("index", JsonNumber.of(index));
    }
}
