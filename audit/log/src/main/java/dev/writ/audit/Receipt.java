package dev.writ.audit;

import java.util.function.Function;

/** The answer to an append. */
public sealed interface Receipt<T> {

    <R> R fold(Function<Created<T>, R> created, Function<Existing<T>, R> existing);

    /**
     * This append wrote the entry, and its caller, only, may act on it.
     *
     * @param outcome of the settlement that was committed
     * @param checkpoint a signed tree head that covers the entry
     */
    record Created<T>(Recorded recorded, T outcome, Checkpoint checkpoint) implements Receipt<T> {
        @Override
        public <R> R fold(Function<Created<T>, R> created, Function<Existing<T>, R> existing) {
            return created.apply(this);
        }
    }

    /**
     * An earlier entry holds one of the keys; nothing was written.
     *
     * @param key the one that was taken
     * @param index of the entry that holds it
     */
    record Existing<T>(String key, long index) implements Receipt<T> {
        @Override
        public <R> R fold(Function<Created<T>, R> created, Function<Existing<T>, R> existing) {
            return existing.apply(this);
        }
    }
}
