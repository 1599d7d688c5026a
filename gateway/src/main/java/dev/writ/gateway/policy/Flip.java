package dev.writ.gateway.policy;

import dev.writ.model.Decision;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A call that a version decides otherwise.
 *
 * @param index of its decision
 * @param without what it comes to without the version
 * @param with what it comes to with it
 */
record Flip(long index, String call, String tool, Side without, Side with) {

    /** @param rule that decides first; absent if none spoke */
    record Side(String effect, Optional<String> rule) {

        static Side of(Decision decision) {
            return new Side(decision.effect().text(), decision.rule());
        }

        static Side of(JsonObject body) {
            return new Side(body.text("effect").orElse(""), body.text("rule"));
        }

        JsonObject toJson() {
            return JsonObject.builder().put("effect", effect).put("rule", rule).build();
        }

        /** Deny over escalate over allow. */
        int strictness() {
            return List.of("allow", "escalate", "deny").indexOf(effect);
        }
    }

    /** Empty if both come to the same, by the same rule. */
    static Optional<Flip> between(Comparisons.Taken taken, Decision without, Decision with) {
        Flip flip = new Flip(
                taken.index(),
                taken.facts().call().id().toString(),
                taken.facts().call().tool().value(),
                Side.of(without),
                Side.of(with));
        return Optional.of(flip).filter(one -> !one.without().equals(one.with()));
    }

    static List<Flip> of(JsonObject body) {
        return body.array("flips").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(flip -> read((JsonObject) flip))
                .toList();
    }

    private static Flip read(JsonObject flip) {
        return new Flip(
                flip.number("index").map(BigDecimal::longValue).orElse(-1L),
                flip.text("call").orElse(""),
                flip.text("tool").orElse(""),
                Side.of(flip.object("without").orElse(JsonObject.empty())),
                Side.of(flip.object("with").orElse(JsonObject.empty())));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("index", index)
                .put("call", call)
                .put("tool", tool)
                .put("without", without.toJson())
                .put("with", with.toJson())
                .build();
    }

    /** Whether a rollback would loosen: allow, or put before people, what the version denies, or allow what it puts before them. */
    boolean tightens() {
        return with.strictness() > without.strictness();
    }
}
