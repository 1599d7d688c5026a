package dev.writ.gateway.approval;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries of questions to an agent and of its answers. Each changes what approvers see, and so says what they see from then on. */
final class ClarificationEntries {

    private static final String CLARIFICATIONS = "clarifications";
    private static final String QUESTION = "question";
    private static final String ANSWER = "answer";

    private ClarificationEntries() {}

    /**
     * An approver asks something.
     *
     * @param view what approvers see from now on
     */
    static Entry asked(Approval approval, Approver by, String question, Revision view, Instant at) {
        int number = approval.clarifications().size();
        return ApprovalEntries.entry(
                ApprovalKinds.ASKED,
                approval,
                List.of("question/" + approval.call() + "/" + number),
                JsonObject.builder()
                        .put("assurance", by.principal().assurance())
                        .put("number", number)
                        .put(Revision.VIEW_MAC, view.mac())
                        .build(),
                List.of(new Input(QUESTION, new JsonString(question), true), view.input()),
                at);
    }

    /**
     * The agent answers the question that is open.
     *
     * @param view what approvers see from now on
     */
    static Entry answered(Approval approval, String answer, Revision view, Instant at) {
        int number = approval.clarifications().size() - 1;
        return ApprovalEntries.entry(
                ApprovalKinds.ANSWERED,
                approval,
                List.of("answer/" + approval.call() + "/" + number),
                JsonObject.builder()
                        .put("number", number)
                        .put(Revision.VIEW_MAC, view.mac())
                        .build(),
                List.of(new Input(ANSWER, new JsonString(answer), true), view.input()),
                at);
    }

    /** What the agent was asked, after that entry. */
    static List<Clarification> after(List<Clarification> before, Recorded recorded) {
        Entry entry = recorded.entry();
        List<Clarification> all = new ArrayList<>(before);
        if (entry.kind().equals(ApprovalKinds.ASKED)) {
            all.add(new Clarification(
                    recorded.index(),
                    entry.body().text("actor").orElseThrow(),
                    text(entry, QUESTION),
                    entry.at(),
                    Optional.empty()));
        } else if (entry.kind().equals(ApprovalKinds.ANSWERED)) {
            int last = all.size() - 1;
            all.set(last, all.get(last).with(new Clarification.Answered(text(entry, ANSWER), entry.at())));
        }
        return all;
    }

    private static Optional<String> text(Entry entry, String input) {
        return entry.input(input).filter(JsonString.class::isInstance).map(text -> ((JsonString) text).value());
    }

    /** What approvers see, with one more question. */
    static JsonObject withQuestion(JsonObject view, Approver by, String question, Instant at) {
        List<JsonValue> all = new ArrayList<>(clarifications(view));
        all.add(JsonObject.builder()
                .put(QUESTION, question)
                .put("by", by.name())
                .put("at", at.toString())
                .build());
        return Revision.with(view, CLARIFICATIONS, new JsonArray(all));
    }

    /** What approvers see, with the agent's answer to the last question. */
    static JsonObject withAnswer(JsonObject view, String answer, Instant at) {
        List<JsonValue> all = new ArrayList<>(clarifications(view));
        int last = all.size() - 1;
        JsonObject asked = (JsonObject) all.get(last);
        all.set(
                last,
                Revision.with(
                        Revision.with(asked, ANSWER, new JsonString(answer)),
                        "answeredAt",
                        new JsonString(at.toString())));
        return Revision.with(view, CLARIFICATIONS, new JsonArray(all));
    }

    private static List<JsonValue> clarifications(JsonObject view) {
        return view.array(CLARIFICATIONS).map(JsonArray::items).orElse(List.of());
    }
}
