package dev.writ.rules;

/** What must hold, ready to be tested. Holds no state, so all threads share it. */
@FunctionalInterface
interface Condition {

    Condition ALWAYS = evaluation -> Truth.TRUE;

    Truth test(Evaluation evaluation);

    /** Tested from left to right, until it is known to be false. */
    default Condition and(Condition next) {
        if (next == ALWAYS) {
            return this;
        }
        if (this == ALWAYS) {
            return next;
        }
        return evaluation -> {
            Doubt before = evaluation.doubt();
            Truth first = test(evaluation);
            return first == Truth.FALSE ? first : evaluation.settled(first.and(next.test(evaluation)), before);
        };
    }

    /** Tested only if this one is known to be true; else that is the answer, since what follows would rest on it. */
    default Condition then(Condition next) {
        return evaluation -> {
            Truth first = test(evaluation);
            return first == Truth.TRUE ? next.test(evaluation) : first;
        };
    }

    /** Tested from left to right, until it is known to be true. */
    default Condition or(Condition next) {
        return evaluation -> {
            Doubt before = evaluation.doubt();
            Truth first = test(evaluation);
            return first == Truth.TRUE ? first : evaluation.settled(first.or(next.test(evaluation)), before);
        };
    }
}
