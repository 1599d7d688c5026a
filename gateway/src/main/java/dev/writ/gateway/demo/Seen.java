package dev.writ.gateway.demo;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;

/**
 * What an agent sees of one call. A text is empty where the gateway said nothing.
 *
 * @param decision {@code allow}, {@code deny} or {@code escalate}; {@code refused} if the call was not even decided
 * @param outcome what became of it at the service
 * @param index of the decision in the log
 * @param result what the service answered
 */
record Seen(
        int status,
        String call,
        String decision,
        String rule,
        String reason,
        String outcome,
        String index,
        Optional<JsonValue> result) {

    static Seen of(Answer answer) {
        JsonObject body = answer.body();
        if (answer.status() == 400) {
            return new Seen(400, "", "refused", "", text(body, "detail"), "not sent", "", Optional.empty());
        }
        if (answer.status() == 403) {
            return decided(answer, text(body, "callId"), body, "deny", "not sent");
        }
        JsonObject decision = body.object("decision").orElse(JsonObject.empty());
        return decided(answer, text(body, "id"), decision, text(decision, "effect"), text(body, "status"));
    }

    private static Seen decided(Answer answer, String call, JsonObject decision, String effect, String outcome) {
        String index = decision.number("index").map(Object::toString).orElse("");
        return new Seen(
                answer.status(),
                call,
                effect,
                text(decision, "rule"),
                text(decision, "reason"),
                outcome,
                index,
                answer.body().get("result"));
    }

    private static String text(JsonObject object, String member) {
        return object.text(member).orElse("");
    }
}
