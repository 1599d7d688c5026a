package dev.writ.model;

import java.util.Locale;

/** What a principal may do. Written in lower case. */
public enum Role {
    /** Submits tool calls. */
    AGENT,
    /** The program around the model: opens sessions and adds user turns. */
    APPLICATION,
    /** Reports outcomes of effects that happened outside the gateway. */
    REPORTER,
    /** Writes and publishes policy. */
    AUTHOR,
    /** Approves policy. */
    REVIEWER,
    /** Decides escalations. */
    APPROVER,
    /** Reads the log. */
    AUDITOR,
    /** Registers connectors, tools and agents, and holds the kill switch. */
    OPERATOR,
    /** Issues and revokes keys. */
    ADMIN;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of that name.
     *
     * @throws IllegalArgumentException naming the roles there are
     */
    public static Role parse(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                "there is no such role; the roles are agent, application, reporter, author, reviewer,"
                        + " approver, auditor, operator, admin");
    }
}
