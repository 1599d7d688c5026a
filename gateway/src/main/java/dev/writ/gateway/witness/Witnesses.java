package dev.writ.gateway.witness;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Cosignature;
import dev.writ.audit.VerificationException;
import dev.writ.audit.WitnessPolicy;
import dev.writ.audit.postgres.PostgresCosignatures;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells what each witness of this installation has cosigned last, as the database holds it. */
@ApplicationScoped
public class Witnesses {

    private final Policy policy;
    private final PostgresCosignatures cosignatures;

    Witnesses(Policy policy, PostgresCosignatures cosignatures) {
        this.policy = policy;
        this.cosignatures = cosignatures;
    }

    /**
     * A witness that the policy names.
     *
     * @param last empty if none of the newest checkpoints that anybody has cosigned has a cosignature of its key
     */
    public record Standing(String name, Optional<Cosigned> last) {}

    /**
     * What a witness has said, verified with its key.
     *
     * @param size of the checkpoint
     * @param at the time that the witness gives
     */
    public record Cosigned(long size, Instant at) {}

    /** All witnesses in the order of the policy; none without one. */
    public Uni<List<Standing>> all() {
        return policy.policy()
                .map(read -> cosignatures
                        .cosignedAbove(0)
                        .map(cosigned -> read.witnesses().stream()
                                .map(witness -> new Standing(witness.name(), last(witness, cosigned)))
                                .toList()))
                .orElseGet(() -> Uni.createFrom().item(List.of()));
    }

    private static Optional<Cosigned> last(WitnessPolicy.Witness witness, List<Checkpoint> newestFirst) {
        return newestFirst.stream()
                .flatMap(checkpoint -> cosignature(witness, checkpoint).stream()
                        .map(said -> new Cosigned(checkpoint.size(), said.signedAt())))
                .findFirst();
    }

    private static Optional<Cosignature> cosignature(WitnessPolicy.Witness witness, Checkpoint checkpoint) {
        try {
            return witness.key().flatMap(key -> key.cosignature(checkpoint.note()));
        } catch (VerificationException spoilt) {
            return Optional.empty();
        }
    }
}
