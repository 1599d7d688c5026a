package dev.writ.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose earlier calls a rule looks back at. Written in lower case. */
public enum Scope {
    /** Of this agent for this person: what a rule means that does not say otherwise. */
    IDENTITY,
    /** Of all agents for this person; of an agent that acts for nobody, its own. */
    PERSON,
    /** Of this tool, by whomever and for whomever. */
    TOOL,
    /** All of them. */
    FLEET;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Scope> named(String text) {
        return Arrays.stream(values())
                .filter(scope -> scope.text().equals(text))
                .findFirst();
    }
}
