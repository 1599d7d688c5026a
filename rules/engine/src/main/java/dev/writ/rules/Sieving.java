package dev.writ.rules;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what of a {@code Past} pattern depends on the earlier call alone.
 *
 * @param outside the variables that were there before the pattern
 */
record Sieving(Set<String> outside) {

    Sieving {
        outside = Set.copyOf(outside);
    }

    /**
     * @param conditions of the constraints, in their order; {@link Condition#ALWAYS} where there is nothing to test
     * @param checker has checked the constraints, so that whatever they bind is known to it
     */
    Sieve of(RuleSyntax.Events events, List<Condition> conditions, ConstraintChecker checker) {
        Condition alone = Condition.ALWAYS;
        List<Sieve.Key> keys = new ArrayList<>();
        boolean isWhole = true;
        for (int i = 0; i < conditions.size(); i++) {
            RuleSyntax.Constraint constraint = events.constraints().get(i);
            Optional<Condition> noted =
                    isAlone(constraint) ? Optional.of(conditions.get(i)) : key(constraint, checker, keys);
            if (noted.isPresent()) {
                alone = alone.and(noted.get());
            } else {
                isWhole = false;
            }
        }
        String text = (checker.strict() ? "strictly " : "")
                + (checker.terms().zone().equals(ZoneOffset.UTC)
                        ? ""
                        : "in " + checker.terms().zone() + " ")
                + RulePrinter.calls(events);
        return new Sieve(text, alone, keys, isWhole);
    }

    /** The condition that what is to equal a value from outside is there. */
    private Optional<Condition> key(RuleSyntax.Constraint constraint, ConstraintChecker checker, List<Sieve.Key> keys) {
        if (!(constraint instanceof RuleSyntax.Constraint.Comparison comparison)
                || comparison.operator() != Operator.EQUAL) {
            return Optional.empty();
        }
        // A literal is of no call: what it means depends on the type that it is compared with.
        boolean inOrder = isOfCall(comparison.left()) && isFromOutside(comparison.right());
        if (!inOrder && !(isOfCall(comparison.right()) && isFromOutside(comparison.left()))) {
            return Optional.empty();
        }
        TermChecker terms = checker.terms();
        Optional<Typed> ofCall = terms.check(inOrder ? comparison.left() : comparison.right());
        Optional<Typed> wanted = terms.check(inOrder ? comparison.right() : comparison.left());
        return ofCall.flatMap(found -> wanted.map(value -> {
            int slot = terms.variables().spare();
            keys.add(new Sieve.Key(slot, value.reading()));
            return noting(slot, found, checker.strict());
        }));
    }

    private static Condition noting(int slot, Typed found, boolean strict) {
        String cause = RulePrinter.term(found.term()) + " is undefined";
        Reading reading = found.reading();
        return evaluation -> {
            Object value = reading.in(evaluation);
            evaluation.bind(slot, value);
            if (value != Undefined.UNDEFINED) {
                return Truth.TRUE;
            }
            return strict ? evaluation.doubtThat(cause) : Truth.FALSE;
        };
    }

    private boolean isAlone(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Binding binding) {
            return isAlone(binding.term());
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return all.of().stream().allMatch(this::isAlone);
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return any.of().stream().allMatch(this::isAlone);
        } else {
            RuleSyntax.Constraint.Comparison comparison = (RuleSyntax.Constraint.Comparison) constraint;
            return isAlone(comparison.left()) && isAlone(comparison.right());
        }
    }

    /** It takes nothing from outside. Every field of a {@code Past} depends on that call alone. */
    boolean isAlone(Term term) {
        if (term instanceof Term.Variable variable) {
            return !outside.contains(variable.name());
        }
        if (term instanceof Term.Sum sum) {
            return isAlone(sum.left()) && isAlone(sum.right());
        }
        if (term instanceof Term.Common common) {
            return isAlone(common.of()) && isAlone(common.in());
        }
        return term instanceof Term.Field || isLiteral(term);
    }

    /** It takes something from the call and nothing from outside. */
    private boolean isOfCall(Term term) {
        return isAlone(term) && !isFromOutside(term);
    }

    /** It takes nothing from the call. */
    private boolean isFromOutside(Term term) {
        if (term instanceof Term.Variable variable) {
            return outside.contains(variable.name());
        }
        if (term instanceof Term.Sum sum) {
            return isFromOutside(sum.left()) && isFromOutside(sum.right());
        }
        if (term instanceof Term.Common common) {
            return isFromOutside(common.of()) && isFromOutside(common.in());
        }
        return isLiteral(term);
    }

    private static boolean isLiteral(Term term) {
        return term instanceof Term.Text
                || term instanceof Term.Decimal
                || term instanceof Term.Flag
                || term instanceof Term.Span
                || term instanceof Term.Listed;
    }
}
