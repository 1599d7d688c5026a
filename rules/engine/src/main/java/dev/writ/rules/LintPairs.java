package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What lint says of rules that never fire, and of pairs of rules. */
final class LintPairs {

    /** Of one tool; of more nothing is said about pairs, as their number grows with the square. */
    private static final int MOST_RULES = 2_000;

    private final List<LintFinding> findings;
    private final ExampleCalls examples;
    /** Names of rules that would not be missed. */
    private final Set<String> covered = new HashSet<>();

    LintPairs(PolicyBundle bundle, ToolSet tools, List<LintFinding> findings) {
        this.findings = findings;
        this.examples = new ExampleCalls(bundle, tools);
    }

    void check(List<RuleShape> rules) {
        List<RuleShape> possible = new ArrayList<>();
        for (RuleShape rule : rules) {
            if (rule.isImpossible()) {
                add(
                        LintCheck.NEVER_FIRES,
                        rule,
                        " never fires: no call meets all that it asks of the call. Correct the comparisons, or remove it");
            } else {
                possible.add(rule);
            }
        }
        for (List<RuleShape> group : byTool(possible).values()) {
            if (group.size() <= MOST_RULES) {
                pairs(group);
            }
        }
    }

    /** Rules that are about every tool meet those of each. */
    private static Map<String, List<RuleShape>> byTool(List<RuleShape> rules) {
        Map<String, List<RuleShape>> groups = new TreeMap<>();
        groups.put("", new ArrayList<>());
        for (RuleShape rule : rules) {
            for (ToolName tool : LintRules.pinned(rule.rule())) {
                groups.putIfAbsent(tool.value(), new ArrayList<>());
            }
        }
        for (RuleShape rule : rules) {
            Set<ToolName> pinned = LintRules.pinned(rule.rule());
            if (pinned.isEmpty()) {
                groups.values().forEach(group -> group.add(rule));
            }
            pinned.forEach(
                    tool -> groups.getOrDefault(tool.value(), new ArrayList<>()).add(rule));
        }
        return groups;
    }

    private void pairs(List<RuleShape> rules) {
        for (RuleShape rule : new LinkedHashSet<>(rules)) {
            for (RuleShape other : rules) {
                if (!rule.rule().name().equals(other.rule().name())
                        && !covered.contains(other.rule().name())) {
                    pair(rule, other);
                }
            }
        }
    }

    private void pair(RuleShape rule, RuleShape other) {
        Effect effect = rule.rule().opinion().effect();
        Effect against = other.rule().opinion().effect();
        if (effect == against) {
            if (isCovered(rule, other) && covered.add(rule.rule().name())) {
                add(
                        LintCheck.COVERED,
                        rule,
                        " adds nothing: whenever it speaks, " + named(other) + " says the same. Remove one of them");
            }
        } else if (effect != Effect.DENY && against == Effect.DENY) {
            if (rule.implies(other)) {
                if (covered.add(rule.rule().name())) {
                    add(
                            LintCheck.ALWAYS_DENIED,
                            rule,
                            " never counts: whenever it holds, " + named(other)
                                    + " denies, and deny wins. Narrow one of them");
                }
            } else if (other.complete()) {
                examples.ofBoth(rule, other)
                        .ifPresent(example -> add(
                                LintCheck.CONTRADICTION,
                                rule,
                                " and " + named(other) + " contradict each other for some calls, and deny wins: "
                                        + example));
            }
        }
    }

    /** The rule decides nothing that the other would not decide alike, not even by being in doubt. */
    private static boolean isCovered(RuleShape rule, RuleShape other) {
        boolean certain =
                rule.isDecidable() && (rule.complete() || rule.rule().opinion().effect() == Effect.DENY);
        return certain && rule.implies(other) && rule.consequence().equals(other.consequence());
    }

    private static String named(RuleShape rule) {
        return LintRules.quoted(rule.rule()) + " (" + rule.rule().place() + ")";
    }

    private void add(LintCheck check, RuleShape rule, String message) {
        findings.add(LintFinding.at(check, rule.rule().place(), LintRules.quoted(rule.rule()) + message));
    }
}
