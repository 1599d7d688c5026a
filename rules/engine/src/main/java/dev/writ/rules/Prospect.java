package dev.writ.rules;

/** What rules make of a call of which only the caller and the tool are known. */
public enum Prospect {
    /** No rule could allow it or let people allow it, whatever its arguments are. */
    NONE,
    /** Some rule could, with the right arguments and history. */
    POSSIBLE,
    /** A rule denies it, whatever its arguments are. */
    HOPELESS
}
