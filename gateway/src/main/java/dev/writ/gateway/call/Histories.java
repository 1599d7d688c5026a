package dev.writ.gateway.call;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.LogTail;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Past;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The histories of identities that called lately, in memory, fed by the log's tail. One that is not here is read from the log
 * when its identity calls.
 */
@ApplicationScoped
class Histories implements LogFollower {

    /**
     * A history at one moment.
     *
     * @param last index of the newest entry that is folded in; -1 if none is
     * @param readAt size of the log up to which nothing is missing
     */
    record Snapshot(History history, long last, long readAt) {

        /** With what happened since. */
        History after(List<Recorded> since, Identity identity) {
            History now = history;
            for (Recorded recorded : since) {
                if (recorded.index() > last
                        && Identity.of(recorded.entry())
                                .filter(identity::equals)
                                .isPresent()) {
                    now = fold(now, recorded);
                }
            }
            return now;
        }
    }

    private static final int MOST_PRUNES = 1_000;

    private final AuditReader reader;
    private final LogTail tail;
    private final CallConfig config;
    private final Map<Identity, Kept> kept;

    Histories(AuditLog log, AuditReader reader, CallConfig config) {
        this.reader = reader;
        this.tail = log.tail();
        this.config = config;
        this.kept = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Identity, Kept> eldest) {
                return size() > config.histories();
            }
        };
    }

    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        Erasures.erasedBy(recorded.entry()).ifPresent(this::erase);
        if (recorded.entry().kind().equals(Pruning.KIND)) {
            // What is in memory reaches further back than what another replica will read.
            synchronized (kept) {
                kept.clear();
            }
        }
        Identity.of(recorded.entry()).ifPresent(identity -> {
            synchronized (kept) {
                kept.computeIfPresent(identity, (same, before) -> before.with(recorded, config.historyLength()));
            }
        });
    }

    /** Memory only, unless the identity has not called for long. */
    Uni<Snapshot> of(Identity identity) {
        // Taken first: whatever is appended from here on is the settlement's to fold in.
        long readAt = tail.size();
        Kept here;
        synchronized (kept) {
            here = kept.computeIfAbsent(identity, unknown -> new Filling());
        }
        return here.either(
                filling -> fill(identity, filling, readAt),
                full -> Uni.createFrom().item(full.at(readAt)));
    }

    private Uni<Snapshot> fill(Identity identity, Filling filling, long readAt) {
        Map<Column, String> columns = Map.of(Column.AGENT, identity.agent(), Column.SUBJECT, identity.pseudonym());
        // Each call has two entries.
        int limit = 2 * config.historyLength();
        EntryQuery query = new EntryQuery(
                columns, CallEntries.KINDS, 0, Long.MAX_VALUE, Optional.empty(), Optional.empty(), true, limit, true);
        return reader.find(query)
                // Read after them: whatever is missing among them, an entry says so by now.
                .chain(newest -> prunedBefore().map(time -> build(newest, newest.size() == limit, time)))
                .onFailure()
                .invoke(() -> forget(identity, filling))
                .map(read -> keep(identity, filling, read).at(readAt));
    }

    private Uni<Instant> prunedBefore() {
        EntryQuery prunes = new EntryQuery(
                Map.of(),
                Set.of(Pruning.KIND),
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                true,
                MOST_PRUNES,
                false);
        return reader.find(prunes)
                .map(found -> found.stream()
                        .map(recorded -> recorded.entry()
                                .body()
                                .text("before")
                                .map(Instant::parse)
                                .orElse(recorded.entry().at()))
                        .max(Comparator.naturalOrder())
                        .orElse(Instant.MIN));
    }

    private static Full build(List<Recorded> newestFirst, boolean cut, Instant prunedBefore) {
        List<Recorded> ordered = new ArrayList<>(newestFirst);
        Collections.reverse(ordered);
        History history = History.empty().truncatedBefore(prunedBefore);
        for (Recorded recorded : ordered) {
            history = fold(history, recorded);
        }
        if (cut) {
            history = history.truncatedBefore(ordered.get(0).entry().at().plusNanos(1_000));
        }
        return new Full(
                history,
                ordered.isEmpty() ? -1 : ordered.get(ordered.size() - 1).index());
    }

    /**
     * Joins what was read with what the tail delivered meanwhile. Where another reading has begun by then, this one missed what
     * lies between the two: its caller is content with it, and it is not kept.
     */
    private Full keep(Identity identity, Filling filling, Full read) {
        synchronized (kept) {
            Kept here = kept.get(identity);
            if (here instanceof Full full) {
                return full;
            }
            Full joined = read;
            for (Recorded recorded : filling.meanwhile) {
                joined = joined.with(recorded, config.historyLength());
            }
            if (here == filling) {
                kept.put(identity, joined);
            }
            return joined;
        }
    }

    /** What is decrypted here goes at once, and so does what is being read: it may have been read before. */
    private void erase(String subjectKey) {
        synchronized (kept) {
            kept.keySet().removeIf(identity -> identity.subjectKey().equals(subjectKey));
        }
    }

    private void forget(Identity identity, Filling filling) {
        synchronized (kept) {
            kept.remove(identity, filling);
        }
    }

    /** The history with one more entry of its identity. */
    static History fold(History history, Recorded recorded) {
        Entry entry = recorded.entry();
        Optional<Past> past = CallEntries.past(recorded);
        if (past.isPresent()) {
            // What a call was about that cannot be read any more might be anything: rules that look so far back are in
            // doubt.
            History before = CallEntries.input(entry, CallEntries.FACTS).isPresent()
                    ? history
                    : history.truncatedBefore(entry.at().plusNanos(1_000));
            // A call that waited and is decided again counts once, and from now on.
            return CallEntries.waited(entry)
                    .map(waited -> before.without(past.get().tool(), waited))
                    .orElse(before)
                    .plus(past.get());
        }
        JsonObject extracts = CallEntries.input(entry, CallEntries.EXTRACTS).orElse(JsonObject.empty());
        return history.replace(
                CallEntries.tool(entry),
                CallEntries.decidedIndex(entry),
                ended -> ended.ended(CallEntries.outcome(entry), extracts));
    }

    private sealed interface Kept {
        Kept with(Recorded recorded, int length);

        <R> R either(Function<Filling, R> filling, Function<Full, R> full);
    }

    /** Being read from the log; what the tail delivers meanwhile waits here. Each is like itself alone. */
    private static final class Filling implements Kept {
        private final List<Recorded> meanwhile = new ArrayList<>();

        @Override
        public Filling with(Recorded recorded, int length) {
            meanwhile.add(recorded);
            return this;
        }

        @Override
        public <R> R either(Function<Filling, R> filling, Function<Full, R> full) {
            return filling.apply(this);
        }
    }

    /** What is known, up to and with the entry of index {@code last}. */
    private record Full(History history, long last) implements Kept {
        @Override
        public Full with(Recorded recorded, int length) {
            if (recorded.index() <= last) {
                return this;
            }
            History next = fold(history, recorded);
            // Dropping a quarter at a time keeps the cost per call constant.
            return new Full(next.size() > length + length / 4 ? newest(next, length) : next, recorded.index());
        }

        @Override
        public <R> R either(Function<Filling, R> filling, Function<Full, R> full) {
            return full.apply(this);
        }

        Snapshot at(long readAt) {
            return new Snapshot(history, last, readAt);
        }

        private static History newest(History history, int length) {
            List<Past> all = history.toList();
            List<Past> dropped = all.subList(0, all.size() - length);
            Instant completeSince = dropped.stream()
                    .map(Past::at)
                    .reduce(
                            history.completeSince(),
                            (latest, at) -> at.isBefore(latest) ? latest : at.plusNanos(1_000));
            return History.of(all.subList(dropped.size(), all.size())).truncatedBefore(completeSince);
        }
    }
}
