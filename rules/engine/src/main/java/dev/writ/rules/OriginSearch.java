package dev.writ.rules;

import dev.writ.model.ArgumentOrigins;
import dev.writ.model.Origin;

/**
 * Does an argument of the call come from where the pattern says?
 *
 * @param matching what is asked of one origin
 */
record OriginSearch(Condition matching) implements Condition {

    private static final String NOT_FOUND_OUT = "it was not found out where the arguments come from";

    /** An argument that is absent has no origin, and comes from nowhere good. */
    @Override
    public Truth test(Evaluation evaluation) {
        Doubt before = evaluation.doubt();
        Truth best = Truth.FALSE;
        for (Origin origin : evaluation.facts().origins()) {
            evaluation.lookAt(origin);
            Truth here = matching.test(evaluation);
            best = best.or(here);
            if (here == Truth.TRUE) {
                origin.seenAt().forEach(evaluation::witness);
                break;
            }
        }
        evaluation.lookAway();
        return evaluation.settled(best, before);
    }

    /** That there is none. Who gives arguments and no origins has not looked, and then it cannot be told. */
    Condition none() {
        return evaluation -> {
            if (evaluation.facts().origins().isEmpty()
                    && ArgumentOrigins.areIn(evaluation.facts().call().arguments())) {
                return evaluation.doubtThat(NOT_FOUND_OUT);
            }
            int witnesses = evaluation.witnessCount();
            Truth found = test(evaluation);
            evaluation.forgetWitnesses(witnesses);
            return found.not();
        };
    }
}
