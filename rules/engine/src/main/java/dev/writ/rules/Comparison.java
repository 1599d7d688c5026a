package dev.writ.rules;

/**
 * A comparison of two values that are not {@link Undefined}; their types were checked.
 *
 * <p>Numbers are compared by value, so 1.0 equals 1; texts by their UTF-16 units, so no two that look alike are equal.
 */
@FunctionalInterface
interface Comparison {
    boolean holds(Object left, Object right);

    default Comparison negated() {
        return (left, right) -> !holds(left, right);
    }

    /** The condition that compares what two readings find, and tells {@code undefined} if one finds nothing. */
    default Condition of(Typed left, Typed right, Truth undefined) {
        Reading first = left.reading();
        Reading second = right.reading();
        String firstCause = RulePrinter.term(left.term()) + " is undefined";
        String secondCause = RulePrinter.term(right.term()) + " is undefined";
        return evaluation -> {
            Object a = first.in(evaluation);
            Object b = second.in(evaluation);
            if (a == Undefined.UNDEFINED || b == Undefined.UNDEFINED) {
                return undefined == Truth.FALSE
                        ? Truth.FALSE
                        : evaluation.doubtThat(a == Undefined.UNDEFINED ? firstCause : secondCause);
            }
            return Truth.of(holds(a, b));
        };
    }
}
