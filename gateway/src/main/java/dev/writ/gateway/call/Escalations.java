package dev.writ.gateway.call;

import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Escalation;
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

    static Escalation of(Attempt attempt, Decided decided) {
        ToolCall call = attempt.call();
        List<Verdict> deciding = decided.decision().deciding();
        List<Ask> asks = deciding.stream().map(verdict -> ask(attempt, verdict)).toList();
        return new Escalation(
                call.id(),
                attempt.identity().agent(),
                attempt.identity().pseudonym(),
                call.tool(),
                attempt.argumentsMac(),
                call.session().orElse(""),
                asks,
                view(attempt, decided, deciding),
                attempt.at(),
                attempt.mode() == Mode.ASK);
    }

    private static Ask ask(Attempt attempt, Verdict verdict) {
        Requirement requirement = verdict.requirement().orElseThrow();
        return new Ask(
                verdict.rule(), verdict.reason(), requirement, attempt.at().plus(requirement.within()));
    }

    /** Everything that directs the effect, complete: whoever approves answers for exactly this. */
    private static JsonObject view(Attempt attempt, Decided decided, List<Verdict> deciding) {
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
                                .map(verdict -> view(ask(attempt, verdict), verdict.matched()))
                                .toList()))
                .build();
    }

    /** With the earlier decisions that the rule rests on, for whoever may look them up. */
    private static JsonValue view(Ask ask, List<Long> matched) {
        JsonObject.Builder view = JsonObject.builder()
                .put("rule", ask.rule())
                .put("reason", ask.reason())
                .put("group", ask.requirement().group())
                .put("approvals", ask.requirement().approvals())
                .put("expiresAt", ask.expiresAt().toString());
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
