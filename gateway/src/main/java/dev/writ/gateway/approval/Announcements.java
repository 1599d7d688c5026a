package dev.writ.gateway.approval;

import dev.writ.audit.RowChange;
import java.util.List;

/** Tells people outside of the gateway what becomes of an escalation. */
@FunctionalInterface
public interface Announcements {

    /** What people are told of. */
    enum Event {
        OPENED,
        ENDED
    }

    /** What an entry of that event adds to its transaction, so that people are told if and only if it happened. Pure. */
    List<RowChange> of(Event event, Escalation escalation);
}
