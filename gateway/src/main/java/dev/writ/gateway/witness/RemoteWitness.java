package dev.writ.gateway.witness;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.CosignerKey;
import dev.writ.audit.VerificationException;
import dev.writ.audit.WitnessPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A witness as this process knows it: what it has cosigned, and whether it answers. Safe to share between threads. */
final class RemoteWitness {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final WitnessPolicy.Witness witness;
    private final URI prefix;
    private long size;
    private Optional<Checkpoint> newest = Optional.empty();
    private int failures;
    private Instant pausedUntil = Instant.EPOCH;
    private boolean isAsked;

    RemoteWitness(WitnessPolicy.Witness witness, URI prefix) {
        this.witness = witness;
        this.prefix = prefix;
    }

    String name() {
        return witness.name();
    }

    CosignerKey key() {
        return witness.key().orElseThrow();
    }

    URI prefix() {
        return prefix;
    }

    /** What it shows, if that is of the log of that name and cosigned by it, whatever key of the log has signed it. */
    Optional<Checkpoint> cosigned(String origin, String note) {
        try {
            return Optional.of(Checkpoint.parse(note))
                    .filter(shown -> shown.origin().equals(origin)
                            && key().cosignature(note).isPresent());
        } catch (VerificationException notOne) {
            return Optional.empty();
        }
    }

    /** Whether to ask it for a cosignature of that checkpoint now; if so, nobody else does until it has answered. */
    synchronized boolean take(Checkpoint head, Instant now) {
        boolean isNews = newest.filter(
                        known -> known.size() == head.size() && known.root().equals(head.root()))
                .isEmpty();
        if (isAsked || !isNews || now.isBefore(pausedUntil)) {
            return false;
        }
        isAsked = true;
        return true;
    }

    /** Size of the tree it cosigned last, as far as is known. */
    synchronized long size() {
        return size;
    }

    /** The checkpoint it cosigned last, if that is known. */
    synchronized Optional<Checkpoint> newest() {
        return newest;
    }

    /** It says that it has that size. */
    synchronized void isAt(long told) {
        size = told;
        newest = newest.filter(known -> known.size() == told);
    }

    /** It has cosigned that. */
    synchronized void hasCosigned(Checkpoint head) {
        size = head.size();
        newest = Optional.of(head);
    }

    /** It has answered as it should; whether that ends a trouble. */
    synchronized boolean succeeded() {
        boolean wasInTrouble = failures > 0;
        failures = 0;
        isAsked = false;
        return wasInTrouble;
    }

    /** It has not; whether that begins a trouble. It is left alone for a while, the longer the more often that happens. */
    synchronized boolean failed(Instant now) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 6));
        pausedUntil = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        failures++;
        isAsked = false;
        return failures == 1;
    }

    synchronized boolean isInTrouble() {
        return failures > 0;
    }
}
