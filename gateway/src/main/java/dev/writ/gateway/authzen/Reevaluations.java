package dev.writ.gateway.authzen;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Mode;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.call.Use;
import dev.writ.gateway.policy.OwnRule;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Answers questions that refer to what people have approved. A reference that is of no use is passed over: the question is answered as if
 * there were none, and the answer says why.
 *
 * @see <a href="https://openid.github.io/authzen/">AuthZEN Access Request and Approval Profile (draft 1), Completion Semantics</a>
 */
@ApplicationScoped
class Reevaluations {

    /** People take longer; whoever waits should ask for the task instead. */
    private static final int UNTIL_ANSWERED = 30;

    private static final int UNTIL_READY = 1;

    private final ToolCalls calls;
    private final Translation translation;

    Reevaluations(ToolCalls calls, Translation translation) {
        this.calls = calls;
        this.translation = translation;
    }

    /**
     * @param question without the reference
     * @param approval the id that it refers to
     * @param key the caller's name for this question, if it gave it one: asked again, it gets the same answer
     * @param plain answers the question without the reference
     */
    Uni<JsonObject> answer(Question question, String approval, Optional<String> key, Uni<JsonObject> plain) {
        Submission asked = translation.of(question).in(Mode.ASK);
        Submission named = key.map(asked::with).orElse(asked);
        return calls.use(named, approval)
                .chain(use -> use instanceof Use.Made made
                        ? made(question, made.state(), plain)
                        : plain.map(answer -> notMade(answer, ((Use.NotMade) use).why())));
    }

    private static Uni<JsonObject> made(Question question, CallState state, Uni<JsonObject> plain) {
        // It ran out in this moment, or the key of somebody who approved was revoked.
        if (state.rule().filter(OwnRule.NOT_APPROVED.id()::equals).isPresent()) {
            return plain.map(answer -> notMade(answer, Use.Why.OVER));
        }
        JsonObject answer = Answers.of(state, Obliged.of(state.obligations(), question.context()));
        JsonObject.Builder more = JsonObject.builder();
        if (Answers.isPermit(answer)) {
            more.put(Reference.APPROVAL, Reference.of(state.approval().orElseThrow()));
        } else {
            more.put("next_action", "none");
            if (state.effect() == Effect.DENY) {
                more.put("reason", "policy_denied");
            }
        }
        return Uni.createFrom().item(Answers.with(answer, more.build()));
    }

    private static JsonObject notMade(JsonObject answer, Use.Why why) {
        if (Answers.isPermit(answer)) {
            return answer;
        }
        JsonObject.Builder more = JsonObject.builder();
        switch (why) {
            case UNKNOWN -> more.put("reason", "approval_unverifiable");
            case OTHER -> more.put("reason", "out_of_scope");
            case OVER -> more.put("reason", "approval_expired");
            case NOT_YET -> more.put("reason", "grant_pending");
            case WAITS -> more.put("reason", Answers.APPROVAL_REQUIRED);
        }
        switch (why) {
            case UNKNOWN, OTHER, OVER -> more.put("next_action", Answers.isRequestable(answer) ? "request" : "none");
            case NOT_YET -> more.put("next_action", "retry").put("retry_after", UNTIL_READY);
            case WAITS -> more.put("next_action", "retry").put("retry_after", UNTIL_ANSWERED);
        }
        return Answers.with(answer, more.build());
    }
}
