package dev.writ.rules;

import dev.writ.model.Past;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code accumulate} has computed of calls that match. Joined in their order, tallies of parts are the tally of the whole:
 * sums are exact, so their values do not depend on how the calls were parted. Never changes.
 */
final class Tally {

    private final long count;

    /** For each result; of no meaning if in doubt. */
    private final Object[] folded;

    /** Indices of the last calls that matched, in their order, {@link Limits#NAMED_WITNESSES} at most. */
    private final long[] newest;

    private final @Nullable Doubt doubt;

    private Tally(long count, Object[] folded, long[] newest, @Nullable Doubt doubt) {
        this.count = count;
        this.folded = folded;
        this.newest = newest;
        this.doubt = doubt;
    }

    /** Of one call that matches, or may: it has just been judged in the scratch. */
    static Tally of(Past past, List<EventFold.Result> results, Evaluation scratch) {
        if (!scratch.doubt().isNone()) {
            return new Tally(0, new Object[0], new long[0], scratch.doubt());
        }
        Object[] values = new Object[results.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = results.get(i).of().in(scratch);
            if (!results.get(i).aggregate().takes(value)) {
                Doubt doubt = new Doubt(results.get(i).shown() + " is undefined", List.of(past.index()));
                return new Tally(0, new Object[0], new long[0], doubt);
            }
            values[i] = value;
        }
        return new Tally(1, values, new long[] {past.index()}, null);
    }

    /** With that of later calls. The first doubt is the one that counts. */
    Tally then(List<EventFold.Result> results, Tally later) {
        if (doubt != null) {
            return this;
        }
        if (later.doubt != null) {
            return later;
        }
        Object[] joined = new Object[folded.length];
        for (int i = 0; i < joined.length; i++) {
            joined[i] = results.get(i).aggregate().step(folded[i], later.folded[i]);
        }
        int kept = Math.min(newest.length, Limits.NAMED_WITNESSES - later.newest.length);
        long[] last = Arrays.copyOf(
                Arrays.copyOfRange(newest, newest.length - kept, newest.length), kept + later.newest.length);
        System.arraycopy(later.newest, 0, last, kept, later.newest.length);
        return new Tally(count + later.count, joined, last, null);
    }

    /** Index of the last call that matched; one has. */
    private long latest() {
        return newest[newest.length - 1];
    }

    /** Index of the call that it is in doubt about; greater than any if it is not. */
    long inDoubtFrom() {
        return doubt == null ? Long.MAX_VALUE : doubt.about().get(0);
    }

    /** A computation that is going on, of one thread. */
    static final class Running {
        private final List<EventFold.Result> results;
        private final Object[] folded;
        private final long[] newest = new long[Limits.NAMED_WITNESSES];
        private int named;
        private long count;
        private long latest = -1;
        private Doubt doubt = Doubt.NONE;

        Running(List<EventFold.Result> results) {
            this.results = results;
            this.folded = new Object[results.size()];
        }

        /** Nothing more can change the answer. */
        boolean isInDoubt() {
            return !doubt.isNone();
        }

        Doubt doubt() {
            return doubt;
        }

        void doubtThat(Doubt that) {
            doubt = isInDoubt() ? doubt : that;
        }

        /** A call that matches; the evaluation has it at hand. */
        void add(Past past, Evaluation evaluation) {
            for (int i = 0; i < folded.length; i++) {
                Object value = results.get(i).of().in(evaluation);
                if (!results.get(i).aggregate().takes(value)) {
                    doubtThat(new Doubt(results.get(i).shown() + " is undefined", List.of(past.index())));
                    return;
                }
                step(i, value, past.index());
            }
            count++;
            latest = Math.max(latest, past.index());
            name(past.index());
        }

        void add(Tally tally) {
            if (tally.doubt != null) {
                doubtThat(tally.doubt);
                return;
            }
            for (int i = 0; i < folded.length; i++) {
                step(i, tally.folded[i], tally.latest());
            }
            count += tally.count;
            latest = Math.max(latest, tally.latest());
            for (long index : tally.newest) {
                name(index);
            }
        }

        /** One tool's calls come after another's, so what comes later is not always the newest. */
        private void step(int i, Object value, long index) {
            if (count == 0) {
                folded[i] = value;
            } else if (results.get(i).aggregate() != Aggregate.LAST || index > latest) {
                folded[i] = results.get(i).aggregate().step(folded[i], value);
            }
        }

        private void name(long index) {
            newest[named++ % newest.length] = index;
        }

        /** All that counts is added. */
        void finish() {
            for (int i = 0; i < folded.length && count > 0; i++) {
                if (folded[i] == Undefined.UNDEFINED) {
                    doubtThat(new Doubt(results.get(i).shown() + " is undefined", List.of(latest)));
                }
            }
        }

        /** Gives the results their names, and names the calls. */
        void bind(Evaluation evaluation) {
            for (int i = 0; i < folded.length; i++) {
                Object value = count == 0 ? Undefined.UNDEFINED : folded[i];
                evaluation.bind(
                        results.get(i).slot(), results.get(i).aggregate().result(count, value));
            }
            for (int i = 0; i < Math.min(named, newest.length); i++) {
                evaluation.witness(newest[i]);
            }
        }
    }
}
