package dev.writ.gateway.authzen;

import dev.writ.gateway.call.Outsider;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an allow obliges to, as far as whoever asked can see to it. An enforcement point need not know of obligations, and one that
 * does not would act as if there were none: so it has to say that it meets them, or the answer is a denial.
 *
 * @param obligations as rules state them
 * @param isOffered whether whoever asked meets obligations of type {@code custom}
 * @see <a href="https://openid.github.io/authzen/">AuthZEN Obligations Profile 1.0 (draft)</a>
 */
record Obliged(JsonArray obligations, boolean isOffered) {

    /** The type of all there are; what they mean is in docs/authzen.md. */
    static final String TYPE = "custom";

    static Obliged of(JsonArray obligations, Optional<JsonObject> context) {
        return new Obliged(
                obligations,
                context.flatMap(said -> said.array("supported_obligations"))
                        .filter(supported -> supported.items().contains(new JsonString(TYPE)))
                        .isPresent());
    }

    boolean isMet() {
        return unmet().isEmpty();
    }

    /** Why they are not met, if they are not. */
    Optional<String> unmet() {
        if (Outsider.AWARE.unmet(obligations).isPresent()) {
            return Optional.of("only the gateway can meet what the rule obliges to, and it does not carry this out");
        }
        return isOffered || obligations.items().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "the rule obliges, and 'custom' is not among 'supported_obligations' of the request's context");
    }

    /** As an answer states them. */
    JsonArray toJson() {
        List<JsonValue> stated = new ArrayList<>();
        for (JsonValue obligation : obligations.items()) {
            JsonObject.Builder properties = JsonObject.builder().put("vendor", "writ");
            ((JsonObject) obligation).members().forEach(properties::put);
            stated.add(JsonObject.builder()
                    .put("id", "obligation-" + (stated.size() + 1))
                    .put("type", TYPE)
                    .put("properties", properties.build())
                    .build());
        }
        return new JsonArray(stated);
    }
}
