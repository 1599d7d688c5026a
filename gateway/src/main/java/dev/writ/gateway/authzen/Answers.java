package dev.writ.gateway.authzen;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decisions in the words of AuthZEN. */
final class Answers {

    /** Why it is denied, in a word of the Access Request and Approval Profile's examples. */
    static final String APPROVAL_REQUIRED = "approval_required";

    private static final String DECISION = "decision";
    private static final String CONTEXT = "context";
    private static final String ACCESS_REQUEST = "access_request";

    private Answers() {}

    static boolean isPermit(JsonObject answer) {
        return answer.isTrue(DECISION);
    }

    /** {@code true} only if the call is allowed as it is: whatever else would have to be done denies. */
    static JsonObject of(CallState state, Obliged obliged) {
        boolean permit = state.effect() == Effect.ALLOW && obliged.isMet();
        String status = permit ? "200" : "403";
        JsonObject.Builder context = JsonObject.builder()
                .put("id", state.call().toString())
                .put(
                        "reason_admin",
                        JsonObject.builder().put(status, admin(state, obliged)).build())
                .put(
                        "reason_user",
                        JsonObject.builder().put(status, user(state, obliged)).build());
        if (permit && !obliged.toJson().items().isEmpty()) {
            context.put("obligations", obliged.toJson());
        }
        return JsonObject.builder()
                .put(DECISION, permit)
                .put(CONTEXT, context.build())
                .build();
    }

    /** Whether people can be asked about it. */
    static boolean isRequestable(JsonObject answer) {
        return answer.object(CONTEXT)
                .flatMap(context -> context.get(ACCESS_REQUEST))
                .isPresent();
    }

    /** Until when people can be asked about that decision. */
    static Instant requestableUntil(CallState state, Duration requestableFor) {
        return state.at().plus(requestableFor);
    }

    /** A denial that people can be asked about. It is a denial all the same. */
    static JsonObject requestable(CallState state, Obliged obliged, Duration requestableFor) {
        return with(
                of(state, obliged),
                JsonObject.builder()
                        .put("evaluation_id", state.call().toString())
                        .put("evaluated_at", state.at().toString())
                        .put("reason", APPROVAL_REQUIRED)
                        .put(
                                ACCESS_REQUEST,
                                JsonObject.builder()
                                        .put(
                                                "expires_at",
                                                requestableUntil(state, requestableFor)
                                                        .toString())
                                        .build())
                        .build());
    }

    /** The same, with more in its context. */
    static JsonObject with(JsonObject answer, JsonObject more) {
        JsonObject.Builder context = JsonObject.builder();
        answer.object(CONTEXT).orElse(JsonObject.empty()).members().forEach(context::put);
        more.members().forEach(context::put);
        JsonObject.Builder all = JsonObject.builder();
        answer.members().forEach(all::put);
        return all.put(CONTEXT, context.build()).build();
    }

    /** It was not decided, since the question was not fit for it. */
    static JsonObject of(Problem problem) {
        return JsonObject.builder()
                .put(DECISION, false)
                .put(
                        CONTEXT,
                        JsonObject.builder()
                                .put(
                                        "error",
                                        JsonObject.builder()
                                                .put("status", problem.type().status())
                                                .put("message", problem.detail())
                                                .build())
                                .build())
                .build();
    }

    private static String user(CallState state, Obliged obliged) {
        if (state.effect() == Effect.ALLOW && !obliged.isMet()) {
            return "This would be allowed under obligations that cannot be met here.";
        }
        return state.effect() == Effect.ESCALATE ? "This needs approval: " + state.reason() : state.reason();
    }

    private static String admin(CallState state, Obliged obliged) {
        Optional<String> unmet = state.effect() == Effect.ALLOW ? obliged.unmet() : Optional.empty();
        return state.rule().map(rule -> "rule '" + rule + "': ").orElse("") + state.reason()
                + unmet.map(why -> "; denied all the same, since " + why).orElse("")
                + " (" + state.effect().text() + ", call " + state.call() + ", log index " + state.index() + ")";
    }
}
