package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Requirement;
import dev.writ.model.Source;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What lint says of single rules, and of the bundle as a whole. */
record LintRules(PolicyBundle bundle, ToolSet tools, List<LintFinding> findings) {

    private static final Duration SHORTEST_WAIT = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);

    void check(List<RuleSyntax> rules) {
        rules.forEach(this::check);
        names(rules);
        groups(rules);
        tools(rules);
    }

    private void check(RuleSyntax rule) {
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            unboundedHistory(rule, pattern);
            if (rule.opinion().effect() == Effect.ALLOW) {
                excludesBad(rule, pattern);
            }
        }
        if (rule.opinion().effect() == Effect.ALLOW) {
            allowsWithoutCondition(rule);
        }
        if (rule.opinion() instanceof RuleSyntax.Opinion.Escalation escalation) {
            wait(rule, escalation.requirement());
        }
    }

    private void unboundedHistory(RuleSyntax rule, RuleSyntax.Pattern pattern) {
        boolean unbounded = pattern instanceof RuleSyntax.Pattern.Join join
                ? join.events().window().equals(Window.ALL)
                : pattern instanceof RuleSyntax.Pattern.Accumulate accumulate
                        && accumulate.events().window().equals(Window.ALL);
        if (unbounded) {
            add(
                    LintCheck.UNBOUNDED_HISTORY,
                    pattern.place(),
                    quoted(rule)
                            + " looks at all earlier calls, however old; it costs more with each, and denies once older"
                            + " ones are no longer kept. Say how far back: over window:time(30d)");
        }
    }

    /** Whoever lists what is bad forgets something, and what is not listed is allowed. */
    private void excludesBad(RuleSyntax rule, RuleSyntax.Pattern pattern) {
        if (pattern instanceof RuleSyntax.Pattern.NoOrigin none && allowsUnseen(none) && !requiresOrigin(rule)) {
            add(
                    LintCheck.EXCLUDES_BAD,
                    pattern.place(),
                    quoted(rule) + " allows what has no bad origin, and so what was seen nowhere. Require a good one:"
                            + " Origin( argument == \"...\", source in (\"user\", \"trusted\") )");
        }
        if (!(pattern instanceof RuleSyntax.Pattern.Single single) || single.type() == FactType.TOOL) {
            return;
        }
        single.constraints().stream()
                .flatMap(RuleWalk::comparisons)
                .filter(comparison -> comparison.operator().isNegative())
                .forEach(comparison -> add(
                        LintCheck.EXCLUDES_BAD,
                        comparison.place(),
                        quoted(rule) + " allows whatever is not named in " + RulePrinter.constraint(comparison)
                                + ". List what is good, with == or in; or deny the bad in a rule of its own"));
    }

    /** It lists origins, and nowhere is not among them. */
    private static boolean allowsUnseen(RuleSyntax.Pattern.NoOrigin none) {
        List<String> listed = none.constraints().stream()
                .flatMap(RuleWalk::comparisons)
                .filter(comparison -> !RulePrinter.term(comparison.left()).equals("argument"))
                .map(comparison -> RulePrinter.term(comparison.right()))
                .toList();
        String nowhere = RulePrinter.quote(Source.NOWHERE.text());
        return !listed.isEmpty() && listed.stream().noneMatch(values -> values.contains(nowhere));
    }

    private static boolean requiresOrigin(RuleSyntax rule) {
        return rule.patterns().stream().anyMatch(RuleSyntax.Pattern.OfOrigin.class::isInstance);
    }

    private void allowsWithoutCondition(RuleSyntax rule) {
        boolean bare = rule.patterns().size() == 1
                && rule.patterns().get(0) instanceof RuleSyntax.Pattern.Single single
                && RuleWalk.constraintLists(single)
                        .flatMap(List::stream)
                        .allMatch(constraint -> PinnedTools.in(single.constraints())
                                .by()
                                .filter(constraint::equals)
                                .isPresent());
        if (!bare) {
            return;
        }
        Set<ToolName> pinned = pinned(rule);
        if (pinned.isEmpty()) {
            add(
                    LintCheck.ALLOWS_EVERYTHING,
                    rule.place(),
                    quoted(rule) + " allows every call of every tool in the scope, which is " + bundle.scope()
                            + ". Name the tools: ToolCall( tool in (\"...\") )");
        } else {
            add(
                    LintCheck.ALLOWS_WITHOUT_CONDITION,
                    rule.place(),
                    quoted(rule) + " allows every call of " + shown(pinned)
                            + ". If one of them changes something, say with which arguments");
        }
    }

    private void wait(RuleSyntax rule, Requirement requirement) {
        if (requirement.within().compareTo(SHORTEST_WAIT) < 0) {
            add(
                    LintCheck.STRANGE_WAIT,
                    rule.place(),
                    quoted(rule) + " gives people " + Durations.print(requirement.within())
                            + " to answer; nobody is that quick. Write hours: .within(\"4h\")");
        } else if (requirement.within().compareTo(LONGEST_WAIT) > 0) {
            add(
                    LintCheck.STRANGE_WAIT,
                    rule.place(),
                    quoted(rule) + " lets a call wait for " + Durations.print(requirement.within())
                            + "; the agent and its key hardly live that long. Write at most .within(\"30d\")");
        }
        requirement.ladder().stream()
                .filter(rung -> rung.after().compareTo(SHORTEST_WAIT) < 0)
                .forEach(rung -> add(
                        LintCheck.STRANGE_WAIT,
                        rule.place(),
                        quoted(rule) + " asks '" + rung.group() + "' after " + Durations.print(rung.after())
                                + "; nobody before them is that quick. Write minutes: .after(\"30m\")"));
    }

    private void names(List<RuleSyntax> rules) {
        Map<String, RuleSyntax> seen = new HashMap<>();
        for (RuleSyntax rule : rules) {
            String alike = rule.name().strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
            RuleSyntax first = seen.putIfAbsent(alike, rule);
            if (first != null && !first.name().equals(rule.name())) {
                add(
                        LintCheck.NAMES_DIFFER_IN_CASE,
                        rule.place(),
                        quoted(rule) + " and " + quoted(first) + " (" + first.place()
                                + ") are two rules whose names look alike in records. Rename one");
            }
        }
    }

    private void groups(List<RuleSyntax> rules) {
        Set<String> used = new HashSet<>();
        for (RuleSyntax rule : rules) {
            if (rule.opinion() instanceof RuleSyntax.Opinion.Escalation escalation) {
                used.add(escalation.requirement().group());
                escalation.requirement().ladder().forEach(rung -> used.add(rung.group()));
            }
        }
        bundle.groups().stream()
                .filter(group -> !used.contains(group))
                .forEach(group -> findings.add(LintFinding.ofFile(
                        LintCheck.UNUSED_GROUP,
                        BundleFiles.MANIFEST,
                        "no rule escalates to the group '" + group + "'. Remove it, or write that rule")));
    }

    private void tools(List<RuleSyntax> rules) {
        boolean anyTool = rules.stream().anyMatch(rule -> pinned(rule).isEmpty());
        if (anyTool || tools instanceof ToolSet.Assumed) {
            return;
        }
        Set<ToolName> spoken = new HashSet<>();
        rules.forEach(rule -> spoken.addAll(pinned(rule)));
        tools.definitions().stream()
                .filter(tool -> bundle.scope().covers(tool.name()) && !spoken.contains(tool.name()))
                .forEach(
                        tool -> findings.add(
                                LintFinding.ofFile(
                                        LintCheck.TOOL_WITHOUT_RULE,
                                        BundleFiles.MANIFEST,
                                        "no rule is about " + tool.name()
                                                + ", so every call of it is denied. If that is meant, a rule that denies it can say why")));
    }

    static Set<ToolName> pinned(RuleSyntax rule) {
        return rule.patterns().get(0) instanceof RuleSyntax.Pattern.Single call
                ? PinnedTools.in(call.constraints()).tools()
                : Set.of();
    }

    static String quoted(RuleSyntax rule) {
        return "\"" + rule.name() + "\"";
    }

    private static String shown(Set<ToolName> names) {
        return String.join(", ", names.stream().map(ToolName::value).toList());
    }

    private void add(LintCheck check, Place place, String message) {
        findings.add(LintFinding.at(check, place, message));
    }
}
