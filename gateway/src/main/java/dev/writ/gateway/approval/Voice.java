package dev.writ.gateway.approval;

import dev.writ.model.Party;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody answers of what is asked, and by what right.
 *
 * @param group as whose member
 * @param stakes that they have in the call, or whoever lent them the right has
 * @param lent who lent them the right; absent if it is their own
 * @param approvals how many approvals it stands for
 * @param first the group that the rule asks first; absent if the entry is of a time when that was not said
 */
public record Voice(
        Ask ask, String group, Set<Party> stakes, Optional<Lent> lent, int approvals, Optional<String> first) {

    /**
     * By whom a right was lent.
     *
     * @param delegation its id
     * @param person pseudonym of the person that the lender's key named
     * @param client the key it was lent with
     */
    public record Lent(String delegation, String lender, Optional<String> person, String client) {

        @Override
        public String toString() {
            return "Lent[" + delegation + "]";
        }
    }

    /** Of what that asks, and of nothing else that its rule may ask. */
    public Voice(Ask ask, String group, Set<Party> stakes, Optional<Lent> lent, int approvals) {
        this(ask, group, stakes, lent, approvals, Optional.of(ask.requirement().group()));
    }

    public Voice {
        Set<Party> ordered = EnumSet.noneOf(Party.class);
        ordered.addAll(stakes);
        stakes = Set.copyOf(ordered);
    }
}
