package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.ToolDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns bundles into engines.
 *
 * <p>Rules are read by {@link RuleParser}, checked against the known tools and built into a Drools network out of objects. No text
 * of an author is ever compiled, interpreted or given to Drools.
 */
public final class PolicyCompiler {

    private PolicyCompiler() {}

    /**
     * Compiles all rules of a bundle; takes about 0.1 ms of CPU per rule, so it does not belong on an event loop.
     *
     * @param knownTools that rules may name, with the schemas that their arguments are checked against
     * @return an engine, or all that is wrong, as far as one run can tell
     */
    public static Compilation compile(PolicyBundle bundle, Collection<ToolDefinition> knownTools) {
        return compile(bundle, knownTools, Recall.REMEMBERING, Watch.NONE);
    }

    static Compilation compile(PolicyBundle bundle, Collection<ToolDefinition> knownTools, Recall recall) {
        return compile(bundle, knownTools, recall, Watch.NONE);
    }

    /** @param watch sees the rules as they are made, and then all that is asked of them */
    static Compilation compile(PolicyBundle bundle, Collection<ToolDefinition> knownTools, Watch watch) {
        return compile(bundle, knownTools, Recall.ANEW, watch);
    }

    private static Compilation compile(
            PolicyBundle bundle, Collection<ToolDefinition> knownTools, Recall recall, Watch watch) {
        List<BundleProblem> problems = new ArrayList<>();
        List<RuleSyntax> rules = rules(bundle, problems);
        Tools tools = new Tools(knownTools, bundle.scope());
        Set<String> groups = new HashSet<>(bundle.groups());
        List<CompiledRule> compiled = rules.stream()
                .takeWhile(rule -> problems.size() < Limits.SOUGHT_PROBLEMS)
                .map(rule -> RuleChecker.check(rule, tools, groups, problems, recall, watch))
                .toList();
        if (bundle.isObserving()) {
            checkAllows(rules, problems);
        }
        return problems.isEmpty()
                ? new Compilation.Compiled(new DroolsPolicyEngine(
                        bundle,
                        compiled,
                        watch == Watch.NONE ? RuleGroup.of(compiled) : RuleGroup.alone(compiled),
                        tools))
                : new Compilation.Rejected(reported(problems));
    }

    /**
     * What no tool could make right: rules that cannot be read, and cases that are not YAML. Whoever writes a bundle learns of it
     * without a gateway; the rest {@link #compile} tells.
     */
    public static List<BundleProblem> unreadable(PolicyBundle bundle) {
        List<BundleProblem> problems = new ArrayList<>();
        rules(bundle, problems);
        bundle.texts(BundleFiles.CASES, BundleFiles.CASES_SUFFIX)
                .forEach((file, text) -> YamlValue.parse(file, text, problems));
        return reported(problems);
    }

    /** All rules that can be read. */
    static List<RuleSyntax> rules(PolicyBundle bundle, List<BundleProblem> problems) {
        List<RuleSyntax> rules = new ArrayList<>();
        bundle.texts("", BundleFiles.RULES_SUFFIX)
                .forEach((file, text) -> rules.addAll(RuleParser.parse(file, text, problems)));
        bundle.texts("", BundleFiles.CSV_SUFFIX)
                .forEach((file, text) ->
                        rules.addAll(TableParser.parse(file, CsvReader.rows(file, text, problems), problems)));
        bundle.workbooks()
                .forEach((file, content) -> Workbook.sheets(file, content, problems)
                        .forEach(rows -> rules.addAll(TableParser.parse(file, rows, problems))));
        checkNames(rules, problems);
        Exceptions.check(rules, problems);
        return rules;
    }

    private static List<BundleProblem> reported(List<BundleProblem> problems) {
        return problems.stream()
                .distinct()
                .sorted()
                .limit(Limits.REPORTED_PROBLEMS)
                .toList();
    }

    /** What fills the silence of others has nothing to refuse. */
    private static void checkAllows(List<RuleSyntax> rules, List<BundleProblem> problems) {
        rules.stream()
                .filter(rule -> rule.opinion().effect() != Effect.ALLOW)
                .forEach(rule -> problems.add(rule.place()
                        .problem("a bundle that says 'observe: true' only allows; put this rule into another bundle")));
    }

    private static void checkNames(List<RuleSyntax> rules, List<BundleProblem> problems) {
        Set<String> names = new HashSet<>();
        for (RuleSyntax rule : rules) {
            if (!names.add(rule.name())) {
                problems.add(rule.place().problem("there is another rule of this name; it is its id in every record"));
            }
        }
        if (rules.size() > Limits.RULES) {
            problems.add(BundleProblem.ofFile(BundleFiles.MANIFEST, "a bundle has at most " + Limits.RULES + " rules"));
        }
    }
}
