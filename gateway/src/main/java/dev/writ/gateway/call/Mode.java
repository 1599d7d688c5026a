package dev.writ.gateway.call;

import java.util.Locale;

/** What a submission asks for. Written in lower case. */
public enum Mode {
    /** Decide, and if allowed carry it out. */
    EXECUTE,
    /** Only decide; whoever asked carries it out. */
    DECIDE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
