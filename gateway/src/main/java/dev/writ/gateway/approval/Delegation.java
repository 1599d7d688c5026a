package dev.writ.gateway.approval;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Groups that an approver has lent to another one, until a time or until either ends it. It lives no longer than the key it was
 * made with, and so no longer than the lender is in those groups by that key.
 *
 * @param lender the principal
 * @param person pseudonym of the person that the lender's key named
 * @param client the key it was made with
 * @param to the principal who may stand for the lender
 * @param until from then on nobody may
 * @param reason absent once it was erased
 */
record Delegation(
        String id,
        String lender,
        Optional<String> person,
        String client,
        String to,
        Set<String> groups,
        Instant at,
        Instant until,
        Optional<String> reason) {

    Delegation {
        groups = Collections.unmodifiableSet(new TreeSet<>(groups));
    }

    boolean isExpiredAt(Instant now) {
        return !now.isBefore(until);
    }

    @Override
    public String toString() {
        return "Delegation[" + id + "]";
    }
}
