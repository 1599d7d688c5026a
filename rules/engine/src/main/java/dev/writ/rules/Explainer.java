package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolCall;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Explains what bundles say of calls. It asks each rule part by part, so it is slower than deciding, and decides nothing.
 *
 * @param engines whose rules are asked
 * @param law what all of them together decide
 */
public record Explainer(List<PolicyEngine> engines, Function<Facts, Decision> law) {

    public Explainer {
        engines = List.copyOf(engines);
    }

    /** For one bundle alone. */
    public static Explainer of(PolicyEngine engine) {
        return new Explainer(List.of(engine), engine::evaluate);
    }

    public Explanation explain(Facts facts) {
        Decision decision = law.apply(facts);
        List<Explanation.Rule> explained = engines.stream()
                .flatMap(engine -> engine.explain(facts).stream())
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
        JsonObject arguments = facts.call().arguments();
        for (Explanation.Part part : nearest.unmet()) {
            Explanation.Change change = part.change().orElseThrow();
            List<String> path = JsonPath.parse(change.argument()).orElseThrow().members();
            arguments = put(arguments, path, change.value());
        }
        return Optional.of(law.apply(with(facts, arguments)));
    }

    private static JsonObject put(JsonObject object, List<String> path, JsonValue value) {
        JsonObject.Builder changed = JsonObject.builder();
        object.members().forEach(changed::put);
        JsonValue inner = path.size() == 1
                ? value
                : put(object.object(path.get(0)).orElse(JsonObject.empty()), path.subList(1, path.size()), value);
        return changed.put(path.get(0), inner).build();
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
