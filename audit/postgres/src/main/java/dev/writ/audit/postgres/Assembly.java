package dev.writ.audit.postgres;

import dev.writ.audit.Frontier;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the next batch from what is known of the log. */
final class Assembly {

    private static final long MOST_BYTES = 8L << 20;
    private static final long MOST_NANOS = Duration.ofMillis(100).toNanos();

    private final int logId;
    private final PostgresAuditLog.Settings settings;
    private final KnownLog known;
    private final Sealer sealer;
    private final Preparation.Detours detours;

    Assembly(
            int logId, PostgresAuditLog.Settings settings, KnownLog known, Sealer sealer, Preparation.Detours detours) {
        this.logId = logId;
        this.settings = settings;
        this.known = known;
        this.sealer = sealer;
        this.detours = detours;
    }

    /** What {@link BatchStatement} takes. */
    Tuple tuple(Batch batch) {
        return BatchStatement.tuple(logId, batch);
    }

    /** Takes drafts out of the line, settles those again whose topics were touched, and signs. */
    Batch assemble(Waiting waiting, int mostDrafts) {
        Batch batch = new Batch(known.head());
        long deadline = System.nanoTime() + MOST_NANOS;
        while (batch.size() < mostDrafts && batch.weight() < MOST_BYTES && System.nanoTime() - deadline < 0) {
            Pending<?> next = waiting.poll();
            if (next == null) {
                break;
            }
            add(batch, next);
            if (batch.erases()) {
                // What follows must not be sealed under the key; whoever settles it later knows.
                break;
            }
        }
        if (batch.size() > 0) {
            Frontier frontier = known.head().frontier().append(batch.leafHashes());
            batch.sign(new Head(frontier, settings.signer().sign(frontier)));
        }
        return batch;
    }

    private <T> void add(Batch batch, Pending<T> pending) {
        Sealed<T> sealed = pending.sealed();
        if (sealed == null || isOutdated(batch, pending, sealed)) {
            if (sealed != null) {
                batch.countSettledAgain();
            }
            sealed = settle(batch, pending);
        }
        if (sealed != null && !answerIfTaken(batch, pending, sealed)) {
            batch.add(pending, sealed);
        }
    }

    private boolean isOutdated(Batch batch, Pending<?> pending, Sealed<?> sealed) {
        if (!sealed.inputs().isEmpty()
                && sealer.keys().isDestroyed(sealed.entry().subjectKey())) {
            return true;
        }
        Set<String> topics = pending.draft().topics();
        return !topics.isEmpty()
                && (batch.isTouched(topics)
                        // What is not kept any more cannot be asked, so it counts as touched.
                        || sealed.upTo() < known.recent().start()
                        || known.recent().isTouched(topics, sealed.upTo()));
    }

    /** Null if it has been answered, or sent round. */
    private <T> @Nullable Sealed<T> settle(Batch batch, Pending<T> pending) {
        Set<String> topics = pending.draft().topics();
        Optional<Recent.Since> since = known.recent().since(topics, pending.unseenFrom());
        if (since.isEmpty()) {
            detours.recall(pending);
            return null;
        }
        boolean isProvisional = batch.isTouched(topics);
        List<Recorded> newer = new ArrayList<>(since.get().entries());
        newer.addAll(batch.touching(topics));
        try {
            Settled<T> settled = pending.settle(Collections.unmodifiableList(newer));
            if (!sealer.keys().suffice(settled.entry())) {
                detours.ensureKey(pending, settled.entry().subjectKey());
                return null;
            }
            Sealed<T> sealed = sealer.seal(settled, since.get().upTo(), isProvisional);
            pending.seal(sealed);
            return sealed;
        } catch (RuntimeException ofTheSettlement) {
            if (isProvisional) {
                // It may be the fault of entries that are not committed in the end.
                batch.afterwards(pending, () -> pending.fail(ofTheSettlement));
            } else {
                pending.fail(ofTheSettlement);
            }
            return null;
        }
    }

    private boolean answerIfTaken(Batch batch, Pending<?> pending, Sealed<?> sealed) {
        for (String key : sealed.entry().keys()) {
            Long holder = known.recent().holder(key);
            if (holder != null) {
                pending.existing(key, holder);
                return true;
            }
            Long inBatch = batch.holder(key);
            if (inBatch != null) {
                batch.afterwards(pending, () -> pending.existing(key, inBatch));
                return true;
            }
        }
        return false;
    }
}
