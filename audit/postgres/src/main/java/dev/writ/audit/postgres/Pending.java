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
import org.jspecify.annotations.Nullable;

/** A draft on its way, what has been made of it so far, and who waits for it. Handed from the caller to the event loop once. */
final class Pending<T> {

    private static final long UNKNOWN_WEIGHT = 2048;

    private final Draft<T> draft;
    private final UniEmitter<? super Receipt<T>> caller;
    private final long since;
    private @Nullable Sealed<T> sealed;
    // What was read back from the database: entries [draft.readAt, recalledUpTo) that touch the topics.
    private List<Recorded> recalled = List.of();
    private long recalledUpTo;
    private long weight = UNKNOWN_WEIGHT;
    private boolean isAnswered;

    Pending(Draft<T> draft, UniEmitter<? super Receipt<T>> caller, long now) {
        this.draft = draft;
        this.caller = caller;
        this.since = now;
        this.recalledUpTo = draft.readAt();
    }

    Draft<T> draft() {
        return draft;
    }

    /** When it came, on the scale of {@link System#nanoTime()}. */
    long since() {
        return since;
    }

    /** From where on the log's newest entries must be asked. */
    long unseenFrom() {
        return recalledUpTo;
    }

    void recall(List<Recorded> entries, long upTo) {
        List<Recorded> all = new ArrayList<>(recalled);
        all.addAll(entries);
        recalled = List.copyOf(all);
        recalledUpTo = upTo;
    }

    /** Bytes of the queue it takes, roughly. */
    long weight() {
        return weight;
    }

    /** Settles it; what that throws is the caller's. */
    Settled<T> settle(List<Recorded> newer) {
        List<Recorded> all = newer;
        if (!recalled.isEmpty()) {
            all = new ArrayList<>(recalled);
            all.addAll(newer);
        }
        return draft.settlement().settle(List.copyOf(all));
    }

    void seal(Sealed<T> newlySealed) {
        sealed = newlySealed;
        weight = newlySealed.weight();
    }

    /** Ready to be written; null if it must be settled (again) under the lock. */
    @Nullable Sealed<T> sealed() {
        return sealed;
    }

    /** Forgets what was made of it from entries that were not committed after all. */
    void revert() {
        if (sealed != null && sealed.isProvisional()) {
            sealed = null;
        }
    }

    boolean isAnswered() {
        return isAnswered;
    }

    void created(Recorded recorded, Checkpoint checkpoint) {
        answer(new Receipt.Created<>(recorded, requireSealed().settled().outcome(), checkpoint));
    }

    void existing(String key, long index) {
        answer(new Receipt.Existing<>(key, index));
    }

    void fail(Throwable failure) {
        if (!isAnswered) {
            isAnswered = true;
            caller.fail(failure);
        }
    }

    private void answer(Receipt<T> receipt) {
        if (!isAnswered) {
            isAnswered = true;
            caller.complete(receipt);
        }
    }

    /** What its entry is at that index. */
    Recorded recorded(long index) {
        return new Recorded(index, Digest.fromBytes(requireSealed().leafHash()), requireSealed().entry());
    }

    private Sealed<T> requireSealed() {
        if (sealed == null) {
            throw new IllegalStateException("only what is sealed is written");
        }
        return sealed;
    }
}
