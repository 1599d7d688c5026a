package dev.writ.rules;

import dev.writ.model.Calls;
import dev.writ.model.Past;
import java.time.Instant;
import java.util.List;

/**
 * What {@code accumulate} does: computes something over all earlier calls that match, and gives it names.
 *
 * <p>Where all that it asks and reads depends on the earlier call alone, or is to equal a value from outside, the nodes of the
 * history remember its {@link Tallies}, and a decision looks only at what is new and at the edge of the window. The answer is the
 * same either way.
 *
 * @param matching what is asked of each
 * @param sieve as much of that as depends on the call alone
 * @param isAlone so do the results
 * @param name of what it computes of calls, for {@link Calls#summary}
 * @param shown the pattern, for messages
 */
record EventFold(
        EventSelection selection,
        Condition matching,
        Sieve sieve,
        boolean isAlone,
        List<Result> results,
        String name,
        String shown)
        implements Condition {

    EventFold {
        results = List.copyOf(results);
    }

    /**
     * One value that is computed.
     *
     * @param of what is read of each call; any number for a count
     */
    record Result(int slot, Aggregate aggregate, Reading of, String shown) {}

    @Override
    public Truth test(Evaluation evaluation) {
        if (!selection.isComplete(evaluation.facts())) {
            return evaluation.doubtThat("the history that is kept does not reach back as far as " + shown);
        }
        Fold fold = new Fold(evaluation);
        if (isAlone && sieve.isWhole()) {
            fold.throughNodes();
        } else {
            selection.forEach(evaluation.facts(), fold::look);
        }
        evaluation.lookAway();
        fold.running.finish();
        if (fold.running.isInDoubt()) {
            return evaluation.doubtThat(fold.running.doubt());
        }
        fold.running.bind(evaluation);
        return Truth.TRUE;
    }

    private final class Fold {
        private final Evaluation evaluation;
        private final Evaluation scratch;
        private final Tally.Running running = new Tally.Running(results);
        private final Instant start;
        private Object wanted = Sieve.NO_KEYS;

        Fold(Evaluation evaluation) {
            this.evaluation = evaluation;
            this.scratch = evaluation.scratch();
            this.start = selection.window().startsAt(evaluation.facts().now());
        }

        /** Compares one call with everything. */
        void look(Past past) {
            if (running.isInDoubt()) {
                return;
            }
            if (!evaluation.lookAt(past)) {
                tooMany(List.of(past.index()));
                return;
            }
            Truth matches = matching.test(evaluation);
            if (matches == Truth.TRUE) {
                running.add(past, evaluation);
            } else if (matches == Truth.DOUBT) {
                running.doubtThat(evaluation.doubt());
            }
        }

        void throughNodes() {
            if (!evaluation.lookAtAsMany(Limits.LOOKS_PER_SUMMARY)) {
                tooMany(List.of());
                return;
            }
            wanted = sieve.wanted(evaluation);
            selection.calls(evaluation.facts()).forEach(calls -> through(calls, true));
        }

        /** @param isLast nothing is behind it, so that the next call replaces it unless it is full */
        private void through(Calls calls, boolean isLast) {
            if (running.isInDoubt() || calls.latest().isBefore(start)) {
                return;
            }
            boolean isInside = !calls.earliest().isBefore(start);
            if (isInside && sieve.isRememberedOf(calls) && (!isLast || calls.isFull())) {
                add(Tallies.remembered(calls, EventFold.this, scratch));
            } else if (calls instanceof Calls.Branch branch) {
                int next = 0;
                Calls before = isInside && sieve.isRememberedOf(calls) ? branch.beforeLast() : null;
                // Of one part alone that part remembers the same.
                if (before != null && before.width() > 1) {
                    add(Tallies.remembered(before, EventFold.this, scratch));
                    next = branch.width() - 1;
                }
                for (int i = next; i < branch.width(); i++) {
                    through(branch.part(i), isLast && i == branch.width() - 1);
                }
            } else {
                Calls.Leaf leaf = (Calls.Leaf) calls;
                for (int i = 0; i < leaf.width(); i++) {
                    Past past = leaf.call(i);
                    if (!past.at().isBefore(start)) {
                        add(past);
                    }
                }
            }
        }

        private void add(Tallies tallies) {
            Tally tally = tallies.byKey().get(wanted);
            long inDoubtFrom = tally == null ? Long.MAX_VALUE : tally.inDoubtFrom();
            for (Past past : tallies.unkeyed()) {
                if (past.index() < inDoubtFrom) {
                    addUnkeyed(past);
                }
            }
            if (tally != null) {
                running.add(tally);
            }
        }

        /** As a node of that call alone would be added. */
        private void add(Past past) {
            if (running.isInDoubt() || sieve.judge(scratch, past) == Truth.FALSE) {
                return;
            }
            Object found = sieve.found(scratch);
            if (found == Undefined.UNDEFINED) {
                addUnkeyed(past);
            } else if (found.equals(wanted)) {
                if (scratch.doubt().isNone()) {
                    running.add(past, scratch);
                } else {
                    running.doubtThat(scratch.doubt());
                }
            }
        }

        /** If the rest of it fits, it might be one that counts. */
        private void addUnkeyed(Past past) {
            if (running.isInDoubt()) {
                return;
            }
            if (!evaluation.lookAtAsMany(1)) {
                tooMany(List.of(past.index()));
                return;
            }
            sieve.judge(scratch, past);
            if (sieve.couldBe(scratch, wanted)) {
                running.doubtThat(scratch.doubt());
            }
        }

        private void tooMany(List<Long> about) {
            evaluation.tooMany(shown, about);
            running.doubtThat(evaluation.doubt());
        }
    }
}
