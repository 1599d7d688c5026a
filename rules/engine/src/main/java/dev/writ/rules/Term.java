package dev.writ.rules;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that has a value, as written. */
sealed interface Term {

    Place place();

    record Text(String value, Place place) implements Term {}

    /** Exact; two spellings of one number are the same term. */
    record Decimal(BigDecimal value, Place place) implements Term {
        public Decimal {
            value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        }
    }

    record Flag(boolean value, Place place) implements Term {}

    /** {@code 24h}. */
    record Span(Duration length, Place place) implements Term {}

    /** {@code ("a", "b")}, at the right of {@code in}. */
    record Listed(List<Term> values, Place place) implements Term {
        public Listed {
            values = List.copyOf(values);
        }
    }

    /** {@code $amount}. */
    record Variable(String name, Place place) implements Term {}

    /** {@code outcome}, or with a path {@code number("payment.amount")}. */
    record Field(String name, Optional<String> path, Place place) implements Term {}

    /** {@code common(list("items"), $known)}: how many items of the first list are in the second. */
    record Common(Term of, Term in, Place place) implements Term {}

    /** {@code left + right} or {@code left - right}. */
    record Sum(Term left, boolean plus, Term right) implements Term {
        @Override
        public Place place() {
            return left.place();
        }
    }
}
