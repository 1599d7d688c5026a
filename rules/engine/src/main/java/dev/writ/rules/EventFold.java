package dev.writ.rules;

import dev.writ.model.Past;
import java.math.BigDecimal;
import java.util.List;

/**
 * What {@code accumulate} does: computes something over all earlier calls that match, and gives it names.
 *
 * @param shown the pattern, for messages
 */
record EventFold(EventSelection selection, Condition matching, List<Result> results, String shown)
        implements Condition {

    EventFold {
        results = List.copyOf(results);
    }

    /**
     * One value that is computed.
     *
     * @param of the number that is read of each call; any for a count
     */
    record Result(int slot, Aggregate aggregate, Reading of, String shown) {}

    @Override
    public Truth test(Evaluation evaluation) {
        if (!selection.isComplete(evaluation.facts())) {
            return evaluation.doubtThat("the history that is kept does not reach back as far as " + shown);
        }
        Fold fold = new Fold(evaluation);
        selection.forEach(evaluation.facts(), fold::add);
        evaluation.lookAway();
        return fold.finish();
    }

    private final class Fold {
        private final Evaluation evaluation;
        private final Aggregate.Running[] running;
        private final long[] newest = new long[Limits.NAMED_WITNESSES];
        private int found;
        private Truth known = Truth.TRUE;

        Fold(Evaluation evaluation) {
            this.evaluation = evaluation;
            this.running = results.stream()
                    .map(result -> result.aggregate().new Running())
                    .toArray(Aggregate.Running[]::new);
        }

        void add(Past past) {
            if (known == Truth.DOUBT) {
                return;
            }
            if (!evaluation.lookAt(past)) {
                known = evaluation.doubtThat("there are too many earlier calls for " + shown);
                return;
            }
            Truth matches = matching.test(evaluation);
            if (matches == Truth.TRUE) {
                newest[found++ % newest.length] = past.index();
                addValues();
            } else if (matches == Truth.DOUBT) {
                known = Truth.DOUBT;
            }
        }

        private void addValues() {
            for (int i = 0; i < running.length; i++) {
                Result result = results.get(i);
                Object value = result.of().in(evaluation);
                if (!(value instanceof BigDecimal number)) {
                    known = evaluation.doubtThat(result.shown() + " is undefined");
                    return;
                }
                running[i].add(number);
            }
        }

        Truth finish() {
            for (int i = 0; known == Truth.TRUE && i < running.length; i++) {
                evaluation.bind(results.get(i).slot(), running[i].result());
            }
            for (int i = 0; i < Math.min(found, newest.length); i++) {
                evaluation.witness(newest[i]);
            }
            return known;
        }
    }
}
