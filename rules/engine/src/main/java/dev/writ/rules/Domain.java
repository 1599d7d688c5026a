package dev.writ.rules;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The values that comparisons with literals leave to one field. Two domains of one field are of one kind. */
sealed interface Domain {

    boolean isEmpty();

    Domain intersect(Domain other);

    boolean isWithin(Domain other);

    /** One of the values; empty if there is none, or none that is easily told. */
    Optional<Object> sample();

    /** Numbers, as intervals in ascending order that do not touch. */
    record Numbers(List<Interval> intervals) implements Domain {
        public Numbers {
            intervals = List.copyOf(intervals);
        }

        static Numbers of(Operator operator, BigDecimal value) {
            Bound at = new Bound(value, true);
            Bound beside = new Bound(value, false);
            return new Numbers(
                    switch (operator) {
                        case EQUAL -> List.of(new Interval(Optional.of(at), Optional.of(at)));
                        case LESS -> List.of(new Interval(Optional.empty(), Optional.of(beside)));
                        case AT_MOST -> List.of(new Interval(Optional.empty(), Optional.of(at)));
                        case MORE -> List.of(new Interval(Optional.of(beside), Optional.empty()));
                        case AT_LEAST -> List.of(new Interval(Optional.of(at), Optional.empty()));
                        case NOT_EQUAL ->
                            List.of(
                                    new Interval(Optional.empty(), Optional.of(beside)),
                                    new Interval(Optional.of(beside), Optional.empty()));
                        default -> throw new IllegalArgumentException(operator.written());
                    });
        }

        static Numbers oneOf(List<BigDecimal> values) {
            return new Numbers(values.stream()
                    .sorted()
                    .map(value -> new Bound(value, true))
                    .distinct()
                    .map(at -> new Interval(Optional.of(at), Optional.of(at)))
                    .toList());
        }

        @Override
        public boolean isEmpty() {
            return intervals.isEmpty();
        }

        @Override
        public Domain intersect(Domain other) {
            List<Interval> both = new ArrayList<>();
            for (Interval one : intervals) {
                for (Interval two : ((Numbers) other).intervals) {
                    one.intersect(two).ifPresent(both::add);
                }
            }
            return new Numbers(both);
        }

        /** Intervals that touch are not joined, so that it may miss one, and never claims one too many. */
        @Override
        public boolean isWithin(Domain other) {
            return intervals.stream()
                    .allMatch(one -> ((Numbers) other)
                            .intervals.stream()
                                    .anyMatch(two -> one.intersect(two).equals(Optional.of(one))));
        }

        @Override
        public Optional<Object> sample() {
            return intervals.stream().findFirst().map(Interval::sample);
        }

        @Override
        public String toString() {
            return intervals.stream().map(Interval::toString).collect(Collectors.joining(" or "));
        }
    }

    /** An end of an interval. */
    record Bound(BigDecimal value, boolean belongs) {
        public Bound {
            value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        }
    }

    /** Holds at least one number. An end that is not there is infinitely far. */
    record Interval(Optional<Bound> low, Optional<Bound> high) {

        Optional<Interval> intersect(Interval other) {
            Interval both = new Interval(tighter(low, other.low, 1), tighter(high, other.high, -1));
            return both.isPossible() ? Optional.of(both) : Optional.empty();
        }

        private static Optional<Bound> tighter(Optional<Bound> one, Optional<Bound> two, int sign) {
            if (one.isEmpty() || two.isEmpty()) {
                return one.or(() -> two);
            }
            int order = one.get().value().compareTo(two.get().value()) * sign;
            if (order == 0) {
                return one.get().belongs() ? two : one;
            }
            return order > 0 ? one : two;
        }

        private boolean isPossible() {
            if (low.isEmpty() || high.isEmpty()) {
                return true;
            }
            int order = low.get().value().compareTo(high.get().value());
            return order < 0 || (order == 0 && low.get().belongs() && high.get().belongs());
        }

        Object sample() {
            if (low.isPresent() && low.get().belongs()) {
                return low.get().value();
            }
            if (high.isPresent() && high.get().belongs()) {
                return high.get().value();
            }
            if (low.isPresent() && high.isPresent()) {
                return low.get().value().add(high.get().value()).divide(BigDecimal.valueOf(2));
            }
            return low.map(bound -> bound.value().add(BigDecimal.ONE))
                    .or(() -> high.map(bound -> bound.value().subtract(BigDecimal.ONE)))
                    .orElse(BigDecimal.ZERO);
        }

        @Override
        public String toString() {
            if (low.isPresent() && low.equals(high)) {
                return low.get().value().toPlainString();
            }
            String from = low.map(bound -> (bound.belongs() ? "from " : "above ")
                            + bound.value().toPlainString())
                    .orElse("");
            String to = high.map(bound -> (bound.belongs() ? "up to " : "below ")
                            + bound.value().toPlainString())
                    .orElse("");
            return (from + " " + to).strip();
        }
    }

    /**
     * Texts or flags: those, or all but those.
     *
     * @param values of {@link String} or {@link Boolean}
     * @param listed they are the values; else they are those that it does not hold
     */
    record Discrete(Set<Object> values, boolean listed, boolean flags) implements Domain {

        private static final Set<Object> FLAGS = Set.of(true, false);

        public Discrete {
            if (flags && !listed) {
                Set<Object> rest = new HashSet<>(FLAGS);
                rest.removeAll(values);
                values = rest;
                listed = true;
            }
            values = Set.copyOf(values);
        }

        @Override
        public boolean isEmpty() {
            return listed && values.isEmpty();
        }

        boolean contains(Object value) {
            return values.contains(value) == listed;
        }

        @Override
        public Domain intersect(Domain other) {
            Discrete two = (Discrete) other;
            if (listed) {
                return new Discrete(values.stream().filter(two::contains).collect(Collectors.toSet()), true, flags);
            }
            if (two.listed) {
                return two.intersect(this);
            }
            Set<Object> excluded = new HashSet<>(values);
            excluded.addAll(two.values);
            return new Discrete(excluded, false, flags);
        }

        @Override
        public boolean isWithin(Domain other) {
            Discrete two = (Discrete) other;
            if (listed) {
                return values.stream().allMatch(two::contains);
            }
            return !two.listed && values.containsAll(two.values);
        }

        @Override
        public Optional<Object> sample() {
            if (listed) {
                return values.stream().min((one, two) -> one.toString().compareTo(two.toString()));
            }
            String candidate = "x";
            while (values.contains(candidate)) {
                candidate += "x";
            }
            return Optional.of(candidate);
        }
    }
}
