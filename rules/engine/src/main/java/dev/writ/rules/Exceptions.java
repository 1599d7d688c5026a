package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where escalations of a bundle make way: {@code @unless("small and known")} above a rule that escalates lets it say nothing of a call
 * that the rule of that name allows. What denies, what is in doubt, and every other rule stay as they are.
 */
final class Exceptions {

    /** The key of the note. */
    static final String NOTE = "unless";

    private final Map<String, List<String>> byRule;

    private Exceptions(Map<String, List<String>> byRule) {
        this.byRule = byRule;
    }

    static Exceptions of(List<CompiledRule> rules) {
        return new Exceptions(rules.stream()
                .filter(rule -> !rule.syntax().notes(NOTE).isEmpty())
                .collect(Collectors.toUnmodifiableMap(
                        CompiledRule::id, rule -> rule.syntax().notes(NOTE))));
    }

    /** What those rules say once the escalations whose exception allows are left out. */
    List<Verdict> without(List<Verdict> said) {
        if (byRule.isEmpty()) {
            return said;
        }
        Set<String> allowing = said.stream()
                .filter(verdict -> verdict.effect() == Effect.ALLOW)
                .map(Verdict::rule)
                .collect(Collectors.toSet());
        return said.stream()
                .filter(verdict -> verdict.effect() != Effect.ESCALATE
                        || byRule.getOrDefault(verdict.rule(), List.of()).stream()
                                .noneMatch(allowing::contains))
                .toList();
    }

    /** Only what escalates can make way, and only to a rule of the same bundle that allows. */
    static void check(List<RuleSyntax> rules, List<BundleProblem> problems) {
        Map<String, Effect> effects = rules.stream()
                .collect(Collectors.toMap(
                        RuleSyntax::name, rule -> rule.opinion().effect(), (first, second) -> first));
        for (RuleSyntax rule : rules) {
            List<String> exceptions = rule.notes(NOTE);
            if (!exceptions.isEmpty() && rule.opinion().effect() != Effect.ESCALATE) {
                problems.add(
                        rule.place().problem("@unless stands above a rule that escalates; nothing else makes way"));
            }
            exceptions.stream()
                    .filter(name -> effects.get(name) != Effect.ALLOW)
                    .forEach(name -> problems.add(rule.place()
                            .problem("@unless names a rule of this bundle that allows; there is no such rule \"" + name
                                    + "\"")));
        }
    }
}
