package dev.writ.gateway.precedent;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * How alike two calls of one tool are.
 *
 * @param score 0 to 1. How often a thing happened is no part of it
 */
record Likeness(double score, boolean isSameAgent, boolean isSamePerson, boolean isSameRules) {

    private static final double AGENT = 0.1;
    private static final double PERSON = 0.1;
    private static final double RULES = 0.15;
    private static final double SHAPE = 0.15;
    private static final double NUMBERS = 0.25;
    private static final double TEXTS = 0.25;

    static Likeness of(Traits one, Traits other) {
        boolean agent = one.agent().equals(other.agent());
        boolean person = one.person().equals(other.person());
        double score = (agent ? AGENT : 0)
                + (person ? PERSON : 0)
                + RULES * Trigrams.overlap(one.rules(), other.rules())
                + SHAPE * Trigrams.overlap(one.shape(), other.shape())
                + NUMBERS * mean(one.numbers(), other.numbers(), Likeness::closeness)
                + TEXTS * mean(one.trigrams(), other.trigrams(), Trigrams::overlap);
        return new Likeness(score, agent, person, one.rules().equals(other.rules()));
    }

    /** Over every path that either has; what only one of them has is not alike at all. */
    private static <T> double mean(Map<String, T> one, Map<String, T> other, BiFunction<T, T, Double> alike) {
        Set<String> paths = new TreeSet<>(one.keySet());
        paths.addAll(other.keySet());
        return paths.stream()
                .mapToDouble(path -> one.containsKey(path) && other.containsKey(path)
                        ? alike.apply(one.get(path), other.get(path))
                        : 0)
                .average()
                .orElse(1);
    }

    /** The smaller as a part of the larger: twice as much is half as close. */
    private static double closeness(BigDecimal one, BigDecimal other) {
        if (one.compareTo(other) == 0) {
            return 1;
        }
        if (one.signum() * other.signum() <= 0) {
            return 0;
        }
        double first = Math.abs(one.doubleValue());
        double second = Math.abs(other.doubleValue());
        double part = Math.min(first, second) / Math.max(first, second);
        return Double.isFinite(part) ? part : 0;
    }
}
