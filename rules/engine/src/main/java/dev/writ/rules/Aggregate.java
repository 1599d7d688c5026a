package dev.writ.rules;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code accumulate} computes over the calls it found. Of none, count and sum are 0 and the others undefined. All are
 * exact but the average, which is rounded to 34 digits (IEEE 754 decimal128). All but {@link #LAST} are of numbers.
 */
enum Aggregate {
    COUNT,
    SUM,
    MIN,
    MAX,
    AVERAGE,
    /** What the newest of the calls has, of any type; an older one that has nothing there does not matter. */
    LAST;

    String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Aggregate> named(String name) {
        return Arrays.stream(values())
                .filter(aggregate -> aggregate.written().equals(name))
                .findFirst();
    }

    /** What was folded of some calls, with what was folded of later ones; of one call it is the value itself. */
    Object step(Object folded, Object later) {
        return switch (this) {
            case COUNT -> folded;
            case SUM, AVERAGE -> ((BigDecimal) folded).add((BigDecimal) later);
            case MIN -> ((BigDecimal) folded).min((BigDecimal) later);
            case MAX -> ((BigDecimal) folded).max((BigDecimal) later);
            case LAST -> later;
        };
    }

    /** Whether that value of a call can be folded. */
    boolean takes(Object value) {
        return this == LAST || value instanceof BigDecimal;
    }

    /** A value, or {@link Undefined}. */
    Object result(long count, Object folded) {
        return switch (this) {
            case COUNT -> BigDecimal.valueOf(count);
            case SUM -> count == 0 ? BigDecimal.ZERO : folded;
            case MIN, MAX, LAST -> count == 0 ? Undefined.UNDEFINED : folded;
            case AVERAGE ->
                count == 0
                        ? Undefined.UNDEFINED
                        : ((BigDecimal) folded).divide(BigDecimal.valueOf(count), MathContext.DECIMAL128);
        };
    }
}
