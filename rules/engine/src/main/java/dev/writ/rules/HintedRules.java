package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.ToolName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** The rules of a bundle that allow, asked for hints. Made for a tool when it is first asked about. */
final class HintedRules {

    private final List<CompiledRule> allowing;
    private final Tools tools;
    private final Set<String> groups;
    private final Hints level;
    private final ConcurrentMap<ToolName, List<AskedConstraints>> byTool = new ConcurrentHashMap<>();

    HintedRules(List<CompiledRule> rules, Tools tools, PolicyBundle bundle) {
        this.allowing = rules.stream()
                .filter(rule -> rule.syntax().opinion().effect() == Effect.ALLOW)
                .toList();
        this.tools = tools;
        this.groups = Set.copyOf(bundle.groups());
        this.level = bundle.hints();
    }

    /** A rule, and its constraints on arguments that are not met. */
    private record Near(String rule, List<AskedConstraints.Answer> unmet) {

        /** Whether other arguments would meet all of them. */
        boolean isOfArguments() {
            return unmet.stream().allMatch(answer -> answer.type() == FactType.TOOL_CALL)
                    && unmet.stream().noneMatch(answer -> answer.arguments().isEmpty());
        }

        private long unbounded(Hints level) {
            return unmet.stream()
                    .filter(answer -> told(answer, level).isEmpty())
                    .count();
        }

        private static Optional<String> told(AskedConstraints.Answer answer, Hints level) {
            return answer.wanted()
                    .filter(wanted -> level == Hints.VALUES || wanted.isBound())
                    .map(Wanted::bound)
                    .filter(bound -> bound.length() <= Limits.HINTED_CHARS);
        }

        /** Where one value may name somebody, so may the rule's name, as that of a row does, and its bounds are somebody else's. */
        Hint told(Hints level) {
            boolean all = level == Hints.VALUES || unbounded(level) == 0;
            return new Hint(
                    all ? Optional.of(rule) : Optional.empty(),
                    unmet.stream()
                            .flatMap(answer -> all && told(answer, level).isPresent()
                                    ? Stream.of(
                                            new Hint.Argument(answer.arguments().get(0), told(answer, level)))
                                    : answer.arguments().stream()
                                            .map(path -> new Hint.Argument(path, Optional.empty())))
                            .distinct()
                            .limit(Limits.HINTED_ARGUMENTS)
                            .toList());
        }
    }

    Optional<Hint> hint(Facts facts) {
        if (level == Hints.NONE) {
            return Optional.empty();
        }
        // What happened before, and where values come from, cannot get into a hint, since nobody knows it here.
        Facts alone = new Facts(facts.call(), facts.principal(), facts.tool(), History.UNKNOWN, List.of(), facts.now());
        List<Near> near = byTool.computeIfAbsent(facts.call().tool(), this::about).stream()
                .map(rule -> new Near(
                        rule.binding().id(),
                        rule.ask(alone).stream()
                                .flatMap(List::stream)
                                .filter(answer -> !answer.isMet())
                                .toList()))
                .toList();
        return near.stream().anyMatch(rule -> rule.unmet().isEmpty())
                ? Optional.of(new Hint(Optional.empty(), List.of()))
                : near.stream()
                        .filter(Near::isOfArguments)
                        .min(Comparator.comparingLong((Near rule) -> rule.unbounded(level))
                                .thenComparing(rule -> rule.unmet().size()))
                        .map(rule -> rule.told(level));
    }

    private List<AskedConstraints> about(ToolName tool) {
        return allowing.stream()
                .filter(rule -> rule.isAbout(tool))
                .limit(Limits.HINTED_RULES)
                .map(rule -> AskedConstraints.of(rule.syntax(), tools, groups))
                .toList();
    }
}
