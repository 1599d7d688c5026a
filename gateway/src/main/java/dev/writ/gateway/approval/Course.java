package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What happened while people were asked, besides what they granted.
 *
 * @param views who looked at what, in the order of the log
 * @param last index of the newest entry that it knows
 */
record Course(List<Viewed> views, long last) {

    Course {
        views = List.copyOf(views);
    }

    static Course begun(Recorded opening) {
        return new Course(List.of(), opening.index());
    }

    /** With one more entry of the call. */
    Course after(Recorded recorded) {
        return new Course(
                ApprovalEntries.viewedBy(recorded)
                        .map(viewed ->
                                Stream.concat(views.stream(), Stream.of(viewed)).toList())
                        .orElse(views),
                recorded.index());
    }

    /** When that approver looked at that view. */
    Optional<Viewed> viewed(String approver, String view) {
        return views.stream()
                .filter(viewed ->
                        viewed.approver().equals(approver) && viewed.view().equals(view))
                .reduce((earlier, later) -> later);
    }
}
