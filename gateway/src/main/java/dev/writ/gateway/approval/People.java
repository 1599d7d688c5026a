package dev.writ.gateway.approval;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Directory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Who is behind a principal, whichever of their keys they use. */
@ApplicationScoped
class People {

    private final Directory directory;
    private final Pseudonyms pseudonyms;

    People(Directory directory, Pseudonyms pseudonyms) {
        this.directory = directory;
        this.pseudonyms = pseudonyms;
    }

    Somebody of(Approver approver) {
        return of(approver.name(), approver.person());
    }

    Somebody of(String principal) {
        return of(principal, Optional.empty());
    }

    /** @param person pseudonym of whom a key of theirs named, which may have been revoked since */
    Somebody of(String principal, Optional<String> person) {
        Set<String> persons = new HashSet<>(directory.personsOf(principal));
        persons.add(pseudonyms.of(principal));
        person.ifPresent(persons::add);
        return new Somebody(principal, persons);
    }
}
