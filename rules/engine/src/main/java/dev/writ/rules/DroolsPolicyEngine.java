package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Facts;
import java.util.List;

/** Decides with a Drools network. */
final class DroolsPolicyEngine implements PolicyEngine {

    private final PolicyBundle bundle;
    private final List<CompiledRule> rules;
    private final Sessions sessions;

    DroolsPolicyEngine(PolicyBundle bundle, List<CompiledRule> rules) {
        this.bundle = bundle;
        this.rules = List.copyOf(rules);
        List<RuleGroup> groups = RuleGroup.of(rules);
        this.sessions = new Sessions(Network.of(groups), groups.size());
    }

    @Override
    public Decision evaluate(Facts facts) {
        if (!bundle.scope().covers(facts.call().tool())) {
            return Decision.combine(List.of());
        }
        Inquiry inquiry = new Inquiry(facts);
        sessions.ask(inquiry);
        return Decision.combine(inquiry.verdicts(), facts.grants(), facts.now());
    }

    @Override
    public PolicyBundle bundle() {
        return bundle;
    }

    @Override
    public String canonicalRules() {
        return RulePrinter.print(rules.stream().map(CompiledRule::syntax).toList());
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
