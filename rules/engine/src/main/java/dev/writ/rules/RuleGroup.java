package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules that are asked together: of a call, those that it may concern are found by a hash over its arguments, and each of them is
 * judged on its own. Rows of a decision table are such rules; thousands cost as little as one.
 *
 * <p>The hash is over the fields that all of them compare for equality with literals. A rule that is not found would have found
 * such a comparison to be false, and so would have said nothing, however doubtful the rest of it ({@link Truth}).
 *
 * <p>Shared by all threads.
 */
final class RuleGroup {

    /** Fewer rules are as quick to ask one by one. */
    private static final int WORTHWHILE = 16;

    private final Set<ToolName> tools;
    private final List<Reading> fields;
    private final Map<List<Object>, List<CompiledRule>> rules;

    private RuleGroup(Set<ToolName> tools, List<Reading> fields, Map<List<Object>, List<CompiledRule>> rules) {
        this.tools = tools;
        this.fields = List.copyOf(fields);
        this.rules = rules;
    }

    /** All of the rules, each in one group. */
    static List<RuleGroup> of(List<CompiledRule> rules) {
        Map<Shape, List<RuleKey>> byShape = new LinkedHashMap<>();
        for (CompiledRule rule : rules) {
            RuleKey key = RuleKey.of(rule);
            byShape.computeIfAbsent(new Shape(rule.tools(), key.fields()), shape -> new ArrayList<>())
                    .add(key);
        }
        List<RuleGroup> groups = new ArrayList<>();
        byShape.forEach((shape, alike) -> {
            if (alike.size() < WORTHWHILE) {
                alike.forEach(key ->
                        groups.add(new RuleGroup(shape.tools(), List.of(), Map.of(List.of(), List.of(key.rule())))));
            } else {
                groups.add(hashed(shape, alike));
            }
        });
        return groups;
    }

    /** All of the rules, each in a group of its own, so that each is asked about each call. */
    static List<RuleGroup> alone(List<CompiledRule> rules) {
        return rules.stream()
                .map(rule -> new RuleGroup(rule.tools(), List.of(), Map.of(List.of(), List.of(rule))))
                .toList();
    }

    private record Shape(Set<ToolName> tools, List<Term.Field> fields) {}

    private static RuleGroup hashed(Shape shape, List<RuleKey> keys) {
        Map<List<Object>, List<CompiledRule>> rules = new HashMap<>();
        for (RuleKey key : keys) {
            for (List<Object> values : key.values()) {
                rules.computeIfAbsent(values, found -> new ArrayList<>()).add(key.rule());
            }
        }
        return new RuleGroup(
                shape.tools(), shape.fields().stream().map(RuleKey::reading).toList(), rules);
    }

    /** Of whose calls the rules are; empty if of any. */
    Set<ToolName> tools() {
        return tools;
    }

    /**
     * What the rules say of a call of one of the tools.
     *
     * @param shared as {@link Evaluation} has it
     */
    List<Verdict> judge(Facts facts, Object[] shared) {
        List<CompiledRule> found = rules.getOrDefault(key(facts), List.of());
        List<Verdict> verdicts = new ArrayList<>(found.isEmpty() ? 0 : 1);
        for (CompiledRule rule : found) {
            rule.judge(facts, shared).ifPresent(verdicts::add);
        }
        return verdicts;
    }

    private List<Object> key(Facts facts) {
        if (fields.isEmpty()) {
            return List.of();
        }
        Evaluation evaluation = new Evaluation(facts, 0);
        return fields.stream()
                .map(field -> RuleKey.comparable(field.in(evaluation)))
                .toList();
    }
}
