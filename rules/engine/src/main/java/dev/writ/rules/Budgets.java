package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Facts;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads how much of their limits calls have used up, from rules that add up earlier ones. As slow as compiling those rules. */
record Budgets(Tools tools, Set<String> groups, String bundle) {

    /**
     * A comparison of what an {@code accumulate} computes with a number.
     *
     * @param most that there may be
     */
    private record Limit(RuleSyntax.Function function, BigDecimal most) {}

    /** Those of a rule that would count for that call: what it asks of the call itself holds. */
    List<BudgetUse> of(RuleSyntax rule, Facts facts) {
        List<RuleSyntax.Pattern> singles = rule.patterns().stream()
                .filter(RuleSyntax.Pattern.Single.class::isInstance)
                .toList();
        return rule.patterns().stream()
                .filter(RuleSyntax.Pattern.Accumulate.class::isInstance)
                .map(RuleSyntax.Pattern.Accumulate.class::cast)
                .flatMap(pattern -> limits(pattern, rule.opinion().effect())
                        .flatMap(limit -> use(rule, singles, pattern, limit, facts).stream()))
                .toList();
    }

    private Optional<BudgetUse> use(
            RuleSyntax rule,
            List<RuleSyntax.Pattern> singles,
            RuleSyntax.Pattern.Accumulate pattern,
            Limit limit,
            Facts facts) {
        List<RuleSyntax.Pattern> alone = new ArrayList<>(singles);
        alone.add(pattern);
        List<BundleProblem> problems = new ArrayList<>();
        Meter meter = new Meter(RulePrinter.function(limit.function()));
        CompiledRule compiled = RuleChecker.check(
                new RuleSyntax(rule.name(), rule.notes(), alone, rule.opinion(), rule.place()),
                tools,
                groups,
                problems,
                Recall.ANEW,
                meter);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        compiled.judge(facts);
        return meter.isReached
                ? Optional.of(new BudgetUse(
                        bundle,
                        rule.name(),
                        rule.opinion().effect(),
                        rule.opinion().reason(),
                        RulePrinter.events(pattern.events()),
                        pattern.events().scope(),
                        length(pattern.events().window()),
                        limit.function().aggregate() == Aggregate.COUNT,
                        Optional.ofNullable(meter.value),
                        limit.most()))
                : Optional.empty();
    }

    private static Optional<Duration> length(Window window) {
        return window instanceof Window.Last last ? Optional.of(last.length()) : Optional.empty();
    }

    private static Stream<Limit> limits(RuleSyntax.Pattern.Accumulate pattern, Effect effect) {
        return pattern.conditions().stream()
                .flatMap(RuleWalk::comparisons)
                .flatMap(comparison -> pattern.functions().stream()
                        .filter(function ->
                                function.aggregate() == Aggregate.COUNT || function.aggregate() == Aggregate.SUM)
                        .flatMap(function -> limit(comparison, function, effect).stream()));
    }

    /** A rule that restricts does so above a limit; one that allows does so below. */
    private static Optional<Limit> limit(
            RuleSyntax.Constraint.Comparison comparison, RuleSyntax.Function function, Effect effect) {
        Operator within = effect == Effect.ALLOW
                ? comparison.operator()
                : comparison.operator().opposite();
        if ((within != Operator.LESS && within != Operator.AT_MOST)
                || !(comparison.right() instanceof Term.Decimal number)
                || !adds(comparison.left(), function.variable())) {
            return Optional.empty();
        }
        // Of calls that are counted without the one that is asked about, one more may follow where as many as the limit
        // may be there.
        boolean isOneMore = function.aggregate() == Aggregate.COUNT
                && comparison.left() instanceof Term.Variable
                && within == Operator.AT_MOST;
        return Optional.of(new Limit(function, isOneMore ? number.value().add(BigDecimal.ONE) : number.value()));
    }

    private static boolean adds(Term term, String variable) {
        if (term instanceof Term.Sum sum) {
            return sum.plus() && (adds(sum.left(), variable) || adds(sum.right(), variable));
        }
        return term instanceof Term.Variable one && one.name().equals(variable);
    }

    /** Reads what an {@code accumulate} has computed. */
    private static final class Meter implements Watch {
        private final String function;
        private boolean isReached;
        private @Nullable BigDecimal value;

        Meter(String function) {
            this.function = function;
        }

        @Override
        public void rule(RuleSyntax written) {}

        @Override
        public Condition comparison(RuleSyntax.Constraint.Comparison written, Condition condition) {
            return condition;
        }

        @Override
        public Condition pattern(RuleSyntax.Pattern written, Condition condition) {
            return condition;
        }

        @Override
        public Condition fold(EventFold fold) {
            return evaluation -> {
                isReached = true;
                Truth folded = fold.test(evaluation);
                if (folded == Truth.TRUE) {
                    fold.results().stream()
                            .filter(result -> result.shown().equals(function))
                            .map(result -> evaluation.variable(result.slot()))
                            .filter(BigDecimal.class::isInstance)
                            .findFirst()
                            .ifPresent(found -> value = (BigDecimal) found);
                }
                return folded;
            };
        }
    }
}
