package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.model.History;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a history has come by now. Where many calls of one history are decided one after the other under the log's lock, each
 * goes on from where the one before it was, and not from where its own caller had read it. The answer is the same either way.
 */
final class HistoryLead {

    private final Whose whose;
    private final Supplier<Optional<HistoryReader.Read>> newest;

    /** What was last gone through: entries of a batch that is not durable yet. */
    private volatile @Nullable Batch batch;

    /** @param entries told by their identity alone: what they say of others is not to stay here */
    private record Batch(HistoryReader.Read from, List<WeakReference<Recorded>> entries, History history) {

        static Batch of(HistoryReader.Read from, List<Recorded> entries, History history) {
            return new Batch(from, entries.stream().map(WeakReference::new).toList(), history);
        }

        /** Whether these begin with the very same entries: another batch may have others of the same indices. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(HistoryReader.Read read, List<Recorded> all) {
            if (from.history() != read.history() || all.size() < entries.size()) {
                return false;
            }
            for (int i = 0; i < entries.size(); i++) {
                if (all.get(i) != entries.get(i).get()) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @param newest what is in memory, if it is there: every entry that was delivered is in it, and no other */
    HistoryLead(Whose whose, Supplier<Optional<HistoryReader.Read>> newest) {
        this.whose = whose;
        this.newest = newest;
    }

    /**
     * The history with what happened since.
     *
     * @param since every entry of the history from some index on that is not in {@code read}, and others
     * @param room what the arguments and extracts of one call may weigh
     */
    History after(HistoryReader.Read read, List<Recorded> since, long room) {
        HistoryReader.Read from =
                newest.get().filter(now -> now.last() > read.last()).orElse(read);
        List<Recorded> rest = newerThan(from.last(), since);
        if (rest.isEmpty()) {
            return from.history();
        }
        synchronized (this) {
            Batch last = batch;
            Batch known = last != null && last.isOf(from, rest) ? last : new Batch(from, List.of(), from.history());
            History now = known.history();
            for (Recorded recorded : rest.subList(known.entries().size(), rest.size())) {
                if (Whose.all(recorded.entry()).contains(whose)) {
                    now = HistoryStep.of(recorded, room).in(now);
                }
            }
            batch = Batch.of(from, rest, now);
            return now;
        }
    }

    /** What was not durable is by now, and in memory, or came to nothing. Never waits for who goes through a batch. */
    void forget() {
        batch = null;
    }

    private static List<Recorded> newerThan(long last, List<Recorded> since) {
        int from = since.size();
        while (from > 0 && since.get(from - 1).index() > last) {
            from--;
        }
        return new ArrayList<>(since.subList(from, since.size()));
    }
}
