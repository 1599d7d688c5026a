package dev.writ.rules;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code accumulate} computes over the calls it found. Of none, count and sum are 0 and the others undefined. All are
 * exact but the average, which is rounded to 34 digits (IEEE 754 decimal128).
 */
enum Aggregate {
    COUNT,
    SUM,
    MIN,
    MAX,
    AVERAGE;

    String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Aggregate> named(String name) {
        return Arrays.stream(values())
                .filter(aggregate -> aggregate.written().equals(name))
                .findFirst();
    }

    /** What was folded of some calls, with what was folded of more; of one call it is the number itself. */
    BigDecimal step(BigDecimal folded, BigDecimal next) {
        return switch (this) {
            case COUNT -> folded;
            case SUM, AVERAGE -> folded.add(next);
            case MIN -> folded.min(next);
            case MAX -> folded.max(next);
        };
    }

    /** A number, or {@link Undefined}. */
    Object result(long count, BigDecimal folded) {
        return switch (this) {
            case COUNT -> BigDecimal.valueOf(count);
            case SUM -> folded;
            case MIN, MAX -> count == 0 ? Undefined.UNDEFINED : folded;
            case AVERAGE ->
                count == 0 ? Undefined.UNDEFINED : folded.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128);
        };
    }
}
