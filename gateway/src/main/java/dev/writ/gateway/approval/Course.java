package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import dev.writ.model.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happened while people were asked, besides what they granted.
 *
 * @param views who looked at what, in the order of the log
 * @param clarifications what the agent was asked; only the last may be open
 * @param edits how the call was changed
 * @param attempts how often somebody changed it, or wanted to
 * @param refusedEdit what rules said, if the newest entry is that somebody wanted to change it and rules denied it so
 * @param opening the entry that it began with
 * @param last index of the newest entry that it knows
 */
record Course(
        List<Viewed> views,
        List<Clarification> clarifications,
        List<Edited> edits,
        int attempts,
        Optional<JsonObject> refusedEdit,
        Recorded opening,
        long last) {

    Course {
        views = List.copyOf(views);
        clarifications = List.copyOf(clarifications);
        edits = List.copyOf(edits);
    }

    static Course begun(Recorded opening) {
        return new Course(List.of(), List.of(), List.of(), 0, Optional.empty(), opening, opening.index());
    }

    /** With one more entry of the call. */
    Course after(Recorded recorded) {
        List<Viewed> viewed = new ArrayList<>(views);
        ApprovalEntries.viewedBy(recorded).ifPresent(viewed::add);
        List<Edited> edited = new ArrayList<>(edits);
        EditEntries.editedBy(recorded).ifPresent(edited::add);
        return new Course(
                viewed,
                ClarificationEntries.after(clarifications, recorded),
                edited,
                EditEntries.isAttempt(recorded.entry()) ? attempts + 1 : attempts,
                EditEntries.refusal(recorded.entry()),
                opening,
                recorded.index());
    }

    /** When that approver looked at that view. */
    Optional<Viewed> viewed(String approver, String view) {
        return views.stream()
                .filter(viewed ->
                        viewed.approver().equals(approver) && viewed.view().equals(view))
                .reduce((earlier, later) -> later);
    }

    /** What the agent has yet to answer. */
    Optional<Clarification> question() {
        return clarifications.stream().filter(Clarification::isOpen).findFirst();
    }
}
