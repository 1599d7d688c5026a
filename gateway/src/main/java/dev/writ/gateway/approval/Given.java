package dev.writ.gateway.approval;

import dev.writ.model.Party;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One person's approval, as its entry tells it.
 *
 * @param client the key it was given with
 * @param stakes that the approver has in the call
 * @param person pseudonym of the person that the approver's key named
 * @param asks what it answers
 * @param reason absent once it was erased
 * @param confirmed whether the approver said which view was seen
 */
public record Given(
        long index,
        String approver,
        String client,
        Set<Party> stakes,
        Optional<String> person,
        List<Ask> asks,
        Optional<String> reason,
        boolean confirmed,
        Instant at) {

    public Given {
        stakes = Set.copyOf(stakes);
        asks = List.copyOf(asks);
    }

    @Override
    public String toString() {
        return "Given[" + index + "]";
    }
}
