package dev.writ.gateway.call;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.LogTail;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Scope;
import io.smallrye.mutiny.Multi;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The histories of those that called lately, in memory, fed by the log's tail, and the wider ones that active rules look back at.
 * One that is not here is read from the log when it is asked for.
 */
@ApplicationScoped
class Histories implements LogFollower {

    /**
     * A history at one moment.
     *
     * @param last index of the newest entry that is folded in; -1 if none is
     * @param readAt size of the log up to which nothing is missing
     * @param length of which a decision sees the newest: the same ones however many are in memory here
     */
    record Snapshot(Whose whose, History history, long last, long readAt, int length) {

        /** With what happened since. */
        History after(List<Recorded> since) {
            History now = history;
            for (Recorded recorded : since) {
                if (recorded.index() > last && Whose.all(recorded.entry()).contains(whose)) {
                    now = fold(now, recorded);
                }
            }
            return now.newest(length);
        }
    }

    private static final int MOST_PRUNES = 1_000;

    /** One that waits, is decided again and ends has most. So many entries are of as many calls as a decision sees, or more. */
    private static final int ENTRIES_PER_CALL = 3;

    private final AuditReader reader;
    private final LogTail tail;
    private final CallConfig config;
    private final Map<Whose, Kept> kept;

    Histories(AuditLog log, AuditReader reader, CallConfig config) {
        this.reader = reader;
        this.tail = log.tail();
        this.config = config;
        this.kept = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Whose, Kept> eldest) {
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
        Whose.all(recorded.entry()).forEach(whose -> {
            synchronized (kept) {
                kept.computeIfPresent(whose, (same, before) -> before.with(recorded, length(whose)));
            }
        });
    }

    private int length(Whose whose) {
        return whose.isShared() ? config.sharedHistoryLength() : config.historyLength();
    }

    /** Several at once. */
    Uni<Gathered> of(Map<Scope, Whose> scopes) {
        long readAt = tail.size();
        return Multi.createFrom()
                .iterable(scopes.entrySet())
                .onItem()
                .transformToUniAndMerge(one -> of(one.getValue()).map(snapshot -> Map.entry(one.getKey(), snapshot)))
                .collect()
                .asMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(snapshots -> new Gathered(snapshots, readAt));
    }

    /** Memory only, unless it has not been asked for in long. */
    Uni<Snapshot> of(Whose whose) {
        // Taken first: whatever is appended from here on is the settlement's to fold in.
        long readAt = tail.size();
        Kept here;
        synchronized (kept) {
            here = kept.computeIfAbsent(whose, unknown -> new Filling());
        }
        return here.either(
                filling -> filling.once(whose.isShared(), () -> fill(whose, filling, readAt)),
                full -> Uni.createFrom().item(full.at(whose, readAt, length(whose))));
    }

    private Uni<Snapshot> fill(Whose whose, Filling filling, long readAt) {
        // Each call has two entries.
        int limit = ENTRIES_PER_CALL * length(whose);
        return reader.find(query(whose, Long.MAX_VALUE, limit))
                // Read after them: whatever is missing among them, an entry says so by now.
                .chain(newest -> prunedBefore().map(time -> build(newest, newest.size() == limit, time, length(whose))))
                .onFailure()
                .invoke(() -> forget(whose, filling))
                .map(read -> keep(whose, filling, read).at(whose, readAt, length(whose)));
    }

    /** What it was when the log had that size, read from the log. */
    Uni<History> before(Whose whose, long size) {
        int limit = ENTRIES_PER_CALL * length(whose);
        return reader.find(query(whose, size, limit))
                .chain(newest -> prunedBefore()
                        .map(time -> build(newest, newest.size() == limit, time, length(whose))
                                .history()));
    }

    /** As much of it as a decision sees. */
    History seen(Whose whose, History all) {
        return all.newest(length(whose));
    }

    /** With one more of its entries; more of them are kept than a decision sees, so that few are dropped often. */
    History next(Whose whose, History before, Recorded recorded) {
        return new Full(before, -1).with(recorded, length(whose)).history();
    }

    private static EntryQuery query(Whose whose, long to, int limit) {
        return new EntryQuery(
                whose.columns(), CallEntries.KINDS, 0, to, Optional.empty(), Optional.empty(), true, limit, true);
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

    private static Full build(List<Recorded> newestFirst, boolean cut, Instant prunedBefore, int length) {
        List<Recorded> ordered = new ArrayList<>(newestFirst);
        Collections.reverse(ordered);
        History history = History.empty().truncatedBefore(prunedBefore);
        for (Recorded recorded : ordered) {
            history = fold(history, recorded);
        }
        if (cut) {
            history = history.truncatedAt(ordered.get(0).entry().at());
        }
        return new Full(
                history.newest(length),
                ordered.isEmpty() ? -1 : ordered.get(ordered.size() - 1).index());
    }

    /**
     * Joins what was read with what the tail delivered meanwhile. Where another reading has begun by then, this one missed what
     * lies between the two: its caller is content with it, and it is not kept.
     */
    private Full keep(Whose whose, Filling filling, Full read) {
        synchronized (kept) {
            Kept here = kept.get(whose);
            if (here instanceof Full full) {
                return full;
            }
            Full joined = read;
            for (Recorded recorded : filling.meanwhile) {
                joined = joined.with(recorded, length(whose));
            }
            if (here == filling) {
                kept.put(whose, joined);
            }
            return joined;
        }
    }

    /** What is decrypted here goes at once, and so does what is being read: it may have been read before. */
    private void erase(String subjectKey) {
        synchronized (kept) {
            kept.keySet().removeIf(whose -> whose.mayHold(subjectKey));
        }
    }

    private void forget(Whose whose, Filling filling) {
        synchronized (kept) {
            kept.remove(whose, filling);
        }
    }

    /** The history with one more of its entries. */
    static History fold(History history, Recorded recorded) {
        Entry entry = recorded.entry();
        Optional<Past> past = CallEntries.past(recorded);
        if (past.isPresent()) {
            // What a call was about that cannot be read any more might be anything: rules that look so far back are in
            // doubt.
            History before =
                    CallEntries.input(entry, CallEntries.FACTS).isPresent() ? history : history.truncatedAt(entry.at());
            // A call that waited and is decided again counts once, and from now on.
            return CallEntries.waited(entry)
                    .map(waited -> before.without(past.get().tool(), waited))
                    .orElse(before)
                    .plus(past.get());
        }
        JsonObject extracts = CallEntries.input(entry, CallEntries.EXTRACTS).orElse(JsonObject.empty());
        boolean isHearsay = Report.By.of(entry).filter(Report.By.AGENT::equals).isPresent();
        return history.replace(
                CallEntries.tool(entry),
                CallEntries.decidedIndex(entry),
                ended -> isHearsay ? claimed(ended) : ended.ended(CallEntries.outcome(entry), extracts));
    }

    /** The agent says that it made the call, or that it failed: nobody can tell, and whoever can has the last word. */
    private static Past claimed(Past call) {
        return call.outcome() == Outcome.NONE ? call.ended(Outcome.UNKNOWN, JsonObject.empty()) : call;
    }

    private sealed interface Kept {
        Kept with(Recorded recorded, int length);

        <R> R either(Function<Filling, R> filling, Function<Full, R> full);
    }

    /** Being read from the log; what the tail delivers meanwhile waits here. Each is like itself alone. */
    private static final class Filling implements Kept {
        private final List<Recorded> meanwhile = new ArrayList<>();
        private @Nullable Uni<Snapshot> reading;

        /** What many share is read once for all who ask meanwhile; they get it as of when the first one asked. */
        synchronized Uni<Snapshot> once(boolean isShared, Supplier<Uni<Snapshot>> read) {
            if (!isShared) {
                return read.get();
            }
            Uni<Snapshot> here = reading;
            if (here == null) {
                here = read.get().memoize().indefinitely();
                reading = here;
            }
            return here;
        }

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
            return new Full(next.size() > length + length / 4 ? next.newest(length) : next, recorded.index());
        }

        @Override
        public <R> R either(Function<Filling, R> filling, Function<Full, R> full) {
            return full.apply(this);
        }

        Snapshot at(Whose whose, long readAt, int length) {
            return new Snapshot(whose, history, last, readAt, length);
        }
    }
}
