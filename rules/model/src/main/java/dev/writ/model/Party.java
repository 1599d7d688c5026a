package dev.writ.model;

import java.util.Locale;

/** Who has a stake in a call, and therefore does not approve it unless the rule that escalates says so. Written in lower case. */
public enum Party {
    /** The agent that submitted the call. */
    REQUESTER,
    /** Who answers for that agent. */
    OWNER,
    /** The person the agent acts for. */
    PERSON,
    /** Who published the rule that asks. */
    AUTHOR;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The party of that name.
     *
     * @throws IllegalArgumentException naming the parties there are
     */
    public static Party parse(String text) {
        for (Party party : values()) {
            if (party.text().equals(text)) {
                return party;
            }
        }
        throw new IllegalArgumentException("there is no such party; the parties are requester, owner, person, author");
    }
}
