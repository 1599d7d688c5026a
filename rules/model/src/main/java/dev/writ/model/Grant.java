package dev.writ.model;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One person's approval of one call, as far as it answers one rule. It was given for exactly this call's arguments, or for an envelope
 * that this call is inside of.
 *
 * @param index of the entry that records it
 * @param rule that asked
 * @param group as whose member the approver spoke
 * @param approver the principal
 * @param client the credential it was given with
 * @param stakes that the approver has in the call
 * @param until from then on it counts for nothing
 * @param envelope that it was given for; empty if for this call alone
 */
public record Grant(
        long index,
        String rule,
        String group,
        String approver,
        String client,
        Set<Party> stakes,
        Instant until,
        Optional<EnvelopeUse> envelope) {

    public Grant {
        stakes = Set.copyOf(stakes);
    }

    /** For one call. */
    public Grant(
            long index, String rule, String group, String approver, String client, Set<Party> stakes, Instant until) {
        this(index, rule, group, approver, client, stakes, until, Optional.empty());
    }

    public boolean isLiveAt(Instant now) {
        return now.isBefore(until);
    }

    boolean answers(Verdict verdict) {
        return verdict.rule().equals(rule)
                && verdict.requirement()
                        .filter(requirement -> requirement.group().equals(group)
                                && (envelope.isEmpty() || requirement.envelope().isPresent())
                                && requirement.allowed().containsAll(stakes))
                        .isPresent();
    }
}
