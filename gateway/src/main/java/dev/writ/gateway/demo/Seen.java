package dev.writ.gateway.demo;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What an agent sees of one call. A text is empty where the gateway said nothing.
 *
 * @param decision {@code allow}, {@code deny} or {@code escalate}; {@code refused} if the call was not even decided
 * @param reason the rule's, or what people said
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
        Optional<JsonObject> decision = body.object("decision");
        if (decision.isPresent()) {
            return of(
                    answer,
                    text(body, "id"),
                    decision.get(),
                    body.object("approval")
                            .flatMap(approval -> approval.text("reason"))
                            .orElse(text(decision.get(), "reason")),
                    outcome(text(body, "status")));
        }
        if (body.text("effect").isPresent()) {
            return of(answer, text(body, "callId"), body, text(body, "reason"), outcome(answer.status()));
        }
        return new Seen(answer.status(), "", "refused", "", text(body, "detail"), "not sent", "", Optional.empty());
    }

    private static Seen of(Answer answer, String call, JsonObject decision, String reason, String outcome) {
        return new Seen(
                answer.status(),
                call,
                text(decision, "effect"),
                text(decision, "rule"),
                reason,
                outcome,
                decision.number("index").map(BigDecimal::toPlainString).orElse(""),
                answer.body().get("result"));
    }

    private static String outcome(String status) {
        return status.equals("escalated") ? "waits" : status;
    }

    /** What a problem's status says of the service's part in it. */
    private static String outcome(int status) {
        return switch (status) {
            case 502 -> "failed";
            case 504 -> "unknown";
            default -> "not sent";
        };
    }

    private static String text(JsonObject object, String member) {
        return object.text(member).orElse("");
    }
}
