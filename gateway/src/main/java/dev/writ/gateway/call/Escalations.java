package dev.writ.gateway.call;

import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.policy.Active;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Principal;
import dev.writ.model.Requirement;
import dev.writ.model.ToolCall;
import dev.writ.model.Verdict;
import java.util.List;
import java.util.Optional;

/** Tells people what a call is about, and what is asked of them. */
final class Escalations {

    private Escalations() {}

    /** @param active that decided, and so asks */
    static Escalation of(Attempt attempt, Decided decided, Active active) {
        ToolCall call = attempt.call();
        List<Verdict> deciding = decided.decision().deciding();
        List<Ask> asks = asks(attempt, decided, active);
        return new Escalation(
                call.id(),
                attempt.identity().agent(),
                attempt.identity().pseudonym(),
                call.tool(),
                attempt.argumentsMac(),
                call.session().orElse(""),
                asks,
                view(attempt, decided, active, deciding),
                attempt.at(),
                attempt.mode() == Mode.ASK);
    }

    /**
     * What the rules that escalate ask of people.
     *
     * @param active that decided, and so asks
     */
    static List<Ask> asks(Attempt attempt, Decided decided, Active active) {
        return decided.decision().deciding().stream()
                .filter(verdict -> verdict.effect() == Effect.ESCALATE)
                .map(verdict -> ask(attempt, verdict, active))
                .toList();
    }

    private static Ask ask(Attempt attempt, Verdict verdict, Active active) {
        Requirement requirement = verdict.requirement().orElseThrow();
        return new Ask(
                verdict.rule(),
                verdict.reason(),
                requirement,
                attempt.at().plus(requirement.within()),
                active.bundleOf(verdict.rule()));
    }

    /** Everything that directs the effect, complete: whoever approves answers for exactly this. */
    private static JsonObject view(Attempt attempt, Decided decided, Active active, List<Verdict> deciding) {
        ToolCall call = attempt.call();
        Principal principal = attempt.principal();
        return JsonObject.builder()
                .put("call", call.id().toString())
                .put("tool", call.tool().value())
                .put("definition", attempt.definition().digest().value())
                .put("description", attempt.definition().description())
                .put("effects", attempt.definition().effects().toJson())
                .put("arguments", decided.sent())
                .put("agent", principal.agent())
                .put("onBehalfOf", principal.onBehalfOf())
                .put("actorChain", JsonArray.ofTexts(principal.actorChain()))
                .put("purpose", call.purpose())
                .put("session", call.session())
                .put("requestedAt", attempt.at().toString())
                .put("mode", Optional.of(attempt.mode().text()).filter(text -> attempt.mode() == Mode.ASK))
                .put("bundle", decided.asked().deciding())
                .put(
                        "asks",
                        new JsonArray(deciding.stream()
                                .map(verdict -> view(attempt, ask(attempt, verdict, active), verdict.matched()))
                                .toList()))
                .build();
    }

    /** With the earlier decisions that the rule rests on, for whoever may look them up. */
    private static JsonValue view(Attempt attempt, Ask ask, List<Long> matched) {
        JsonObject.Builder view = JsonObject.builder()
                .put("rule", ask.rule())
                .put("reason", ask.reason())
                .put("group", ask.requirement().group())
                .put("approvals", ask.requirement().approvals())
                .put("expiresAt", ask.expiresAt().toString());
        if (!ask.requirement().ladder().isEmpty()) {
            view.put(
                    "then",
                    new JsonArray(ask.requirement().ladder().stream()
                            .<JsonValue>map(rung -> JsonObject.builder()
                                    .put("group", rung.group())
                                    .put("from", attempt.at().plus(rung.after()).toString())
                                    .build())
                            .toList()));
        }
        if (ask.requirement().signed()) {
            view.put("signed", true);
        }
        ask.requirement().envelope().ifPresent(limits -> view.put("envelope", limits.toJson()));
        if (!matched.isEmpty()) {
            view.put(
                    "matched",
                    new JsonArray(
                            matched.stream().<JsonValue>map(JsonNumber::of).toList()));
        }
        return view.build();
    }
}
