package dev.writ.rules;

import java.util.List;

/** Finds out whether a pattern reads what an earlier call was about: its arguments and extracts, which may not be kept. */
final class Contents {

    private Contents() {}

    static boolean areReadBy(List<RuleSyntax.Constraint> constraints) {
        return constraints.stream().anyMatch(Contents::areReadBy);
    }

    private static boolean areReadBy(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Binding binding) {
            return areReadBy(binding.term());
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return areReadBy(all.of());
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return areReadBy(any.of());
        } else {
            RuleSyntax.Constraint.Comparison comparison = (RuleSyntax.Constraint.Comparison) constraint;
            return areReadBy(comparison.left()) || areReadBy(comparison.right());
        }
    }

    /** Of an earlier call all that has a path, and nothing else, stands in its arguments and extracts. */
    static boolean areReadBy(Term term) {
        if (term instanceof Term.Sum sum) {
            return areReadBy(sum.left()) || areReadBy(sum.right());
        }
        if (term instanceof Term.Common common) {
            return areReadBy(common.of()) || areReadBy(common.in());
        }
        return term instanceof Term.Field field && field.path().isPresent();
    }
}
