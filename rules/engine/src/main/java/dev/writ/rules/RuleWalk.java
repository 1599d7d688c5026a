package dev.writ.rules;

import java.util.List;
import java.util.stream.Stream;

/** Goes through the parts of a rule. */
final class RuleWalk {

    private RuleWalk() {}

    /** The constraints of a pattern, one list for each fact that it is about. */
    static Stream<List<RuleSyntax.Constraint>> constraintLists(RuleSyntax.Pattern pattern) {
        if (pattern instanceof RuleSyntax.Pattern.Single single) {
            return Stream.of(single.constraints());
        } else if (pattern instanceof RuleSyntax.Pattern.Join join) {
            return Stream.of(join.events().constraints());
        } else if (pattern instanceof RuleSyntax.Pattern.Exists exists) {
            return Stream.of(exists.events().constraints());
        } else if (pattern instanceof RuleSyntax.Pattern.Absent absent) {
            return Stream.of(absent.events().constraints());
        } else if (pattern instanceof RuleSyntax.Pattern.Accumulate accumulate) {
            return Stream.of(accumulate.events().constraints(), accumulate.conditions());
        }
        return Stream.empty();
    }

    /** The comparisons in a constraint, at any depth. */
    static Stream<RuleSyntax.Constraint.Comparison> comparisons(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Comparison comparison) {
            return Stream.of(comparison);
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return all.of().stream().flatMap(RuleWalk::comparisons);
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return any.of().stream().flatMap(RuleWalk::comparisons);
        }
        return Stream.empty();
    }
}
