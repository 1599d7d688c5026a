package dev.writ.audit;

import java.util.Locale;

/** The members of an entry that can be filtered by. Their names are those of the leaf, the table and the wire. */
public enum Column {
    CALL,
    VERDICT,
    AGENT,
    /** The pseudonym of the person an agent acts for. */
    SUBJECT,
    SESSION,
    TOOL,
    RULE,
    BUNDLE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
