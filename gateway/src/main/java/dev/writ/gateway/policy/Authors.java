package dev.writ.gateway.policy;

import java.util.Set;

/** Knows who wrote the rules that decide. */
public interface Authors {

    /**
     * Who wrote that version of a bundle.
     *
     * @param bundle its digest
     * @return nobody if this replica does not know the version yet
     */
    Set<Author> authors(String bundle);
}
