package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happened while people were asked, besides what they granted.
 *
 * @param views who looked at what, in the order of the log
 * @param clarifications what the agent was asked; only the last may be open
 * @param last index of the newest entry that it knows
 */
record Course(List<Viewed> views, List<Clarification> clarifications, long last) {

    Course {
        views = List.copyOf(views);
        clarifications = List.copyOf(clarifications);
    }

    static Course begun(Recorded opening) {
        return new Course(List.of(), List.of(), opening.index());
    }

    /** With one more entry of the call. */
    Course after(Recorded recorded) {
        List<Viewed> viewed = new ArrayList<>(views);
        ApprovalEntries.viewedBy(recorded).ifPresent(viewed::add);
        return new Course(viewed, ClarificationEntries.after(clarifications, recorded), recorded.index());
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
