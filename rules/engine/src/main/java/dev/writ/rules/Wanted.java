package dev.writ.rules;

import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The least that an argument would have to change for a comparison with a literal to hold.
 *
 * @param bound for people, such as {@code at most 50}
 * @param value one that meets it
 * @param isBound whether it is a bound of a number, or a flag, and so names nobody
 */
record Wanted(String argument, String bound, JsonValue value, boolean isBound) {

    Explanation.Change change() {
        return new Explanation.Change(argument, bound, value);
    }

    /** Empty if it is no comparison of one argument with literals. */
    static Optional<Wanted> of(RuleSyntax.Constraint constraint, FactType type, Bindings bindings) {
        if (!(constraint instanceof RuleSyntax.Constraint.Comparison comparison)) {
            return Optional.empty();
        }
        Optional<Bindings.Bound> left = bindings.field(type, comparison.left());
        if (left.isPresent()) {
            return of(left.get(), comparison.operator(), comparison.right());
        }
        return bindings.field(type, comparison.right())
                .flatMap(right ->
                        mirrored(comparison.operator()).flatMap(operator -> of(right, operator, comparison.left())));
    }

    private static Optional<Wanted> of(Bindings.Bound field, Operator operator, Term literal) {
        if (!field.isArgument() || field.path().isEmpty()) {
            return Optional.empty();
        }
        String argument = field.field().path().orElseThrow();
        String equal = "equal to " + RulePrinter.term(literal);
        if (literal instanceof Term.Decimal number) {
            return number(operator, number.value())
                    .map(value -> new Wanted(
                            argument,
                            words(operator) + " " + RulePrinter.term(literal),
                            json(value),
                            operator.isOrdering()));
        } else if (operator == Operator.EQUAL && literal instanceof Term.Text text) {
            return Optional.of(new Wanted(argument, equal, new JsonString(text.value()), false));
        } else if (operator == Operator.EQUAL && literal instanceof Term.Flag flag) {
            return Optional.of(new Wanted(argument, equal, JsonBoolean.of(flag.value()), true));
        } else if (operator == Operator.IN && literal instanceof Term.Listed listed) {
            return Optional.of(new Wanted(argument, "one of " + listed(listed.values()), first(listed), false));
        }
        return Optional.empty();
    }

    private static Optional<BigDecimal> number(Operator operator, BigDecimal bound) {
        return switch (operator) {
            case EQUAL, AT_MOST, AT_LEAST -> Optional.of(bound);
            case LESS -> Optional.of(bound.subtract(smallStep(bound)));
            case MORE -> Optional.of(bound.add(smallStep(bound)));
            default -> Optional.empty();
        };
    }

    /** A unit of its last digit. */
    private static BigDecimal smallStep(BigDecimal bound) {
        return BigDecimal.ONE.movePointLeft(Math.max(0, bound.scale()));
    }

    private static String words(Operator operator) {
        return switch (operator) {
            case AT_MOST -> "at most";
            case AT_LEAST -> "at least";
            case LESS -> "below";
            case MORE -> "above";
            default -> "equal to";
        };
    }

    private static Optional<Operator> mirrored(Operator operator) {
        return switch (operator) {
            case EQUAL -> Optional.of(operator);
            case LESS -> Optional.of(Operator.MORE);
            case AT_MOST -> Optional.of(Operator.AT_LEAST);
            case MORE -> Optional.of(Operator.LESS);
            case AT_LEAST -> Optional.of(Operator.AT_MOST);
            default -> Optional.empty();
        };
    }

    private static String listed(List<Term> values) {
        return values.stream().map(RulePrinter::term).collect(Collectors.joining(", "));
    }

    private static JsonValue first(Term.Listed listed) {
        Term first = listed.values().get(0);
        if (first instanceof Term.Decimal number) {
            return json(number.value());
        }
        return first instanceof Term.Text text
                ? new JsonString(text.value())
                : JsonBoolean.of(((Term.Flag) first).value());
    }

    private static JsonValue json(BigDecimal number) {
        try {
            return new JsonNumber(number);
        } catch (JsonException unwritable) {
            return new JsonString(number.toPlainString());
        }
    }
}
