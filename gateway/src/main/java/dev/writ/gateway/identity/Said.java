package dev.writ.gateway.identity;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.model.JsonString;
import java.util.Optional;
import java.util.Set;

/**
 * What the application says that the person wants: the task of a session, or a turn of it. Agents cannot write it.
 *
 * @param session whose task or turn it is
 * @param text empty if it was erased
 */
public record Said(String session, Optional<String> text) {

    static final String OPENED = "SESSION_OPENED";
    static final String TURN = "SESSION_TURN";

    /** The entries that hold such words. */
    public static final Set<String> KINDS = Set.of(OPENED, TURN);

    /** The inputs of those entries that hold them. */
    public static final Set<String> INPUTS = Set.of("task", "text");

    /** Whether this entry opens a session, with its task. */
    public static boolean opens(Entry entry) {
        return entry.kind().equals(OPENED);
    }

    /** What this entry holds of it. */
    public static Optional<Said> in(Entry entry) {
        if (!KINDS.contains(entry.kind())) {
            return Optional.empty();
        }
        String input = entry.kind().equals(OPENED) ? "task" : "text";
        return entry.column(Column.SESSION)
                .map(session -> new Said(
                        session,
                        entry.input(input)
                                .filter(JsonString.class::isInstance)
                                .map(text -> ((JsonString) text).value())));
    }

    @Override
    public String toString() {
        return "Said[" + session + "]";
    }
}
