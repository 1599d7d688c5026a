package dev.writ.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
 * @param authority under which it counts for what it does
 */
public record Grant(
        long index,
        String rule,
        String group,
        String approver,
        String client,
        Set<Party> stakes,
        Instant until,
        Authority authority) {

    /**
     * What lets a grant count.
     *
     * @param waited how long after the call was submitted it was given; a group further up a ladder has no say before its time
     * @param lender the credential with which the right to give it was lent; absent if it is the approver's own
     * @param approvals how many it stands for: one, or as many as were asked where somebody broke the glass
     * @param passkey the passkey it is signed with; empty if it is not signed
     * @param envelope that it was given for; empty if for one call alone
     * @param first the group that the rule asked first when it was given; empty if its entry does not say
     */
    public record Authority(
            Duration waited,
            Optional<String> lender,
            int approvals,
            Optional<String> passkey,
            Optional<EnvelopeUse> envelope,
            Optional<String> first) {

        /** Of somebody who was asked from the start, for themselves. */
        public static final Authority OWN = new Authority(Duration.ZERO, Optional.empty(), 1, Optional.empty());

        public Authority {
            if (waited.isNegative() || approvals < 1) {
                throw new IllegalArgumentException("nobody answers before they are asked, or for nobody");
            }
            if (envelope.isPresent() && (approvals > 1 || passkey.isPresent())) {
                throw new IllegalArgumentException("what is signed, or stands for others, is for one call alone");
            }
        }

        /** For one call. */
        public Authority(Duration waited, Optional<String> lender, int approvals, Optional<String> passkey) {
            this(waited, lender, approvals, passkey, Optional.empty(), Optional.empty());
        }

        /** Of one approval for calls alike. */
        public static Authority of(EnvelopeUse envelope, Duration waited, Optional<String> lender) {
            return new Authority(waited, lender, 1, Optional.empty(), Optional.of(envelope), Optional.empty());
        }

        /** The same, given when the rule asked that group first; empty if that is not known. */
        public Authority asked(Optional<String> group) {
            return new Authority(waited, lender, approvals, passkey, envelope, group);
        }
    }

    public Grant {
        stakes = Set.copyOf(stakes);
    }

    /** By somebody who was asked from the start, for themselves. */
    public Grant(
            long index, String rule, String group, String approver, String client, Set<Party> stakes, Instant until) {
        this(index, rule, group, approver, client, stakes, until, Authority.OWN);
    }

    /** Every credential that it rests on: once one of them is taken away, it counts for nothing. */
    public List<String> clients() {
        return authority.lender().map(lender -> List.of(client, lender)).orElseGet(() -> List.of(client));
    }

    /** The passkey it is signed with; empty if it is not signed. */
    public Optional<String> passkey() {
        return authority.passkey();
    }

    /** Which use of which envelope it is; empty if it was given for one call alone. */
    public Optional<EnvelopeUse> envelope() {
        return authority.envelope();
    }

    public boolean isLiveAt(Instant now) {
        return now.isBefore(until);
    }

    boolean answers(Verdict verdict) {
        return verdict.rule().equals(rule)
                && verdict.requirement()
                        .filter(requirement -> authority
                                        .first()
                                        .map(requirement.group()::equals)
                                        .orElse(true)
                                && requirement.isAsked(group, authority.waited())
                                && requirement.allowed().containsAll(stakes)
                                && (envelope().isEmpty()
                                        || requirement.envelope().isPresent())
                                && (!requirement.signed() || authority.passkey().isPresent()))
                        .isPresent();
    }
}
