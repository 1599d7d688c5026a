package dev.writ.rules;

import dev.writ.model.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is different between two versions of a bundle, by meaning and not by spelling.
 *
 * @param changes of name, scope and groups, for people
 * @param rules that were added, removed or changed, by name
 * @param flips cases of either that come out differently
 */
public record BundleDiff(List<String> changes, List<RuleChange> rules, List<Flip> flips) {

    public BundleDiff {
        changes = List.copyOf(changes);
        rules = List.copyOf(rules);
        flips = List.copyOf(flips);
    }

    /**
     * One rule in canonical form.
     *
     * @param before empty if it was added
     * @param after empty if it was removed
     */
    public record RuleChange(String name, String before, String after) {
        public String kind() {
            return before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed";
        }
    }

    /** A case that comes out differently. */
    public record Flip(String name, String file, int line, String before, String after) {}

    public boolean isEmpty() {
        return changes.isEmpty() && rules.isEmpty() && flips.isEmpty();
    }

    /**
     * Compares them.
     *
     * @throws InvalidBundleException if one of them does not compile
     */
    public static BundleDiff between(PolicyBundle before, PolicyBundle after, ToolSet tools) {
        try (PolicyEngine one = engine(before, tools);
                PolicyEngine other = engine(after, tools)) {
            return new BundleDiff(manifest(before, after), rules(before, after), flips(one, other, tools));
        }
    }

    private static PolicyEngine engine(PolicyBundle bundle, ToolSet tools) {
        return PolicyCompiler.compile(bundle, tools.definitions()).fold(engine -> engine, problems -> {
            throw new InvalidBundleException(problems);
        });
    }

    private static List<String> manifest(PolicyBundle before, PolicyBundle after) {
        List<String> changes = new ArrayList<>();
        change("name", before.name(), after.name(), changes);
        change("scope", before.scope().toString(), after.scope().toString(), changes);
        change("groups", String.join(", ", before.groups()), String.join(", ", after.groups()), changes);
        return changes;
    }

    private static void change(String what, String before, String after, List<String> changes) {
        if (!before.equals(after)) {
            changes.add(what + ": " + before + " -> " + after);
        }
    }

    private static List<RuleChange> rules(PolicyBundle before, PolicyBundle after) {
        Map<String, String> old = printed(before);
        Map<String, String> now = printed(after);
        TreeSet<String> names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        return names.stream()
                .map(name -> new RuleChange(name, old.getOrDefault(name, ""), now.getOrDefault(name, "")))
                .filter(change -> !change.before().equals(change.after()))
                .toList();
    }

    private static Map<String, String> printed(PolicyBundle bundle) {
        Map<String, String> printed = new TreeMap<>();
        PolicyCompiler.rules(bundle, new ArrayList<>())
                .forEach(rule -> printed.put(rule.name(), RulePrinter.print(rule)));
        return printed;
    }

    private static List<Flip> flips(PolicyEngine before, PolicyEngine after, ToolSet tools) {
        List<PolicyCase> cases =
                new ArrayList<>(PolicyCases.read(after.bundle(), tools.definitions(), new ArrayList<>()));
        PolicyCases.read(before.bundle(), tools.definitions(), new ArrayList<>()).stream()
                .filter(old -> cases.stream().noneMatch(one -> one.name().equals(old.name())))
                .toList()
                .forEach(cases::add);
        List<Flip> flips = new ArrayList<>();
        for (PolicyCase one : cases) {
            Decision old = before.evaluate(one.facts());
            Decision now = after.evaluate(one.facts());
            if (!Objects.equals(old.effect(), now.effect()) || !old.rule().equals(now.rule())) {
                flips.add(new Flip(one.name(), one.file(), one.line(), PolicyCases.shown(old), PolicyCases.shown(now)));
            }
        }
        return flips;
    }
}
