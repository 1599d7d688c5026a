package dev.writ.rules;

import dev.writ.model.Past;

/**
 * Is there an earlier call for which the rest holds, too?
 *
 * @param matching what is asked of the call itself
 * @param rest what must hold with the variables that the call has bound
 * @param shown the pattern, for messages
 */
record EventSearch(EventSelection selection, Condition matching, Condition rest, String shown) {

    /** True, or in doubt, or false as far as the history goes. */
    Truth among(Evaluation evaluation) {
        Search search = new Search(evaluation);
        selection.search(evaluation.facts(), search::isEnough);
        evaluation.lookAway();
        return evaluation.settled(search.best, search.before);
    }

    /** As {@link #among}, and in doubt if a call that would do may be forgotten. */
    Truth amongAll(Evaluation evaluation) {
        Truth known = among(evaluation);
        return known == Truth.FALSE && !selection.isComplete(evaluation.facts())
                ? evaluation.doubtThat("the history that is kept does not reach back as far as " + shown)
                : known;
    }

    private final class Search {
        private final Evaluation evaluation;
        private final Doubt before;
        private Truth best = Truth.FALSE;

        Search(Evaluation evaluation) {
            this.evaluation = evaluation;
            this.before = evaluation.doubt();
        }

        boolean isEnough(Past past) {
            if (best == Truth.TRUE) {
                return true; // found for another tool
            }
            int witnesses = evaluation.witnessCount();
            best = best.or(judge(past));
            if (best != Truth.TRUE) {
                evaluation.forgetWitnesses(witnesses);
            }
            return best == Truth.TRUE;
        }

        private Truth judge(Past past) {
            if (!evaluation.lookAt(past)) {
                return evaluation.doubtThat("there are too many earlier calls for " + shown);
            }
            Truth matches = matching.test(evaluation);
            if (matches == Truth.FALSE) {
                return matches;
            }
            evaluation.witness(past.index());
            return matches.and(rest.test(evaluation));
        }
    }
}
