package dev.writ.gateway.approval;

import java.util.Set;

/**
 * Whoever is behind a principal, by all that is known of them.
 *
 * @param name of the principal
 * @param persons pseudonyms of the principal's handle and of every person that its keys name
 */
record Somebody(String name, Set<String> persons) {

    Somebody {
        persons = Set.copyOf(persons);
    }

    /** Whether both are one person: two principals of one person are one person. */
    boolean isSame(Somebody other) {
        return name.equals(other.name) || persons.stream().anyMatch(other.persons::contains);
    }

    boolean isPerson(String pseudonym) {
        return persons.contains(pseudonym);
    }

    @Override
    public String toString() {
        return "Somebody[" + name + "]";
    }
}
