package dev.writ.gateway.call;

import java.util.Arrays;
import java.util.Optional;

/** What a submission asks for. */
public enum Mode {
    /** Decide, and if allowed carry it out. */
    EXECUTE,
    /** Only decide; whoever asked carries it out. */
    DECIDE,
    /** Only decide, and have people asked if rules want that; whoever asked comes again, and carries it out. */
    ASK,
    /** Decide as if, and if allowed have the connector's sandbox carry it out: it asks nobody, and counts for nothing. */
    REHEARSE;

    /** As entries and submissions name it: to whoever need not know who waits, {@link #ASK} is {@link #DECIDE}. */
    public String text() {
        return switch (this) {
            case EXECUTE -> "execute";
            case DECIDE, ASK -> "decide";
            case REHEARSE -> "rehearse";
        };
    }

    /** The mode that submissions name so, where nobody waits for a decision; empty if none is. */
    public static Optional<Mode> named(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode != ASK && mode.text().equals(text))
                .findFirst();
    }
}
