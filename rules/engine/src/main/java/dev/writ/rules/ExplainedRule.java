package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule that can be asked part by part.
 *
 * @param whole the rule as it decides
 * @param singles its part about the call, its caller, its tool and the time
 */
record ExplainedRule(CompiledRule whole, AskedConstraints singles, List<Alone> patterns) {

    /** A pattern about anything else, asked on its own; without a rule if it cannot be. */
    private record Alone(RuleSyntax.Pattern pattern, Optional<CompiledRule> rule) {}

    static ExplainedRule of(RuleSyntax rule, Tools tools, Set<String> groups) {
        AskedConstraints singles = AskedConstraints.of(rule, tools, groups);
        List<Alone> alone = new ArrayList<>();
        List<RuleSyntax.Pattern> above = new ArrayList<>(singles.patterns());
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            if (!(pattern instanceof RuleSyntax.Pattern.Single)) {
                List<RuleSyntax.Pattern> on = new ArrayList<>(singles.patterns());
                on.add(pattern);
                above.add(pattern);
                alone.add(new Alone(
                        pattern,
                        compiled(with(rule, on), tools, groups).or(() -> compiled(with(rule, above), tools, groups))));
            }
        }
        CompiledRule whole = RuleChecker.check(rule, tools, groups, new ArrayList<>(), Recall.ANEW, Watch.NONE);
        return new ExplainedRule(whole, singles, alone);
    }

    private static Optional<CompiledRule> compiled(RuleSyntax rule, Tools tools, Set<String> groups) {
        List<BundleProblem> problems = new ArrayList<>();
        CompiledRule compiled =
                RuleChecker.check(rule, tools, groups, problems, Recall.ANEW, new AskedConstraints.Assumption(rule));
        return problems.isEmpty() ? Optional.of(compiled) : Optional.empty();
    }

    private static RuleSyntax with(RuleSyntax rule, List<RuleSyntax.Pattern> patterns) {
        return new RuleSyntax(rule.name(), rule.notes(), patterns, rule.opinion(), rule.place());
    }

    /** @param bundle name of the rule's */
    Explanation.Rule explain(String bundle, Facts facts) {
        RuleSyntax rule = whole.syntax();
        List<Explanation.Part> parts = new ArrayList<>();
        Iterator<List<AskedConstraints.Answer>> answers = singles.ask(facts).iterator();
        Iterator<Alone> alone = patterns.iterator();
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            if (pattern instanceof RuleSyntax.Pattern.Single) {
                answers.next().forEach(answer -> parts.add(part(answer)));
            } else {
                parts.add(part(alone.next(), facts));
            }
        }
        return new Explanation.Rule(
                bundle,
                rule.name(),
                rule.opinion().effect().text(),
                rule.opinion().reason(),
                rule.place().file(),
                rule.place().line(),
                state(whole.judge(facts)),
                parts);
    }

    private static Explanation.State state(Optional<Verdict> verdict) {
        return verdict.map(said -> CompiledRule.isDoubtful(said) ? Explanation.State.DOUBTFUL : Explanation.State.HOLDS)
                .orElse(Explanation.State.FAILS);
    }

    private Explanation.Part part(AskedConstraints.Answer answer) {
        Explanation.State state = answer.isMet()
                ? Explanation.State.HOLDS
                : answer.undefined()
                        ? Explanation.State.UNDEFINED
                        : answer.truth() == Truth.DOUBT ? Explanation.State.DOUBTFUL : Explanation.State.FAILS;
        Place place = RuleWalk.comparisons(answer.constraint())
                .findFirst()
                .map(RuleSyntax.Constraint.Comparison::place)
                .orElse(whole.syntax().place());
        return new Explanation.Part(
                RulePrinter.constraint(answer.constraint()),
                place.file(),
                place.line(),
                place.column(),
                state,
                List.of(),
                answer.isMet() ? Optional.empty() : answer.wanted().map(Wanted::change));
    }

    private static Explanation.Part part(Alone alone, Facts facts) {
        Place place = alone.pattern().place();
        Explanation.State state = Explanation.State.NOT_ASKED;
        List<Long> matched = List.of();
        if (alone.rule().isPresent()) {
            Optional<Verdict> verdict = alone.rule().get().judge(facts);
            state = state(verdict);
            matched = verdict.map(Verdict::matched).orElse(List.of());
        }
        return new Explanation.Part(
                RulePrinter.pattern(alone.pattern()),
                place.file(),
                place.line(),
                place.column(),
                state,
                matched,
                Optional.empty());
    }
}
