package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.ToolName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The rules of a bundle, asked what could come of a call before its arguments are known. Whatever is not known for certain counts as
 * possible. Made for a tool when it is first asked about.
 */
final class Outlook {

    private final List<CompiledRule> rules;
    private final Tools tools;
    private final Set<String> groups;
    private final ConcurrentMap<ToolName, List<Part>> byTool = new ConcurrentHashMap<>();

    Outlook(List<CompiledRule> rules, Tools tools, PolicyBundle bundle) {
        this.rules = List.copyOf(rules);
        this.tools = tools;
        this.groups = Set.copyOf(bundle.groups());
    }

    /** A rule, and whether nothing but caller and tool can keep it from holding. */
    private record Part(Effect effect, boolean isOfSingles, AskedConstraints constraints) {

        /** Empty if that depends on what is not known. */
        Optional<Boolean> holds(Facts facts) {
            List<AskedConstraints.Answer> answers =
                    constraints.ask(facts).stream().flatMap(List::stream).toList();
            if (answers.stream().anyMatch(answer -> isKnown(answer) && answer.truth() == Truth.FALSE)) {
                return Optional.of(false);
            }
            return isOfSingles && answers.stream().allMatch(answer -> isKnown(answer) && answer.isMet())
                    ? Optional.of(true)
                    : Optional.empty();
        }

        /** The person is known only when the call is made, and is not there before. */
        private static boolean isKnown(AskedConstraints.Answer answer) {
            return (answer.type() == FactType.PRINCIPAL || answer.type() == FactType.TOOL)
                    && answer.arguments().isEmpty()
                    && !answer.undefined();
        }
    }

    /** @param alone of whose call nothing counts but whose it is, and of which tool */
    Prospect of(Facts alone) {
        Prospect prospect = Prospect.NONE;
        for (Part part : byTool.computeIfAbsent(alone.call().tool(), this::about)) {
            Optional<Boolean> holds = part.holds(alone);
            if (part.effect() != Effect.DENY && holds.orElse(true)) {
                prospect = Prospect.POSSIBLE;
            } else if (part.effect() == Effect.DENY && holds.orElse(false)) {
                return Prospect.HOPELESS;
            }
        }
        return prospect;
    }

    private List<Part> about(ToolName tool) {
        return rules.stream()
                .filter(rule -> rule.isAbout(tool))
                .map(rule -> new Part(
                        rule.syntax().opinion().effect(),
                        rule.syntax().patterns().stream().allMatch(RuleSyntax.Pattern.Single.class::isInstance),
                        AskedConstraints.of(rule.syntax(), tools, groups)))
                .toList();
    }
}
