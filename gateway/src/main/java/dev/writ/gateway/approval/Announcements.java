package dev.writ.gateway.approval;

import dev.writ.audit.RowChange;
import java.util.List;
import java.util.Set;

/** Tells people outside of the gateway what becomes of an escalation. */
@FunctionalInterface
public interface Announcements {

    /** What people are told of. */
    enum Event {
        /** A call waits. */
        OPENED,
        /** Further groups are asked. */
        RAISED,
        /** Somebody did not wait for those who are asked. */
        BREAK_GLASS,
        ENDED
    }

    /**
     * What an entry of that event adds to its transaction, so that people are told if and only if it happened. Pure.
     *
     * @param groups whose members are told
     */
    List<RowChange> of(Event event, Escalation escalation, Set<String> groups);
}
