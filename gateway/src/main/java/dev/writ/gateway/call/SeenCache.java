package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.origin.OriginConfig;
import dev.writ.gateway.origin.SeenTexts;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Texts in memory, by whose they are: read from the log when they are asked for, and from then on fed by its tail. What was read
 * while somebody was erased, or something pruned or expired, may hold it, so it is not kept: whoever waited for it finds nothing.
 */
final class SeenCache<K> {

    /** What tools answered is gone then, here as in the log. */
    private static final String RESULTS_EXPIRED = "RESULTS_EXPIRED";

    private final Source<K> source;
    private final long room;
    private final BoundedCache<K, SightingReader.Read> kept;

    /** Guarded as {@link #kept} is. */
    private final Map<K, Pending> pending = new HashMap<>();

    SeenCache(OriginConfig config, Source<K> source) {
        this.source = source;
        this.room = config.memory().asLongValue();
        this.kept = new BoundedCache<>(
                config.identities(),
                config.totalMemory().asLongValue(),
                one -> one.seen().weight());
    }

    /** Where texts come from, and whose they are. */
    interface Source<K> extends SightingReader.Fold {

        /** Empty if the entry is about nobody's texts. */
        Optional<K> whose(Entry entry);

        /** The key under which they are encrypted. */
        String subjectKey(K whose);

        Uni<SightingReader.Read> read(K whose);
    }

    /** One reading of the log, equal to no other: what it finds counts only while nobody has ended it. */
    private static final class Reading {

        /** Entries that arrived since it began. */
        private final List<Recorded> meanwhile = new ArrayList<>();
    }

    /** @param done for all who wait for it */
    private record Pending(Reading reading, Uni<Void> done) {}

    void onEntry(Recorded recorded) {
        Entry entry = recorded.entry();
        synchronized (kept) {
            // What is being read now may not be kept either.
            Erasures.erasedBy(entry).ifPresent(erased -> {
                kept.removeIf(whose -> source.subjectKey(whose).equals(erased));
                pending.keySet().removeIf(whose -> source.subjectKey(whose).equals(erased));
            });
            if (entry.kind().equals(Pruning.KIND) || entry.kind().equals(RESULTS_EXPIRED)) {
                kept.clear();
                pending.clear();
            }
            source.whose(entry).ifPresent(whose -> {
                kept.changeIfPresent(whose, before -> before.with(recorded, source, room));
                Pending reading = pending.get(whose);
                if (reading != null) {
                    reading.reading().meanwhile.add(recorded);
                }
            });
        }
    }

    /** Makes sure that they are in memory. */
    Uni<Void> fill(K whose) {
        synchronized (kept) {
            if (kept.get(whose) != null) {
                return Uni.createFrom().voidItem();
            }
            Pending already = pending.get(whose);
            if (already != null) {
                return already.done();
            }
            Reading reading = new Reading();
            Uni<Void> done = read(whose, reading).memoize().indefinitely();
            pending.put(whose, new Pending(reading, done));
            return done;
        }
    }

    private Uni<Void> read(K whose, Reading reading) {
        return source.read(whose)
                .invoke(read -> keep(whose, reading, read))
                .onFailure()
                .invoke(() -> end(whose, reading))
                .replaceWithVoid();
    }

    /** Whether it was still wanted. */
    private boolean end(K whose, Reading reading) {
        synchronized (kept) {
            Pending here = pending.get(whose);
            return here != null && here.reading().equals(reading) && pending.remove(whose, here);
        }
    }

    private void keep(K whose, Reading reading, SightingReader.Read read) {
        synchronized (kept) {
            if (end(whose, reading)) {
                SightingReader.Read joined = read;
                for (Recorded recorded : reading.meanwhile) {
                    joined = joined.with(recorded, source, room);
                }
                kept.put(whose, joined);
            }
        }
    }

    /**
     * Memory only; nothing is known of what is not there.
     *
     * @param since entries, some of which may have arrived here already
     */
    SeenTexts of(K whose, List<Recorded> since) {
        SightingReader.Read now;
        synchronized (kept) {
            now = kept.get(whose);
        }
        if (now == null) {
            return SeenTexts.UNKNOWN;
        }
        for (Recorded recorded : since) {
            if (source.whose(recorded.entry()).filter(whose::equals).isPresent()) {
                now = now.with(recorded, source, room);
            }
        }
        return now.seen();
    }

    /** How many are in memory. */
    int size() {
        synchronized (kept) {
            return kept.size();
        }
    }

    /** What they take, in bytes. */
    long weight() {
        synchronized (kept) {
            return kept.weight();
        }
    }
}
