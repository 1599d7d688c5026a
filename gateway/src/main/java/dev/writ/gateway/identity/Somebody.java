package dev.writ.gateway.identity;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whoever is behind a principal, by all that is known of them.
 *
 * @param name of the principal
 * @param persons pseudonyms of the principal's handle and of every person that its keys name
 */
public record Somebody(String name, Set<String> persons) {

    public Somebody {
        persons = Set.copyOf(persons);
    }

    /** Whether both are one person: two principals of one person are one person. */
    public boolean isSame(Somebody other) {
        return name.equals(other.name) || persons.stream().anyMatch(other.persons::contains);
    }

    public boolean isPerson(String pseudonym) {
        return persons.contains(pseudonym);
    }

    /** How many people these are. Two who are the same as a third are the same. */
    public static int count(Collection<Somebody> all) {
        Set<Somebody> left = new HashSet<>(all);
        int people = 0;
        while (!left.isEmpty()) {
            Deque<Somebody> found = new ArrayDeque<>(List.of(left.iterator().next()));
            while (!found.isEmpty()) {
                Somebody one = found.pop();
                left.remove(one);
                left.stream().filter(one::isSame).forEach(found::push);
            }
            people++;
        }
        return people;
    }

    @Override
    public String toString() {
        return "Somebody[" + name + "]";
    }
}
