package dev.writ.audit.postgres;

import dev.writ.audit.Settled;
import java.security.SecureRandom;

/** Makes settled drafts ready to be written. Safe for every thread. */
final class Sealer {

    private final SubjectKeys keys;
    private final SecureRandom random;

    Sealer(SubjectKeys keys, SecureRandom random) {
        this.keys = keys;
        this.random = random;
    }

    SubjectKeys keys() {
        return keys;
    }

    /** Seals it; its subject's key is at hand. */
    <T> Sealed<T> seal(Settled<T> settled, long upTo, boolean isProvisional) {
        return Sealed.of(settled, keys.atHand(settled.entry().subjectKey()), random, upTo, isProvisional);
    }
}
