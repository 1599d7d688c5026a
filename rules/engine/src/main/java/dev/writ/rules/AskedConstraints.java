package dev.writ.rules;

import dev.writ.model.Facts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a rule that is about facts of which there is one (the call, its caller, its tool, the time), to be asked constraint
 * by constraint.
 *
 * @param binding gives variables the values of those facts, whatever else holds
 * @param comparisons with those facts
 */
record AskedConstraints(List<RuleSyntax.Pattern.Single> patterns, CompiledRule binding, Assumption comparisons) {

    AskedConstraints {
        patterns = List.copyOf(patterns);
    }

    /**
     * What came of one constraint.
     *
     * @param undefined whether a value that it reads is not there
     * @param arguments of the call that it reads, by path
     * @param wanted what would make it hold, where one argument is all it takes
     */
    record Answer(
            FactType type,
            RuleSyntax.Constraint constraint,
            Truth truth,
            boolean undefined,
            List<String> arguments,
            Optional<Wanted> wanted) {
        Answer {
            arguments = List.copyOf(arguments);
        }

        boolean isMet() {
            return truth == Truth.TRUE;
        }
    }

    /** Keeps each comparison's condition, by what it is and not by what it says, and lets rules believe that it holds. */
    static final class Assumption implements Watch {
        private final IdentityHashMap<RuleSyntax.Constraint.Comparison, Condition> conditions = new IdentityHashMap<>();
        private final Set<RuleSyntax.Constraint.Comparison> assumed =
                Collections.newSetFromMap(new IdentityHashMap<>());

        Assumption(RuleSyntax rule) {
            for (RuleSyntax.Pattern pattern : rule.patterns()) {
                if (pattern instanceof RuleSyntax.Pattern.Single single) {
                    single.constraints().stream().flatMap(RuleWalk::comparisons).forEach(assumed::add);
                }
            }
        }

        @Override
        public void rule(RuleSyntax written) {}

        @Override
        public Condition comparison(RuleSyntax.Constraint.Comparison written, Condition condition) {
            if (!assumed.contains(written)) {
                return condition;
            }
            conditions.put(written, condition);
            return evaluation -> Truth.TRUE;
        }

        @Override
        public Condition pattern(RuleSyntax.Pattern written, Condition condition) {
            return condition;
        }

        Truth test(RuleSyntax.Constraint.Comparison written, Evaluation evaluation) {
            return conditions.getOrDefault(written, Condition.ALWAYS).test(evaluation);
        }
    }

    /** @param rule that makes sense with those tools */
    static AskedConstraints of(RuleSyntax rule, Tools tools, Set<String> groups) {
        List<RuleSyntax.Pattern.Single> singles = rule.patterns().stream()
                .filter(RuleSyntax.Pattern.Single.class::isInstance)
                .map(RuleSyntax.Pattern.Single.class::cast)
                .toList();
        Assumption comparisons = new Assumption(rule);
        CompiledRule binding = RuleChecker.check(
                new RuleSyntax(rule.name(), rule.notes(), List.copyOf(singles), rule.opinion(), rule.place()),
                tools,
                groups,
                new ArrayList<>(),
                Recall.ANEW,
                comparisons);
        return new AskedConstraints(singles, binding, comparisons);
    }

    /** For each pattern what came of its constraints; names for values and the tool's name are left out. */
    List<List<Answer>> ask(Facts facts) {
        Evaluation evaluation = new Evaluation(facts, binding.variables());
        binding.condition().test(evaluation);
        Bindings bindings = new Bindings();
        return patterns.stream()
                .map(pattern -> ask(pattern, bindings, evaluation))
                .toList();
    }

    private List<Answer> ask(RuleSyntax.Pattern.Single pattern, Bindings bindings, Evaluation evaluation) {
        Optional<RuleSyntax.Constraint> pinned =
                PinnedTools.in(pattern.constraints()).by();
        List<Answer> answers = new ArrayList<>();
        for (RuleSyntax.Constraint constraint : pattern.constraints()) {
            bindings.add(pattern.type(), constraint);
            if (!(constraint instanceof RuleSyntax.Constraint.Binding)
                    && pinned.filter(constraint::equals).isEmpty()) {
                answers.add(ask(pattern.type(), constraint, bindings, evaluation));
            }
        }
        return answers;
    }

    private Answer ask(FactType type, RuleSyntax.Constraint constraint, Bindings bindings, Evaluation evaluation) {
        List<Bindings.Bound> fields = RuleWalk.comparisons(constraint)
                .flatMap(comparison -> bindings.fields(type, comparison))
                .toList();
        return new Answer(
                type,
                constraint,
                truth(constraint, evaluation),
                fields.stream().anyMatch(field -> field.reading().in(evaluation) == Undefined.UNDEFINED),
                fields.stream()
                        .filter(Bindings.Bound::isArgument)
                        .flatMap(field -> field.field().path().stream())
                        .distinct()
                        .toList(),
                Wanted.of(constraint, type, bindings));
    }

    private Truth truth(RuleSyntax.Constraint constraint, Evaluation evaluation) {
        if (constraint instanceof RuleSyntax.Constraint.Comparison comparison) {
            return comparisons.test(comparison, evaluation);
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return all.of().stream().map(part -> truth(part, evaluation)).reduce(Truth.TRUE, Truth::and);
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return any.of().stream().map(part -> truth(part, evaluation)).reduce(Truth.FALSE, Truth::or);
        }
        return Truth.TRUE;
    }
}
