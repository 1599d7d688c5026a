package dev.writ.rules;

import dev.writ.model.Calls;
import dev.writ.model.Past;
import java.time.Instant;

/**
 * Is there an earlier call for which the rest holds, too?
 *
 * <p>The nodes of the history remember {@link Candidates}, so that a search looks only at calls that may match. Those are what
 * counts against {@link Limits#LOOKS_PER_RULE}, whatever is remembered already.
 *
 * @param matching what is asked of the call itself
 * @param sieve as much of that as depends on the call alone
 * @param rest what must hold with the variables that the call has bound
 * @param shown the pattern, for messages
 */
record EventSearch(EventSelection selection, Condition matching, Sieve sieve, Condition rest, String shown) {

    /** True, or in doubt, or false as far as the history goes. */
    Truth among(Evaluation evaluation) {
        Search search = new Search(evaluation);
        search.run();
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
        private final Evaluation scratch;
        private final Doubt before;
        private final Instant start;
        private final Object wanted;
        private final boolean sieves;
        private Truth best = Truth.FALSE;

        Search(Evaluation evaluation) {
            this.evaluation = evaluation;
            this.scratch = evaluation.scratch();
            this.before = evaluation.doubt();
            this.start = selection.window().startsAt(evaluation.facts().now());
            this.wanted = sieve.wanted(evaluation);
            this.sieves = !sieve.isOpen() && wanted != Undefined.UNDEFINED;
        }

        void run() {
            if (sieves && !evaluation.lookAtAsMany(Limits.LOOKS_PER_SUMMARY)) {
                best = evaluation.tooMany(shown, evaluation.about());
                return;
            }
            for (Calls calls : selection.calls(evaluation.facts())) {
                if (among(calls, true)) {
                    return;
                }
            }
        }

        /**
         * The newest first; true if one is enough.
         *
         * @param isLast nothing is behind it, so that the next call replaces it unless it is full
         */
        private boolean among(Calls calls, boolean isLast) {
            if (calls.latest().isBefore(start)) {
                return false;
            }
            boolean isRemembered = sieves && sieve.isRememberedOf(calls) && (!isLast || calls.isFull());
            int candidates =
                    isRemembered ? Candidates.remembered(calls, sieve, scratch).having(wanted) : -1;
            if (candidates == 0) {
                return false;
            }
            for (int i = calls.width() - 1; i >= 0; i--) {
                boolean isEnough = calls instanceof Calls.Branch branch
                        ? among(branch.part(i), isLast && i == calls.width() - 1)
                        : (candidates >> i & 1) != 0 && isEnough(((Calls.Leaf) calls).call(i), isRemembered);
                if (isEnough) {
                    return true;
                }
            }
            return false;
        }

        private boolean isEnough(Past past, boolean isCandidate) {
            if (past.at().isBefore(start) || (sieves && !isCandidate && !isCandidate(past))) {
                return false;
            }
            int witnesses = evaluation.witnessCount();
            best = best.or(judge(past));
            if (best != Truth.TRUE) {
                evaluation.forgetWitnesses(witnesses);
            }
            return best == Truth.TRUE;
        }

        private boolean isCandidate(Past past) {
            if (sieve.judge(scratch, past) == Truth.FALSE) {
                return false;
            }
            Object found = sieve.found(scratch);
            return found == Undefined.UNDEFINED || found.equals(wanted);
        }

        private Truth judge(Past past) {
            if (!evaluation.lookAt(past)) {
                return evaluation.tooMany(shown, evaluation.about());
            }
            Doubt known = evaluation.doubt();
            Truth matches = matching.test(evaluation);
            if (matches == Truth.FALSE) {
                return matches;
            }
            evaluation.witness(past.index());
            return evaluation.settled(matches.and(rest.test(evaluation)), known);
        }
    }
}
