package dev.writ.gateway.call;

/** What a submission asks for. */
public enum Mode {
    /** Decide, and if allowed carry it out. */
    EXECUTE,
    /** Only decide; whoever asked carries it out. */
    DECIDE,
    /** Only decide, and have people asked if rules want that; whoever asked comes again, and carries it out. */
    ASK;

    /** As entries and submissions name it: to whoever need not know who waits, {@link #ASK} is {@link #DECIDE}. */
    public String text() {
        return this == EXECUTE ? "execute" : "decide";
    }
}
