package dev.writ.audit.postgres;

import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import java.util.List;
import java.util.Optional;

/** What is done for a draft before the lock: settle, encrypt, make the leaf. Safe for every thread. */
final class Preparation {

    /** Whoever depends on what changed this lately will have to settle again under the lock anyway. */
    private static final long HOT = 256;

    private final Recent recent;
    private final Sealer sealer;
    private final Detours detours;

    /** Ways round that take a look into the database; each ends in the line or with a failure. */
    interface Detours {

        /** Its topics were read so long ago that what happened since is not in memory. */
        void recall(Pending<?> pending);

        /** The key of its subject is not at hand. */
        void ensureKey(Pending<?> pending, String subjectKey);

        /** Nothing is missing. */
        void ready(Pending<?> pending);
    }

    Preparation(Recent recent, Sealer sealer, Detours detours) {
        this.recent = recent;
        this.sealer = sealer;
        this.detours = detours;
    }

    <T> void prepare(Pending<T> pending) {
        var topics = pending.draft().topics();
        Optional<Recent.Since> since = recent.since(topics, pending.unseenFrom());
        if (since.isEmpty()) {
            detours.recall(pending);
            return;
        }
        long upTo = since.get().upTo();
        if (recent.isTouched(topics, upTo - HOT)) {
            detours.ready(pending);
            return;
        }
        attempt(pending, since.get().entries(), upTo);
    }

    private <T> void attempt(Pending<T> pending, List<Recorded> since, long upTo) {
        try {
            Settled<T> settled = pending.settle(since);
            if (!answerIfTaken(pending, settled)) {
                if (sealer.keys().suffice(settled.entry())) {
                    pending.seal(sealer.seal(settled, upTo, false));
                    detours.ready(pending);
                } else {
                    detours.ensureKey(pending, settled.entry().subjectKey());
                }
            }
        } catch (RuntimeException ofTheSettlement) {
            pending.fail(ofTheSettlement);
        }
    }

    private boolean answerIfTaken(Pending<?> pending, Settled<?> settled) {
        for (String key : settled.entry().keys()) {
            Long holder = recent.holder(key);
            if (holder != null) {
                pending.existing(key, holder);
                return true;
            }
        }
        return false;
    }
}
