package dev.writ.gateway.identity;

import dev.writ.audit.Pseudonyms;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who is behind a principal, whichever of their keys they use: the one answer to whether two are the same person. Whoever compares the
 * person of the key that was presented overlooks every other key.
 */
@ApplicationScoped
public class People {

    private final Directory directory;
    private final Pseudonyms pseudonyms;

    public People(Directory directory, Pseudonyms pseudonyms) {
        this.directory = directory;
        this.pseudonyms = pseudonyms;
    }

    /** By the key that they presented, and all others. */
    public Somebody of(Approver approver) {
        return of(approver.name(), approver.person());
    }

    /** By all keys that principal ever had. */
    public Somebody of(String principal) {
        return of(principal, Optional.empty());
    }

    /**
     * By all keys that principal ever had, and by what is recorded of whom one of them named.
     *
     * @param person pseudonym of whom it named
     */
    public Somebody of(String principal, Optional<String> person) {
        Set<String> persons = new HashSet<>(directory.personsOf(principal));
        persons.add(pseudonyms.of(principal));
        person.ifPresent(persons::add);
        return new Somebody(principal, persons);
    }
}
