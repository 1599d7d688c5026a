package dev.writ.model;

import java.util.Locale;

/** Where the whole of an argument's value was seen before. Written in lower case; the best source comes first. */
public enum Source {
    /** In the task or a turn that the application gave: the person named it. */
    USER,
    /** In a field of a result that the operator declared as trusted. */
    TRUSTED,
    /** Only in what outsiders can write, or in parts from more than one place. */
    UNTRUSTED,
    /** Nowhere: the model made it up, or computed it. */
    NOWHERE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
