package dev.writ.gateway.call;

import dev.writ.gateway.policy.OwnRule;
import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A decision as the log has it, with what it was made from.
 *
 * @param facts empty if they are not all there any more, since something was erased or pruned
 * @param verdicts as they were recorded
 * @param bundles digests of those whose rules were asked
 */
public record RecordedDecision(
        long index, CallId call, Optional<Facts> facts, Effect effect, JsonArray verdicts, List<String> bundles) {

    public RecordedDecision {
        bundles = List.copyOf(bundles);
    }

    /** Whether Writ itself decided, before any rule was asked or in place of one. */
    public boolean isByGateway() {
        return deciding().stream().anyMatch(OwnRule::isOwn);
    }

    /** The rules that decided, by name. */
    public List<String> deciding() {
        return verdicts.items().stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(verdict -> verdict.text("effect").equals(Optional.of(effect.text())))
                .flatMap(verdict -> verdict.text("rule").stream())
                .toList();
    }

    /** Whether that decision would be recorded in the same words. */
    public boolean isReproducedBy(Decision decision) {
        JsonValue said = VerdictJson.of(decision.verdicts());
        return decision.effect() == effect && said.toJson().equals(verdicts.toJson());
    }

    @Override
    public String toString() {
        return "RecordedDecision[" + index + ", " + effect + "]";
    }
}
