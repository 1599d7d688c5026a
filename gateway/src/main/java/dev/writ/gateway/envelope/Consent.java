package dev.writ.gateway.envelope;

import dev.writ.model.Party;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One person's consent to an envelope.
 *
 * @param index of its entry
 * @param client the key it was given with
 * @param stakes that the approver has in these calls
 * @param person pseudonym of the person that the approver's key named
 */
record Consent(long index, String approver, String client, Set<Party> stakes, Optional<String> person, Instant at) {

    Consent {
        stakes = Set.copyOf(stakes);
    }
}
