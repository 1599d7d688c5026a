package dev.writ.gateway.witness;

import dev.writ.audit.AddCheckpoint;
import dev.writ.audit.AuditLog;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.Cosignature;
import dev.writ.audit.LogKeys;
import dev.writ.audit.VerificationException;
import dev.writ.audit.WitnessAnswer;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.audit.postgres.PostgresCosignatures;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Sends the newest checkpoint to the witnesses and keeps what they say, on one replica at a time. Every replica looks how far the
 * log is witnessed, and that it is not set back.
 *
 * <p>A witness that does not answer is left alone for a while and stops nothing. One that has seen more of this log than there is,
 * or another history, stops everything: either the database was set back, or there are two logs of one name.
 */
@ApplicationScoped
class Publisher {

    private static final Logger LOG = Logger.getLogger(Publisher.class);

    /** After everything has been loaded. */
    private static final int LATE = Interceptor.Priority.APPLICATION + 500;

    private static final int UNKNOWN_KEY = 403;
    private static final int INVALID = 422;

    private final Policy policy;
    private final WitnessedSize witnessed;
    private final Learning learning;
    private final PostgresCosignatures cosignatures;
    private final PostgresAuditLog log;
    private final AuditLog tail;
    private final LogKeys keys;
    private final WitnessConfig config;
    private final WitnessClient client = new WitnessClient();
    private final Vertx vertx;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private volatile Optional<Checkpoint> newest = Optional.empty();
    private volatile boolean isStopped;

    Publisher(
            Policy policy,
            WitnessedSize witnessed,
            Learning learning,
            PostgresCosignatures cosignatures,
            PostgresAuditLog log,
            LogKeys keys,
            WitnessConfig config,
            Vertx vertx,
            InstantSource clock,
            MeterRegistry meters) {
        this.policy = policy;
        this.witnessed = witnessed;
        this.learning = learning;
        this.cosignatures = cosignatures;
        this.log = log;
        this.tail = log;
        this.keys = keys;
        this.config = config;
        this.vertx = vertx;
        this.clock = clock;
        this.meters = meters;
    }

    void start(@Observes @Priority(LATE) StartupEvent started) {
        if (policy.policy().isPresent()) {
            meters.gauge("writ.witness.size", witnessed, WitnessedSize::size);
            meters.gauge("writ.witness.behind", this, Publisher::behind);
            look();
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        isStopped = true;
    }

    /** Entries that are durable and not witnessed. */
    private double behind() {
        return Math.max(0, tail.tail().size() - witnessed.size());
    }

    private void look() {
        // What this process knows to be durable, before it asks.
        long known = tail.tail().size();
        cosignatures
                .head()
                .invoke(head -> requireNotSetBack(head, known))
                .chain(head -> learning.learn().replaceWith(head))
                .chain(head -> cosignatures.lead().invoke(leads -> {
                    if (leads) {
                        ask(head);
                    }
                }))
                .subscribe()
                .with(looked -> again(), failure -> {
                    if (failure instanceof VerificationException) {
                        failClosed(String.valueOf(failure.getMessage()));
                    }
                    // Otherwise the database is away, of which enough is said elsewhere.
                    again();
                });
    }

    private void again() {
        if (!isStopped) {
            vertx.setTimer(Math.max(1, config.interval().toMillis()), due -> look());
        }
    }

    private void requireNotSetBack(Checkpoint head, long known) {
        boolean isOther = newest.filter(last -> head.size() < last.size()
                        || (head.size() == last.size() && !head.root().equals(last.root())))
                .isPresent();
        if (head.size() < known || isOther) {
            throw new VerificationException("its newest checkpoint has size " + head.size()
                    + " and is not what this replica has seen: the database was set back");
        }
        newest = Optional.of(head);
    }

    private void ask(Checkpoint head) {
        for (RemoteWitness witness : policy.witnesses()) {
            if (witness.take(head, clock.instant())) {
                ask(witness, head, true)
                        .subscribe()
                        .with(cosigned -> succeeded(witness), failure -> failed(witness, failure));
            }
        }
    }

    /** @param mayResume whether to go on from the size that the witness says it has */
    private Uni<Void> ask(RemoteWitness witness, Checkpoint head, boolean mayResume) {
        long from = witness.size();
        if (from > head.size()) {
            return accused(witness, "has cosigned size " + from);
        }
        return cosignatures
                .consistency(from, head.size())
                .chain(proof -> client.add(
                        witness.prefix(), new AddCheckpoint(from, proof.path(), head.note()), config.timeout()))
                .chain(answer -> answer.<Uni<Void>>fold(
                        cosigned -> keep(witness, head, cosigned),
                        conflict -> resume(witness, head, conflict, mayResume),
                        refused -> switch (refused.status()) {
                            case INVALID ->
                                accused(witness, "does not find size " + head.size() + " to extend size " + from);
                            case UNKNOWN_KEY -> distrusted(witness, refused.reason());
                            default -> Uni.createFrom().failure(new IllegalStateException(refused.reason()));
                        }));
    }

    /**
     * It trusts no key that signs. Either nobody has told it of a new one, or keys and database are of before a change of keys, and
     * the log has gone on without them.
     */
    private Uni<Void> distrusted(RemoteWitness witness, String reason) {
        return client.latest(witness.prefix(), keys.origin(), config.timeout())
                .onFailure()
                .recoverWithItem(Optional.empty())
                .chain(note -> cosignatures.head().invoke(head -> {
                    note.flatMap(text -> witness.cosigned(keys.origin(), text))
                            .filter(seen -> seen.size() > head.size())
                            .ifPresent(
                                    seen -> failClosed(
                                            "witness " + witness.name() + " has cosigned size " + seen.size()
                                                    + " of this log, and trusts no key of ours: database and keys were set back"));
                    throw new IllegalStateException(reason);
                }))
                .replaceWithVoid();
    }

    private Uni<Void> keep(RemoteWitness witness, Checkpoint head, WitnessAnswer.Cosigned answer) {
        Cosignature cosignature = witness.key()
                .answered(head.note(), answer.lines())
                .orElseThrow(() -> new IllegalStateException("its answer holds no cosignature of its key"));
        return cosignatures
                .store(head.size(), cosignature)
                .invoke(() -> witness.hasCosigned(head))
                .chain(() -> learning.learn());
    }

    private Uni<Void> resume(
            RemoteWitness witness, Checkpoint head, WitnessAnswer.Conflict conflict, boolean mayResume) {
        witness.isAt(conflict.size());
        if (conflict.size() > head.size()) {
            // Another replica may have sent a newer one meanwhile.
            return cosignatures
                    .head()
                    .chain(newer -> conflict.size() > newer.size()
                            ? accused(witness, "has cosigned size " + conflict.size())
                            : Uni.createFrom().voidItem());
        }
        return mayResume
                ? ask(witness, head, false)
                : Uni.createFrom().failure(new IllegalStateException("it changes its mind about its size"));
    }

    /**
     * A witness contradicts our log. It is right unless what it shows as evidence is of this log: whoever operates the witness
     * could stop us anyhow, and a log that may have been set back must not go on.
     */
    private Uni<Void> accused(RemoteWitness witness, String what) {
        return client.latest(witness.prefix(), keys.origin(), config.timeout())
                .onFailure()
                .recoverWithItem(Optional.empty())
                .chain(note -> note.flatMap(this::ours)
                        .map(this::isOfThisLog)
                        .orElseGet(() -> Uni.createFrom().item(false)))
                .invoke(isOurs -> {
                    String told = "witness " + witness.name() + " " + what;
                    if (isOurs) {
                        throw new IllegalStateException("it contradicts itself: " + told);
                    }
                    failClosed(told + " of this log, which is not what the database holds: it was set back, or there"
                            + " are two logs of this name");
                })
                .replaceWithVoid();
    }

    private Optional<Checkpoint> ours(String note) {
        try {
            return Optional.of(keys.verify(note));
        } catch (VerificationException notOurs) {
            return Optional.empty();
        }
    }

    /** Whether our log begins with that tree. */
    private Uni<Boolean> isOfThisLog(Checkpoint seen) {
        return cosignatures
                .head()
                .chain(head -> seen.size() > head.size()
                        ? Uni.createFrom().item(false)
                        : cosignatures.consistency(seen.size(), head.size()).map(proof -> proves(proof, seen, head)));
    }

    static boolean proves(ConsistencyProof proof, Checkpoint first, Checkpoint second) {
        return proof.proves(first.root(), second.root());
    }

    private void failClosed(String reason) {
        log.failClosed(reason);
        // So that the others hear it from the witness themselves.
        isStopped = true;
        cosignatures.resign();
    }

    private void succeeded(RemoteWitness witness) {
        meters.counter("writ.witness.asked", "witness", witness.name(), "result", "cosigned")
                .increment();
        if (witness.succeeded()) {
            LOG.infof("witness cosigns again witness=%s", witness.name());
        }
    }

    private void failed(RemoteWitness witness, Throwable failure) {
        meters.counter("writ.witness.asked", "witness", witness.name(), "result", "failed")
                .increment();
        if (witness.failed(clock.instant())) {
            LOG.warnf(
                    "witness does not cosign and is asked again later; appends go on witness=%s cause=%s",
                    witness.name(),
                    failure instanceof IllegalStateException || failure instanceof VerificationException
                            ? failure.getMessage()
                            : failure.getClass().getSimpleName());
        }
    }
}
