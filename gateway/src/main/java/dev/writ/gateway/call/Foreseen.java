package dev.writ.gateway.call;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import java.util.List;

/**
 * What would be decided on a call.
 *
 * @param obligations under which it would be allowed
 */
public record Foreseen(Effect effect, JsonArray obligations) {

    static Foreseen of(Decision decision) {
        return new Foreseen(
                decision.effect(),
                decision.effect() == Effect.ALLOW ? decision.obligations().toJson() : new JsonArray(List.of()));
    }
}
