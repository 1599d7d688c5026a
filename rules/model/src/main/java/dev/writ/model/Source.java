package dev.writ.model;

import java.util.Locale;

/** Where the whole of an argument's value was seen before. Written in lower case; the best source comes first, and a list has that of its worst item. */
public enum Source {
    /** In the task or a turn that the application gave: the person named it. */
    USER,
    /** An approver wrote it, in place of what the agent had submitted. */
    APPROVER,
    /** In a field of a result that the operator declared as trusted. */
    TRUSTED,
    /** In an item of a result of which the person named another field, such as the title: they spoke of it. */
    REFERRED,
    /** Not as a whole, but each of its words in what the person said or a trusted source returned. */
    COMPOSED,
    /** In what outsiders can write, the whole or a part that nobody else wrote. */
    UNTRUSTED,
    /** Nowhere: the model made it up, or computed it. */
    NOWHERE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
