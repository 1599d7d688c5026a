package dev.writ.gateway.export;

import dev.writ.model.Digest;
import java.util.function.Function;

/** A place in the log, and what is still there. */
public sealed interface Slot {

    long index();

    /** RFC 6962 leaf hash. */
    Digest leafHash();

    <R> R fold(Function<Kept, R> kept, Function<Pruned, R> pruned);

    /**
     * An entry.
     *
     * @param leaf re-hashed when it was read
     */
    @SuppressWarnings("ArrayRecordComponent") // up to 64 KiB, never compared
    record Kept(long index, Digest leafHash, byte[] leaf) implements Slot {
        @Override
        public <R> R fold(Function<Kept, R> kept, Function<Pruned, R> pruned) {
            return kept.apply(this);
        }

        @Override
        public String toString() {
            return "Kept[" + index + "]";
        }
    }

    /** An entry that was deleted when its time was over; its hash is kept. */
    record Pruned(long index, Digest leafHash) implements Slot {
        @Override
        public <R> R fold(Function<Kept, R> kept, Function<Pruned, R> pruned) {
            return pruned.apply(this);
        }
    }
}
