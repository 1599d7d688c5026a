package dev.writ.audit;

import java.util.function.Function;

/** What a {@link LogVerifier} or a {@link StaticLogVerifier} found. */
public sealed interface VerifyResult {

    <R> R fold(Function<Intact, R> intact, Function<Broken, R> broken);

    /**
     * Everything fits together.
     *
     * @param size entries, all covered by the checkpoint
     * @param checkpoint the newest; only comparing it with one kept elsewhere, such as a witness's, shows that the whole log was
     *     not replaced by an older state of itself
     * @param from index from which on every leaf was there and was checked; of what is missing below, because it was pruned, the
     *     hashes are proved
     */
    record Intact(long size, Checkpoint checkpoint, long from) implements VerifyResult {

        /** Nothing was missing. */
        public Intact(long size, Checkpoint checkpoint) {
            this(size, checkpoint, 0);
        }

        @Override
        public <R> R fold(Function<Intact, R> intact, Function<Broken, R> broken) {
            return intact.apply(this);
        }
    }

    /**
     * Something was changed, added, removed or reordered.
     *
     * @param index of the first entry that is affected; where only a checkpoint tells, of the first entry it was to add
     * @param what a sentence that says what is wrong and where, without any value
     */
    record Broken(long index, String what) implements VerifyResult {

        /** As it is told to people: {@code BROKEN at entry 18: its stored kind is not that of its leaf}. */
        public String sentence() {
            String entry = "entry " + index;
            return "BROKEN at " + entry + ": "
                    + (what.startsWith(entry + ": ") ? what.substring(entry.length() + 2) : what);
        }

        @Override
        public <R> R fold(Function<Intact, R> intact, Function<Broken, R> broken) {
            return broken.apply(this);
        }
    }
}
