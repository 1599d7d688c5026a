package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule that can be asked part by part.
 *
 * @param whole the rule as it decides
 * @param binding gives variables the values that the call, its caller and its tool have, whatever else holds
 * @param comparisons of the call, its caller and its tool
 */
record ExplainedRule(CompiledRule whole, CompiledRule binding, Assumption comparisons, List<Alone> patterns) {

    /** A pattern about anything else, asked on its own; without a rule if it cannot be. */
    private record Alone(RuleSyntax.Pattern pattern, Optional<CompiledRule> rule) {}

    /** Keeps each comparison's condition, by what it is and not by what it says, and lets rules believe that it holds. */
    private static final class Assumption implements Watch {
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

    static ExplainedRule of(RuleSyntax rule, Tools tools, Set<String> groups) {
        CompiledRule whole = RuleChecker.check(rule, tools, groups, new ArrayList<>(), Recall.ANEW, Watch.NONE);
        List<RuleSyntax.Pattern> singles = rule.patterns().stream()
                .filter(RuleSyntax.Pattern.Single.class::isInstance)
                .toList();
        Assumption comparisons = new Assumption(rule);
        CompiledRule binding =
                RuleChecker.check(with(rule, singles), tools, groups, new ArrayList<>(), Recall.ANEW, comparisons);
        List<Alone> alone = new ArrayList<>();
        List<RuleSyntax.Pattern> above = new ArrayList<>(singles);
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            if (!(pattern instanceof RuleSyntax.Pattern.Single)) {
                List<RuleSyntax.Pattern> on = new ArrayList<>(singles);
                on.add(pattern);
                above.add(pattern);
                alone.add(new Alone(
                        pattern,
                        compiled(with(rule, on), tools, groups).or(() -> compiled(with(rule, above), tools, groups))));
            }
        }
        return new ExplainedRule(whole, binding, comparisons, alone);
    }

    private static Optional<CompiledRule> compiled(RuleSyntax rule, Tools tools, Set<String> groups) {
        List<BundleProblem> problems = new ArrayList<>();
        CompiledRule compiled = RuleChecker.check(rule, tools, groups, problems, Recall.ANEW, new Assumption(rule));
        return problems.isEmpty() ? Optional.of(compiled) : Optional.empty();
    }

    private static RuleSyntax with(RuleSyntax rule, List<RuleSyntax.Pattern> patterns) {
        return new RuleSyntax(rule.name(), rule.notes(), patterns, rule.opinion(), rule.place());
    }

    String name() {
        return whole.id();
    }

    boolean isAbout(ToolName tool) {
        return whole.tools().isEmpty() || whole.tools().contains(tool);
    }

    Explanation.Rule explain(Facts facts) {
        RuleSyntax rule = whole.syntax();
        Evaluation evaluation = bound(facts);
        List<Explanation.Part> parts = new ArrayList<>();
        Bindings bindings = new Bindings();
        Iterator<Alone> alone = patterns.iterator();
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            if (pattern instanceof RuleSyntax.Pattern.Single single) {
                Optional<RuleSyntax.Constraint> pinned =
                        PinnedTools.in(single.constraints()).by();
                for (RuleSyntax.Constraint constraint : single.constraints()) {
                    bindings.add(single.type(), constraint);
                    if (!(constraint instanceof RuleSyntax.Constraint.Binding)
                            && pinned.filter(constraint::equals).isEmpty()) {
                        parts.add(part(single.type(), constraint, bindings, evaluation));
                    }
                }
            } else {
                parts.add(part(alone.next(), facts));
            }
        }
        return new Explanation.Rule(
                rule.name(),
                rule.opinion().effect().text(),
                rule.opinion().reason(),
                rule.place().file(),
                rule.place().line(),
                state(whole.judge(facts)),
                parts);
    }

    private Evaluation bound(Facts facts) {
        Evaluation evaluation = new Evaluation(facts, binding.variables());
        binding.condition().test(evaluation);
        return evaluation;
    }

    private static Explanation.State state(Optional<Verdict> verdict) {
        return verdict.map(said -> CompiledRule.isDoubtful(said) ? Explanation.State.DOUBTFUL : Explanation.State.HOLDS)
                .orElse(Explanation.State.FAILS);
    }

    private Explanation.Part part(
            FactType type, RuleSyntax.Constraint constraint, Bindings bindings, Evaluation evaluation) {
        Truth truth = truth(constraint, evaluation);
        List<RuleSyntax.Constraint.Comparison> within =
                RuleWalk.comparisons(constraint).toList();
        boolean undefined = within.stream()
                .flatMap(comparison -> bindings.fields(type, comparison))
                .anyMatch(field -> field.in(evaluation) == Undefined.UNDEFINED);
        Explanation.State state = truth == Truth.TRUE
                ? Explanation.State.HOLDS
                : undefined
                        ? Explanation.State.UNDEFINED
                        : truth == Truth.DOUBT ? Explanation.State.DOUBTFUL : Explanation.State.FAILS;
        Place place = within.isEmpty() ? whole.syntax().place() : within.get(0).place();
        Optional<Explanation.Change> change = truth == Truth.TRUE
                ? Optional.empty()
                : Wanted.of(constraint, type, bindings).map(Wanted::change);
        return new Explanation.Part(
                RulePrinter.constraint(constraint),
                place.file(),
                place.line(),
                place.column(),
                state,
                List.of(),
                change);
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

    /** The call's arguments with what the constraints that do not hold ask for; empty if no arguments would do. */
    Optional<JsonObject> changed(Facts facts) {
        Evaluation evaluation = bound(facts);
        Bindings bindings = new Bindings();
        JsonObject arguments = facts.call().arguments();
        for (RuleSyntax.Pattern pattern : whole.syntax().patterns()) {
            if (!(pattern instanceof RuleSyntax.Pattern.Single single)) {
                continue;
            }
            for (RuleSyntax.Constraint constraint : single.constraints()) {
                bindings.add(single.type(), constraint);
                if (truth(constraint, evaluation) != Truth.TRUE) {
                    Optional<Wanted> wanted = Wanted.of(constraint, single.type(), bindings);
                    if (wanted.isEmpty()) {
                        return Optional.empty();
                    }
                    arguments = put(
                            arguments,
                            wanted.get().path().members(),
                            json(wanted.get().value()));
                }
            }
        }
        return Optional.of(arguments);
    }

    private static JsonObject put(JsonObject object, List<String> path, JsonValue value) {
        JsonObject.Builder changed = JsonObject.builder();
        object.members().forEach(changed::put);
        JsonValue inner = path.size() == 1
                ? value
                : put(object.object(path.get(0)).orElse(JsonObject.empty()), path.subList(1, path.size()), value);
        return changed.put(path.get(0), inner).build();
    }

    private static JsonValue json(Object value) {
        if (value instanceof BigDecimal number) {
            try {
                return new JsonNumber(number);
            } catch (JsonException unwritable) {
                return new JsonString(number.toPlainString());
            }
        }
        return value instanceof Boolean flag ? JsonBoolean.of(flag) : new JsonString(value.toString());
    }
}
