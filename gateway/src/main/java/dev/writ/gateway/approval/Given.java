package dev.writ.gateway.approval;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One person's approval, as its entry tells it.
 *
 * @param person pseudonym of the person that the approver's key named
 * @param asks what it answers
 * @param reason absent once it was erased
 * @param confirmed whether the approver said which view was seen
 */
record Given(
        long index,
        String approver,
        Optional<String> person,
        List<Ask> asks,
        Optional<String> reason,
        boolean confirmed,
        Instant at) {

    Given {
        asks = List.copyOf(asks);
    }

    @Override
    public String toString() {
        return "Given[" + index + "]";
    }
}
