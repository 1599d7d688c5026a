package dev.writ.gateway.witness;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.VerificationException;
import dev.writ.audit.WitnessPolicy;
import dev.writ.audit.postgres.PostgresCosignatures;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Looks what the database knows to be cosigned. */
@ApplicationScoped
class Learning {

    private static final Logger LOG = Logger.getLogger(Learning.class);

    private final Policy policy;
    private final WitnessedSize witnessed;
    private final PostgresCosignatures cosignatures;

    Learning(Policy policy, WitnessedSize witnessed, PostgresCosignatures cosignatures) {
        this.policy = policy;
        this.witnessed = witnessed;
        this.cosignatures = cosignatures;
    }

    Uni<Void> learn() {
        return policy.policy()
                .map(read -> cosignatures
                        .cosignedAbove(witnessed.size())
                        .invoke(cosigned -> cosigned.stream()
                                .filter(checkpoint -> isWitnessed(read, checkpoint))
                                .findFirst()
                                .ifPresent(checkpoint -> raise(read, checkpoint)))
                        .replaceWithVoid())
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private void raise(WitnessPolicy read, Checkpoint checkpoint) {
        if (read.asksForWitnesses()) {
            witnessed.raise(checkpoint);
        } else {
            // Nobody is waited for, and so the newest head is published.
            witnessed.raise(checkpoint.size());
        }
    }

    private static boolean isWitnessed(WitnessPolicy read, Checkpoint cosigned) {
        try {
            return read.isMetBy(cosigned.note());
        } catch (VerificationException spoilt) {
            LOG.errorf("a stored cosignature does not verify and is not used size=%d", cosigned.size());
            return false;
        }
    }
}
