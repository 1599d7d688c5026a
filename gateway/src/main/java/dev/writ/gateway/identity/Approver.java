package dev.writ.gateway.identity;

import dev.writ.model.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who may decide escalations.
 *
 * @param groups as whose member, by the key
 * @param pseudonym of the principal's handle
 * @param person pseudonym of the person that the key names, if it names one
 */
public record Approver(Principal principal, Set<String> groups, String pseudonym, Optional<String> person) {

    public Approver {
        groups = Set.copyOf(groups);
    }

    public String name() {
        return principal.agent();
    }
}
