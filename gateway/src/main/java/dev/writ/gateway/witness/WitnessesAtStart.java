package dev.writ.gateway.witness;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.LogKeys;
import dev.writ.audit.Recorded;
import dev.writ.audit.VerificationException;
import dev.writ.audit.postgres.PostgresCosignatures;
import dev.writ.gateway.auditing.LogFollower;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Asks each witness what it has seen of this log, before anything is appended to it: what a database that was set back together
 * with the high-water mark cannot tell, a witness can.
 */
@ApplicationScoped
@Priority(1_000)
class WitnessesAtStart implements LogFollower {

    private static final Logger LOG = Logger.getLogger(WitnessesAtStart.class);

    private final Policy policy;
    private final Learning learning;
    private final PostgresCosignatures cosignatures;
    private final LogKeys keys;
    private final WitnessConfig config;
    private final WitnessClient client = new WitnessClient();

    WitnessesAtStart(
            Policy policy, Learning learning, PostgresCosignatures cosignatures, LogKeys keys, WitnessConfig config) {
        this.policy = policy;
        this.learning = learning;
        this.cosignatures = cosignatures;
        this.keys = keys;
        this.config = config;
    }

    @Override
    public Uni<Void> load() {
        // What was published once stays so: the first reader is shown no head that is less witnessed than the last one
        // was.
        return learning.learn().chain(this::askAll);
    }

    private Uni<Void> askAll() {
        List<Uni<Void>> questions = policy.witnesses().stream().map(this::ask).toList();
        return questions.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(questions)
                        .andCollectFailures()
                        .onFailure()
                        .transform(WitnessesAtStart::first)
                        .replaceWithVoid();
    }

    private static Throwable first(Throwable all) {
        return all instanceof CompositeException several ? several.getCauses().get(0) : all;
    }

    @Override
    public void onEntry(Recorded recorded) {
        // The publisher looks by itself.
    }

    private Uni<Void> ask(RemoteWitness witness) {
        return client.latest(witness.prefix(), keys.origin(), config.startTimeout())
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "witness cannot be asked what it has seen of this log witness=%s cause=%s",
                            witness.name(), failure.getClass().getSimpleName());
                    return Optional.empty();
                })
                .chain(note -> note.flatMap(text -> ours(witness, text))
                        .map(seen -> compare(witness, seen))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    private Optional<Checkpoint> ours(RemoteWitness witness, String note) {
        try {
            return Optional.of(keys.verify(note));
        } catch (VerificationException notOurs) {
            // By a key that came after this home was copied, it may be: the witness knew whom it trusted.
            Optional<Checkpoint> cosigned = witness.cosigned(keys.origin(), note);
            if (cosigned.isPresent()) {
                return cosigned;
            }
            LOG.warnf(
                    "witness shows something that this log has not signed witness=%s cause=%s",
                    witness.name(), notOurs.getMessage());
            return Optional.empty();
        }
    }

    private Uni<Void> compare(RemoteWitness witness, Checkpoint seen) {
        return cosignatures
                .head()
                .chain(head -> seen.size() > head.size()
                        ? refused(witness, seen, "the database is at size " + head.size())
                        : cosignatures.consistency(seen.size(), head.size()).chain(proof -> {
                            if (!Publisher.proves(proof, seen, head)) {
                                return refused(witness, seen, "the database holds another history");
                            }
                            witness.hasCosigned(seen);
                            return Uni.createFrom().voidItem();
                        }));
    }

    private static Uni<Void> refused(RemoteWitness witness, Checkpoint seen, String but) {
        return Uni.createFrom()
                .failure(new IllegalStateException("witness " + witness.name() + " has cosigned size " + seen.size()
                        + " of this log, but " + but + ": it was set back, for example to an older backup. Restore the"
                        + " newer one; docs/operations.md says more"));
    }
}
