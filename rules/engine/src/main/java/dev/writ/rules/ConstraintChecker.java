package dev.writ.rules;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the constraints of one pattern into a condition, and reports those that make no sense.
 *
 * @param strict every comparison with an undefined value is {@link Truth#DOUBT}, not only the negative ones
 */
record ConstraintChecker(TermChecker terms, boolean strict) {

    /**
     * The condition that all of them hold; what made no sense is reported and left out.
     *
     * @param pinned what it says of the tool is known to hold and not tested again
     */
    Condition check(List<RuleSyntax.Constraint> constraints, PinnedTools pinned) {
        return each(constraints, pinned).stream().reduce(Condition.ALWAYS, Condition::and);
    }

    /** The condition of each of them, as in {@link #check}; {@link Condition#ALWAYS} where there is nothing to test. */
    List<Condition> each(List<RuleSyntax.Constraint> constraints, PinnedTools pinned) {
        List<Condition> conditions = new ArrayList<>(constraints.size());
        for (RuleSyntax.Constraint constraint : constraints) {
            Condition condition = check(constraint);
            boolean known = pinned.by().filter(constraint::equals).isPresent();
            conditions.add(known ? Condition.ALWAYS : condition);
        }
        return conditions;
    }

    private Condition check(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Binding binding) {
            return binding(binding);
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return check(all.of(), PinnedTools.NONE);
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return any.of().stream().map(this::check).reduce(Condition::or).orElse(Condition.ALWAYS);
        } else {
            RuleSyntax.Constraint.Comparison comparison = (RuleSyntax.Constraint.Comparison) constraint;
            return terms.watch().comparison(comparison, comparison(comparison));
        }
    }

    private Condition binding(RuleSyntax.Constraint.Binding binding) {
        Optional<Typed> value = terms.check(binding.term());
        if (value.isEmpty()) {
            return Condition.ALWAYS;
        }
        Optional<Variables.Variable> variable =
                terms.variables().declare(binding.variable(), value.get().type());
        if (variable.isEmpty()) {
            return report(binding.place(), Variables.taken(binding.variable()));
        }
        int slot = variable.get().slot();
        Reading reading = value.get().reading();
        return evaluation -> {
            evaluation.bind(slot, reading.in(evaluation));
            return Truth.TRUE;
        };
    }

    private Condition comparison(RuleSyntax.Constraint.Comparison comparison) {
        Operator operator = comparison.operator();
        Optional<Typed> left = terms.check(comparison.left());
        if (comparison.right() instanceof Term.Listed listed) {
            return left.map(typed -> oneOf(typed, operator, listed)).orElse(Condition.ALWAYS);
        }
        Optional<Typed> right = terms.check(comparison.right());
        if (left.isEmpty() || right.isEmpty()) {
            return Condition.ALWAYS;
        }
        checkArgument(comparison.left(), operator, comparison.right());
        checkArgument(comparison.right(), operator, comparison.left());
        if (operator.positive() == Operator.MATCHES) {
            return matches(left.get(), operator, comparison.right());
        }
        Optional<Typed> first = LocalTimes.readAs(right.get().type(), left.get(), terms.zone(), terms.problems());
        Optional<Typed> second = LocalTimes.readAs(left.get().type(), right.get(), terms.zone(), terms.problems());
        return first.isEmpty() || second.isEmpty()
                ? Condition.ALWAYS
                : comparison(comparison, first.get(), second.get());
    }

    private Condition comparison(RuleSyntax.Constraint.Comparison comparison, Typed left, Typed right) {
        Operator operator = comparison.operator();
        checkVocabulary(left, comparison.right());
        checkVocabulary(right, comparison.left());
        checkTool(comparison.left(), operator, comparison.right());
        checkTool(comparison.right(), operator, comparison.left());
        Optional<Comparison> positive = comparison(left, operator.positive(), right);
        if (positive.isEmpty()) {
            return report(comparison.place(), misfit(left, operator, right));
        }
        return condition(left, operator, right, positive.get());
    }

    private static Optional<Comparison> comparison(Typed left, Operator operator, Typed right) {
        boolean sameScalars = left.isScalar() && left.type() == right.type();
        if (operator.isSet() && !left.isScalar() && !right.isScalar()) {
            return Optional.of(
                    operator == Operator.CONTAINS
                            ? Comparisons.containsAll()
                            : (list, whole) -> Comparisons.containsAll().holds(whole, list));
        } else if (operator == Operator.EQUAL) {
            return sameScalars ? Optional.of(Comparisons.equal(left.type())) : Optional.empty();
        } else if (operator.isOrdering()) {
            return sameScalars && left.type().isOrdered()
                    ? Optional.of(Comparisons.ordering(operator))
                    : Optional.empty();
        } else if (left.type().isTemporal() || right.type().isTemporal()) {
            return Optional.empty();
        } else if (operator == Operator.MEMBER_OF) {
            return left.isScalar() && !right.isScalar() ? Optional.of(Comparisons.memberOf()) : Optional.empty();
        } else if (sameScalars && left.type() == ValueType.TEXT) {
            return Optional.of(Comparisons.containsText());
        } else {
            return !left.isScalar() && right.isScalar() ? Optional.of(Comparisons.containsItem()) : Optional.empty();
        }
    }

    private Condition oneOf(Typed left, Operator operator, Term.Listed listed) {
        if (listed.values().size() > Limits.LISTED_VALUES) {
            return report(listed.place(), "at most " + Limits.LISTED_VALUES + " values can be listed");
        }
        List<Typed> values = listed.values().stream()
                .flatMap(value -> terms.check(value).stream())
                .flatMap(value -> LocalTimes.readAs(left.type(), value, terms.zone(), terms.problems()).stream())
                .toList();
        for (Typed value : values) {
            if (value.type() != left.type()) {
                return report(value.term().place(), misfit(left, Operator.EQUAL, value));
            }
            checkVocabulary(left, value.term());
            checkTool(left.term(), operator, value.term());
            checkArgument(left.term(), operator, value.term());
        }
        List<Object> constants = listed.values().stream()
                .map(value -> constant(value, left.type()))
                .toList();
        return condition(
                left, operator, Typed.constant(listed, left.type(), ""), Comparisons.oneOf(constants, left.type()));
    }

    private Object constant(Term literal, ValueType type) {
        if (literal instanceof Term.Decimal number) {
            return number.value();
        }
        if (type.isTemporal()) {
            String text = ((Term.Text) literal).value();
            return Undefined.unless(LocalTimes.read(type, text, terms.zone()));
        }
        return literal instanceof Term.Text text ? text.value() : ((Term.Flag) literal).value();
    }

    private Condition matches(Typed left, Operator operator, Term right) {
        if (left.type() != ValueType.TEXT || !(right instanceof Term.Text expression)) {
            return report(right.place(), "matches compares a text with a regular expression in \"double quotes\"");
        }
        Optional<String> problem = Expressions.problemWith(expression.value());
        if (problem.isPresent()) {
            return report(right.place(), problem.get());
        }
        Pattern pattern = Expressions.compile(expression.value());
        return condition(left, operator, Typed.constant(right, ValueType.TEXT, ""), Comparisons.matches(pattern));
    }

    private Condition condition(Typed left, Operator operator, Typed right, Comparison positive) {
        Comparison comparison = operator.isNegative() ? positive.negated() : positive;
        return comparison.of(left, right, strict || operator.isNegative() ? Truth.DOUBT : Truth.FALSE);
    }

    private void checkVocabulary(Typed value, Term literal) {
        if (literal instanceof Term.Text text
                && !value.vocabulary().isEmpty()
                && !value.vocabulary().contains(text.value())) {
            report(
                    literal.place(),
                    RulePrinter.term(value.term()) + " is never \"" + text.value() + "\"; "
                            + Nearest.hint(text.value(), value.vocabulary()));
        }
    }

    private void checkTool(Term field, Operator operator, Term literal) {
        if (field instanceof Term.Field named
                && named.name().equals(FactFields.TOOL)
                && (operator.positive() == Operator.EQUAL || operator.positive() == Operator.IN)
                && literal instanceof Term.Text tool) {
            terms.tools()
                    .problemWith(tool.value(), terms.speaksAbout())
                    .ifPresent(problem -> report(literal.place(), problem));
        }
    }

    /** An argument that no schema has never has an origin, and a rule that waits for one is a mistake. */
    private void checkArgument(Term field, Operator operator, Term literal) {
        if (terms.isAbout(FactType.ORIGIN)
                && field instanceof Term.Field asked
                && asked.name().equals(FactFields.ARGUMENT)) {
            boolean named = operator == Operator.EQUAL || operator == Operator.IN;
            if (!named || !(literal instanceof Term.Text path)) {
                report(literal.place(), "'argument' is compared with == or in, and with a path in \"double quotes\"");
            } else {
                terms.tools()
                        .problemWithPath(terms.pinned(), path.value())
                        .ifPresent(problem -> report(literal.place(), problem));
            }
        }
    }

    private static String misfit(Typed left, Operator operator, Typed right) {
        String compared = RulePrinter.term(left.term()) + " is a " + left.type().written() + " and "
                + RulePrinter.term(right.term()) + " a " + right.type().written();
        if (operator.isOrdering()) {
            return compared + "; '" + operator.written() + "' compares two numbers, dates, times of the day or moments";
        }
        return switch (operator.positive()) {
            case CONTAINS ->
                compared + "; '" + operator.written()
                        + "' asks a list for an item or for all of another list, or a text for a part of it";
            case MEMBER_OF -> compared + "; '" + operator.written() + "' has a list at its right";
            default -> compared + "; '" + operator.written() + "' compares two values of one type";
        };
    }

    private Condition report(Place place, String message) {
        terms.problems().add(place.problem(message));
        return Condition.ALWAYS;
    }
}
