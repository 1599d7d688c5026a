package dev.writ.gateway.envelope;

import dev.writ.gateway.approval.Consenting;
import dev.writ.gateway.approval.Voice;
import dev.writ.model.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One person's consent to an envelope.
 *
 * @param index of its entry
 * @param client the key it was given with
 * @param person pseudonym of the person that the approver's key named
 * @param group as whose member
 * @param stakes that the approver has in these calls, or whoever lent them the right has
 * @param waited how long after the call was submitted that it was made from
 * @param lent who lent them the right; absent if it is their own
 */
record Consent(
        long index,
        String approver,
        String client,
        Optional<String> person,
        String group,
        Set<Party> stakes,
        Duration waited,
        Optional<Voice.Lent> lent,
        Instant at) {

    Consent {
        stakes = Set.copyOf(stakes);
    }

    /** Every key that it rests on: once one of them is revoked, it counts for nothing. */
    List<String> clients() {
        return Stream.concat(Stream.of(client), lent.stream().map(Voice.Lent::client))
                .toList();
    }

    /** Everybody in whose name it was given. */
    Stream<Consenting.Said> said() {
        return Stream.concat(
                Stream.of(new Consenting.Said(approver, person)),
                lent.stream().map(by -> new Consenting.Said(by.lender(), by.person())));
    }
}
