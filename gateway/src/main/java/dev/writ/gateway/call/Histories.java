package dev.writ.gateway.call;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
import dev.writ.audit.LogTail;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.History;
import dev.writ.model.Scope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
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
     * @param lead how far it has come by now
     * @param room for those that a decision sees: the same ones however many are in memory here
     */
    record Snapshot(Whose whose, History history, long last, long readAt, HistoryRoom room, HistoryLead lead) {

        /** With what happened since. */
        History after(List<Recorded> since) {
            History now = lead.after(new HistoryReader.Read(history, last), since, room.call());
            return now.newest(room.calls(), room.memory());
        }
    }

    private final HistoryReader histories;
    private final LogTail tail;
    private final CallConfig config;
    private final BoundedCache<Whose, Kept> kept;

    Histories(AuditLog log, AuditReader reader, CallConfig config) {
        this.histories = new HistoryReader(reader);
        this.tail = log.tail();
        this.config = config;
        this.kept = new BoundedCache<>(
                config.histories(),
                config.historiesMemory().asLongValue(),
                one -> one.either(filling -> 0L, full -> full.history().weight()));
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
        Set<Whose> all = Whose.all(recorded.entry());
        synchronized (kept) {
            all.forEach(whose -> kept.changeIfPresent(
                    whose,
                    before -> before.with(HistoryStep.of(recorded, room(whose).call()), room(whose))));
        }
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
            here = kept.getOrPut(whose, () -> new Filling(new HistoryLead(whose, () -> newest(whose))));
        }
        return here.either(
                filling -> filling.once(whose.isShared(), () -> fill(whose, filling, readAt)),
                full -> Uni.createFrom().item(full.at(whose, readAt, room(whose))));
    }

    private Optional<HistoryReader.Read> newest(Whose whose) {
        synchronized (kept) {
            return kept.get(whose) instanceof Full full
                    ? Optional.of(new HistoryReader.Read(full.history(), full.last()))
                    : Optional.empty();
        }
    }

    private Uni<Snapshot> fill(Whose whose, Filling filling, long readAt) {
        HistoryRoom room = room(whose);
        return histories
                .before(whose, Long.MAX_VALUE, room)
                .onFailure()
                .invoke(() -> forget(whose, filling))
                .map(read -> keep(whose, filling, new Full(read.history(), read.last(), filling.lead))
                        .at(whose, readAt, room));
    }

    /** What it was when the log had that size, read from the log. */
    Uni<History> before(Whose whose, long size) {
        return histories.before(whose, size, room(whose)).map(HistoryReader.Read::history);
    }

    /** As much of it as a decision sees. */
    History seen(Whose whose, History all) {
        HistoryRoom room = room(whose);
        return all.newest(room.calls(), room.memory());
    }

    /** With one more of its entries; more of them are kept than a decision sees, so that few are dropped often. */
    History next(Whose whose, History before, Recorded recorded) {
        HistoryRoom room = room(whose);
        return new Full(before, -1, new HistoryLead(whose, Optional::empty))
                .with(HistoryStep.of(recorded, room.call()), room)
                .history();
    }

    private HistoryRoom room(Whose whose) {
        return HistoryRoom.of(whose, config);
    }

    /** How many are in memory. */
    int size() {
        synchronized (kept) {
            return kept.size();
        }
    }

    /** What those in memory weigh, in bytes. */
    long weight() {
        synchronized (kept) {
            return kept.weight();
        }
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
            for (HistoryStep step : filling.meanwhile) {
                joined = joined.with(step, room(whose));
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
            kept.removeIf(whose -> whose.mayHold(subjectKey));
        }
    }

    private void forget(Whose whose, Filling filling) {
        synchronized (kept) {
            kept.remove(whose, filling);
        }
    }

    private sealed interface Kept {
        Kept with(HistoryStep step, HistoryRoom room);

        <R> R either(Function<Filling, R> filling, Function<Full, R> full);
    }

    /** Being read from the log; what the tail delivers meanwhile waits here. Each is like itself alone. */
    private static final class Filling implements Kept {
        private final List<HistoryStep> meanwhile = new ArrayList<>();
        private final HistoryLead lead;
        private @Nullable Uni<Snapshot> reading;

        Filling(HistoryLead lead) {
            this.lead = lead;
        }

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
            return OnWorker.back(here);
        }

        @Override
        public Filling with(HistoryStep step, HistoryRoom room) {
            meanwhile.add(step);
            lead.forget();
            return this;
        }

        @Override
        public <R> R either(Function<Filling, R> filling, Function<Full, R> full) {
            return filling.apply(this);
        }
    }

    /** What is known, up to and with the entry of index {@code last}. */
    private record Full(History history, long last, HistoryLead lead) implements Kept {
        @Override
        public Full with(HistoryStep step, HistoryRoom room) {
            if (step.index() <= last) {
                return this;
            }
            lead.forget();
            History next = step.in(history);
            // Dropping a quarter at a time keeps the cost per call constant.
            boolean isLong =
                    next.size() > room.calls() + room.calls() / 4 || next.weight() > room.memory() + room.memory() / 4;
            return new Full(isLong ? next.newest(room.calls(), room.memory()) : next, step.index(), lead);
        }

        @Override
        public <R> R either(Function<Filling, R> filling, Function<Full, R> full) {
            return full.apply(this);
        }

        Snapshot at(Whose whose, long readAt, HistoryRoom room) {
            return new Snapshot(whose, history, last, readAt, room, lead);
        }
    }
}
