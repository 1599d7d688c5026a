package dev.writ.model;

import java.util.Locale;

/** What became of a call. Written in lower case. */
public enum Outcome {
    /** It was not allowed, or only asked about, so nothing was to happen. */
    NONE,
    /** It was allowed and its outcome is not in the log yet. */
    PENDING,
    /** The tool did it. */
    SUCCEEDED,
    /** The tool answered that it did not. */
    FAILED,
    /** Nobody can tell: the request may have had its effect. */
    UNKNOWN,
    /** It was allowed, and the gateway knows that it was never sent. */
    ABANDONED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
