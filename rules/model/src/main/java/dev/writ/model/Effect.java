package dev.writ.model;

import java.util.Locale;

/** What a rule, or all of them together, say of a call. Written in lower case. */
public enum Effect {
    ALLOW,
    DENY,
    ESCALATE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
