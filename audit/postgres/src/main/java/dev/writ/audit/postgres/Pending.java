package dev.writ.audit.postgres;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Draft;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.model.Digest;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A draft on its way, what has been made of it so far, and who waits for it. One thread at a time works on it. */
final class Pending<T> {

    private static final long UNSEALED_WEIGHT = 2048;

    private final Draft<T> draft;
    private final UniEmitter<? super Receipt<T>> caller;
    private final long arrived;
    private final Runnable whenAnswered;
    private final AtomicBoolean isAnswered = new AtomicBoolean();
    private @Nullable Sealed<T> sealed;
    // What was read back from the database: the entries [draft.readAt, unseenFrom) that touch the topics.
    private List<Recorded> recalled = List.of();
    private long unseenFrom;

    /**
     * A draft that just arrived.
     *
     * @param arrived on the scale of {@link System#nanoTime()}
     * @param whenAnswered runs once
     */
    Pending(Draft<T> draft, UniEmitter<? super Receipt<T>> caller, long arrived, Runnable whenAnswered) {
        this.draft = draft;
        this.caller = caller;
        this.arrived = arrived;
        this.whenAnswered = whenAnswered;
        this.unseenFrom = draft.readAt();
    }

    Draft<T> draft() {
        return draft;
    }

    long arrived() {
        return arrived;
    }

    /** From which index on the log's newest entries are still to be asked. */
    long unseenFrom() {
        return unseenFrom;
    }

    /** Adds what the database said of the entries from {@link #unseenFrom()} up to a size. */
    void recall(List<Recorded> entries, long upTo) {
        List<Recorded> all = new ArrayList<>(recalled);
        all.addAll(entries);
        recalled = List.copyOf(all);
        unseenFrom = upTo;
    }

    /**
     * Settles it; what that throws is the caller's.
     *
     * @param newer the entries from {@link #unseenFrom()} on that touch the topics
     */
    Settled<T> settle(List<Recorded> newer) {
        if (recalled.isEmpty()) {
            return draft.settlement().settle(newer);
        }
        List<Recorded> all = new ArrayList<>(recalled);
        all.addAll(newer);
        return draft.settlement().settle(List.copyOf(all));
    }

    void seal(Sealed<T> ready) {
        sealed = ready;
    }

    /** Ready to be written; null if it is yet to be settled under the lock. */
    @Nullable
    Sealed<T> sealed() {
        return sealed;
    }

    /** Forgets what was made of it together with entries that were not committed after all. */
    void revert() {
        if (sealed != null && sealed.isProvisional()) {
            sealed = null;
        }
    }

    /** What its entry is at that index. */
    Recorded recorded(long index) {
        return new Recorded(
                index,
                Digest.fromBytes(requireSealed().leafHash()),
                requireSealed().entry());
    }

    /** Roughly what it takes in memory. */
    long weight() {
        return sealed == null ? UNSEALED_WEIGHT : sealed.weight();
    }

    boolean isAnswered() {
        return isAnswered.get();
    }

    void created(Recorded recorded, Checkpoint checkpoint) {
        answer(new Receipt.Created<>(recorded, requireSealed().settled().outcome(), checkpoint));
    }

    void existing(String key, long index) {
        answer(new Receipt.Existing<>(key, index));
    }

    void fail(Throwable failure) {
        if (isAnswered.compareAndSet(false, true)) {
            whenAnswered.run();
            caller.fail(failure);
        }
    }

    private void answer(Receipt<T> receipt) {
        if (isAnswered.compareAndSet(false, true)) {
            whenAnswered.run();
            caller.complete(receipt);
        }
    }

    private Sealed<T> requireSealed() {
        if (sealed == null) {
            throw new IllegalStateException("only what is sealed is written");
        }
        return sealed;
    }
}
