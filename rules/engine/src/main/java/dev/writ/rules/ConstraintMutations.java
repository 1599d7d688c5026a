package dev.writ.rules;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that can be changed about one comparison of a pattern.
 *
 * @param hint which case would notice a flipped comparison of this pattern, given its text
 */
record ConstraintMutations(Function<String, String> hint) {

    /** The lists with one comparison changed, at any depth. */
    Stream<Mutation.Of<List<RuleSyntax.Constraint>>> of(List<RuleSyntax.Constraint> constraints) {
        return one(constraints, this::of);
    }

    /** As above, leaving alone what says which tools a rule is about, since a rule that decides a case shows that. */
    Stream<Mutation.Of<List<RuleSyntax.Constraint>>> ofCall(List<RuleSyntax.Constraint> constraints) {
        PinnedTools pinned = PinnedTools.in(constraints);
        return one(
                constraints,
                constraint -> pinned.by().filter(constraint::equals).isPresent()
                        ? fewer((RuleSyntax.Constraint.Comparison) constraint)
                        : of(constraint));
    }

    private Stream<Mutation.Of<RuleSyntax.Constraint>> of(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Comparison comparison) {
            return Stream.of(Stream.of(flipped(comparison)), edge(comparison), steps(comparison), fewer(comparison))
                    .flatMap(Function.identity());
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return one(all.of(), this::of).map(change -> change.within(RuleSyntax.Constraint.All::new));
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return one(any.of(), this::of).map(change -> change.within(RuleSyntax.Constraint.Any::new));
        }
        return Stream.empty();
    }

    private Mutation.Of<RuleSyntax.Constraint> flipped(RuleSyntax.Constraint.Comparison comparison) {
        RuleSyntax.Constraint.Comparison opposite = opposite(comparison);
        return changed(MutationReport.Kind.FLIP, comparison, opposite, hint.apply(RulePrinter.constraint(comparison)));
    }

    static RuleSyntax.Constraint.Comparison opposite(RuleSyntax.Constraint.Comparison comparison) {
        return with(comparison, comparison.operator().opposite());
    }

    private static Stream<Mutation.Of<RuleSyntax.Constraint>> edge(RuleSyntax.Constraint.Comparison comparison) {
        return comparison.operator().isOrdering()
                ? Stream.of(changed(
                        MutationReport.Kind.BOUNDARY,
                        comparison,
                        with(comparison, comparison.operator().otherEdge()),
                        "in which the two are equal"))
                : Stream.empty();
    }

    /** A number that an ordering compares with, by one of its last digit. */
    private static Stream<Mutation.Of<RuleSyntax.Constraint>> steps(RuleSyntax.Constraint.Comparison comparison) {
        if (!comparison.operator().isOrdering()) {
            return Stream.empty();
        }
        Stream<Term> left = stepped(comparison.left());
        Stream<Term> right = stepped(comparison.right());
        return Stream.concat(
                        left.map(term -> new RuleSyntax.Constraint.Comparison(
                                term, comparison.operator(), comparison.right(), comparison.place())),
                        right.map(term -> new RuleSyntax.Constraint.Comparison(
                                comparison.left(), comparison.operator(), term, comparison.place())))
                .map(changed -> changed(
                        MutationReport.Kind.BOUNDARY,
                        comparison,
                        changed,
                        "for which one of the two is right and the other is not"));
    }

    private static Stream<Term> stepped(Term term) {
        if (term instanceof Term.Decimal number) {
            BigDecimal step =
                    BigDecimal.ONE.movePointLeft(Math.max(0, number.value().scale()));
            return Stream.of(number.value().add(step), number.value().subtract(step))
                    .map(value -> new Term.Decimal(value, number.place()));
        } else if (term instanceof Term.Sum sum) {
            return Stream.concat(
                    stepped(sum.left()).map(left -> new Term.Sum(left, sum.plus(), sum.right())),
                    stepped(sum.right()).map(right -> new Term.Sum(sum.left(), sum.plus(), right)));
        }
        return Stream.empty();
    }

    /** One value less in a list of several. */
    private static Stream<Mutation.Of<RuleSyntax.Constraint>> fewer(RuleSyntax.Constraint.Comparison comparison) {
        if (!(comparison.right() instanceof Term.Listed listed)
                || listed.values().size() < 2) {
            return Stream.empty();
        }
        return IntStream.range(0, listed.values().size()).mapToObj(i -> {
            Term value = listed.values().get(i);
            List<Term> rest = new ArrayList<>(listed.values());
            rest.remove(i);
            RuleSyntax.Constraint without = new RuleSyntax.Constraint.Comparison(
                    comparison.left(),
                    comparison.operator(),
                    new Term.Listed(rest, listed.place()),
                    comparison.place());
            String text = RulePrinter.term(value);
            return new Mutation.Of<>(
                    without,
                    new Mutation(
                            MutationReport.Kind.BOUNDARY,
                            value.place(),
                            RulePrinter.constraint(comparison),
                            "without " + text,
                            "in which " + RulePrinter.term(comparison.left()) + " is " + text));
        });
    }

    private static RuleSyntax.Constraint.Comparison with(
            RuleSyntax.Constraint.Comparison comparison, Operator operator) {
        return new RuleSyntax.Constraint.Comparison(
                comparison.left(), operator, comparison.right(), comparison.place());
    }

    private static Mutation.Of<RuleSyntax.Constraint> changed(
            MutationReport.Kind kind,
            RuleSyntax.Constraint.Comparison from,
            RuleSyntax.Constraint.Comparison to,
            String advice) {
        return new Mutation.Of<>(
                to, new Mutation(kind, from.place(), RulePrinter.constraint(from), RulePrinter.constraint(to), advice));
    }

    /** The lists in which one item is changed. */
    static <T> Stream<Mutation.Of<List<T>>> one(List<T> items, Function<T, Stream<Mutation.Of<T>>> changes) {
        return IntStream.range(0, items.size())
                .boxed()
                .flatMap(i -> changes.apply(items.get(i))
                        .map(change -> change.within(changed -> {
                            List<T> copy = new ArrayList<>(items);
                            copy.set(i, changed);
                            return List.copyOf(copy);
                        })));
    }
}
