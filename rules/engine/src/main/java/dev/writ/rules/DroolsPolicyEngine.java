package dev.writ.rules;

import dev.writ.model.Digest;
import dev.writ.model.Facts;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Decides with a Drools network. */
final class DroolsPolicyEngine implements PolicyEngine {

    private final PolicyBundle bundle;
    private final List<CompiledRule> rules;
    private final Tools tools;
    private final HintedRules hinted;
    private final Outlook outlook;
    private final Exceptions exceptions;
    private final Scopes scopes;
    private final Set<String> names;
    private final Sessions sessions;
    private final Set<Set<ToolName>> askingForOrigins;
    private final Map<String, Digest> ruleDigests = new ConcurrentHashMap<>();

    /** @param tools that the rules were checked against */
    DroolsPolicyEngine(PolicyBundle bundle, List<CompiledRule> rules, List<RuleGroup> groups, Tools tools) {
        this.bundle = bundle;
        this.tools = tools;
        this.hinted = new HintedRules(rules, tools, bundle);
        this.outlook = new Outlook(rules, tools, bundle);
        this.rules = List.copyOf(rules);
        this.exceptions = Exceptions.of(rules);
        this.scopes = new Scopes(rules);
        this.names = rules.stream().map(CompiledRule::id).collect(Collectors.toUnmodifiableSet());
        this.askingForOrigins = rules.stream()
                .filter(rule -> rule.syntax().asksForOrigins())
                .map(CompiledRule::tools)
                .collect(Collectors.toUnmodifiableSet());
        this.sessions = new Sessions(Network.of(groups), groups.size());
    }

    @Override
    public List<Verdict> verdicts(Facts facts) {
        if (!bundle.scope().covers(facts.call().tool())) {
            return List.of();
        }
        Inquiry inquiry = new Inquiry(facts);
        sessions.ask(inquiry);
        return exceptions.without(inquiry.verdicts());
    }

    @Override
    public List<Explanation.Rule> explain(Facts facts) {
        if (!bundle.scope().covers(facts.call().tool())) {
            return List.of();
        }
        Set<String> groups = Set.copyOf(bundle.groups());
        return rules.stream()
                .filter(rule -> rule.isAbout(facts.call().tool()))
                .map(rule -> ExplainedRule.of(rule.syntax(), tools, groups).explain(bundle.name(), facts))
                .toList();
    }

    @Override
    public List<BudgetUse> budgets(Facts facts) {
        if (!bundle.scope().covers(facts.call().tool())) {
            return List.of();
        }
        Budgets budgets = new Budgets(tools, Set.copyOf(bundle.groups()), bundle.name());
        return rules.stream()
                .filter(rule -> rule.isAbout(facts.call().tool()))
                .flatMap(rule -> budgets.of(rule.syntax(), facts).stream())
                .toList();
    }

    @Override
    public Optional<Hint> hint(Facts facts) {
        return bundle.scope().covers(facts.call().tool()) ? hinted.hint(facts) : Optional.empty();
    }

    @Override
    public Prospect prospect(Facts alone) {
        return bundle.scope().covers(alone.call().tool()) ? outlook.of(alone) : Prospect.NONE;
    }

    @Override
    public Set<Scope> scopes() {
        return scopes.all();
    }

    @Override
    public Set<Scope> scopes(ToolName tool) {
        return bundle.scope().covers(tool) ? scopes.of(tool) : Set.of();
    }

    @Override
    public PolicyBundle bundle() {
        return bundle;
    }

    @Override
    public boolean needsOrigins(ToolName tool) {
        return bundle.scope().covers(tool)
                && askingForOrigins.stream().anyMatch(tools -> tools.isEmpty() || tools.contains(tool));
    }

    @Override
    public boolean asksForOrigins() {
        return !askingForOrigins.isEmpty();
    }

    @Override
    public Set<String> ruleNames() {
        return names;
    }

    @Override
    public SortedMap<String, String> ruleTexts() {
        SortedMap<String, String> texts = new TreeMap<>();
        rules.forEach(rule -> texts.put(rule.id(), RulePrinter.print(rule.syntax())));
        return Collections.unmodifiableSortedMap(texts);
    }

    /** Asked for while calls are decided, of few rules. */
    @Override
    public Optional<Digest> ruleDigest(String rule) {
        Digest known = ruleDigests.get(rule);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Digest> found = rules.stream()
                .filter(one -> one.id().equals(rule))
                .findFirst()
                .map(one -> Digest.of(RulePrinter.print(one.syntax()).getBytes(StandardCharsets.UTF_8)));
        found.ifPresent(digest -> ruleDigests.put(rule, digest));
        return found;
    }

    @Override
    public String canonicalRules() {
        return RulePrinter.print(rules.stream().map(CompiledRule::syntax).toList());
    }

    @Override
    public List<RuleInfo> rules() {
        return rules.stream().map(RuleInfo::of).toList();
    }

    @Override
    public void close() {
        sessions.close();
    }

    @Override
    public String toString() {
        return "PolicyEngine[" + bundle + ", " + rules.size() + " rules]";
    }
}
