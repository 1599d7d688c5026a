package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Explains what a bundle says of calls. It asks each rule part by part, so it is slower than deciding, and decides nothing. */
public final class Explainer {

    private final PolicyEngine engine;
    private final List<ExplainedRule> rules;

    private Explainer(PolicyEngine engine, List<ExplainedRule> rules) {
        this.engine = engine;
        this.rules = List.copyOf(rules);
    }

    /**
     * For a bundle that compiles with those tools.
     *
     * @param engine of that bundle; stays open
     */
    public static Explainer of(PolicyEngine engine, Collection<ToolDefinition> tools) {
        PolicyBundle bundle = engine.bundle();
        Tools known = new Tools(tools, bundle.scope());
        Set<String> groups = Set.copyOf(bundle.groups());
        return new Explainer(
                engine,
                PolicyCompiler.rules(bundle, new ArrayList<>()).stream()
                        .map(rule -> ExplainedRule.of(rule, known, groups))
                        .toList());
    }

    public Explanation explain(Facts facts) {
        Decision decision = engine.evaluate(facts);
        boolean inScope = engine.bundle().scope().covers(facts.call().tool());
        List<Explanation.Rule> explained = rules.stream()
                .filter(rule -> inScope && rule.isAbout(facts.call().tool()))
                .map(rule -> rule.explain(facts))
                .toList();
        return new Explanation(decision, explained, nearest(decision, explained, facts));
    }

    private Optional<Explanation.Nearest> nearest(Decision decision, List<Explanation.Rule> explained, Facts facts) {
        if (decision.effect() == Effect.ALLOW) {
            return Optional.empty();
        }
        return explained.stream()
                .filter(rule -> rule.says().equals(Effect.ALLOW.text()) && rule.state() != Explanation.State.HOLDS)
                .min(Comparator.comparingInt((Explanation.Rule rule) -> unchangeable(rule))
                        .thenComparing(rule -> rule.unmet().size()))
                .map(rule -> new Explanation.Nearest(rule, after(rule, facts)));
    }

    /** How many of its conditions no argument alone could meet. */
    private static int unchangeable(Explanation.Rule rule) {
        return (int)
                rule.unmet().stream().filter(part -> part.change().isEmpty()).count();
    }

    /** The decision on the call that the rule's changes make of it. */
    private Optional<Decision> after(Explanation.Rule nearest, Facts facts) {
        if (unchangeable(nearest) > 0) {
            return Optional.empty();
        }
        return rules.stream()
                .filter(rule -> rule.name().equals(nearest.name()))
                .findFirst()
                .flatMap(rule -> rule.changed(facts))
                .map(arguments -> engine.evaluate(with(facts, arguments)));
    }

    private static Facts with(Facts facts, JsonObject arguments) {
        ToolCall call = facts.call();
        return new Facts(
                new ToolCall(call.id(), call.key(), call.tool(), arguments, call.session(), call.purpose()),
                facts.principal(),
                facts.tool(),
                facts.history(),
                facts.shared(),
                facts.origins(),
                List.of(),
                facts.now());
    }
}
