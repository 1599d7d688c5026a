package dev.writ.audit;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what is durable. Leaves are re-hashed on the way out; columns only find them. */
public interface AuditReader {

    /** The newest checkpoint. */
    Uni<Checkpoint> checkpoint();

    /** The entry that holds a key, with those of its inputs that still exist. */
    Uni<Optional<Recorded>> byKey(String key);

    /** The entry at an index, with those of its inputs that still exist; empty beyond the head, and where it was deleted. */
    Uni<Optional<Recorded>> at(long index);

    /** The leaf at an index, with the commitments to its inputs; empty beyond the head, and where it was deleted. */
    Uni<Optional<Leaf>> leaf(long index);

    /** Entries that match, by index, without inputs unless the query asks for them. */
    Uni<List<Recorded>> find(EntryQuery query);

    /**
     * As {@link #find} does, but no more at once than fits, and what is heavy in that on no event loop.
     *
     * @param inputs names of those that are read; all others are left out, whatever the query says
     * @param bytes of leaves and inputs; the first entry is there however large it is
     */
    Uni<Page> page(EntryQuery query, Set<String> inputs, long bytes);

    /**
     * The first of the entries that match.
     *
     * @param isLast whether no other matches
     */
    record Page(List<Recorded> entries, boolean isLast) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * As {@link #find} does, for somebody who looks around: nothing that calls need waits for it.
     *
     * @return fails with a {@link TooCostlyException} if that takes too long
     */
    Uni<List<Recorded>> list(EntryQuery query);

    /**
     * Entries that match and whose leaf may hold the text, in whatever case and wherever: a first sieve, for whoever asks to look
     * at what comes through. No index helps, so every leaf in the query's range is read: keep that small.
     *
     * @param text at least one character
     * @return fails with {@link TooCostlyException} if it would take too long
     */
    Uni<List<Recorded>> search(EntryQuery query, String text);

    /**
     * Counts entries that match, from the copies of leaves' members that find them, by one or more of these. Limit and order of the
     * query do not matter.
     *
     * @param most groups to answer, those of the most entries
     * @return the largest first; fails with {@link TooCostlyException} if it would take too long
     */
    Uni<List<Tally>> count(EntryQuery query, List<Grouping> by, int most);

    /** Every entry of those kinds about that call, by index, with those of its inputs that still exist; no kinds are all. */
    Uni<List<Recorded>> ofCall(String call, Set<String> kinds);

    /**
     * Every entry of those kinds about one of those calls, by index, without inputs; no kinds are all.
     *
     * @param calls few: all of it is answered at once
     */
    Uni<List<Recorded>> ofCalls(Set<String> calls, Set<String> kinds);

    /**
     * Proves that the entry is in the tree of that size.
     *
     * @param size above the index, at most the newest checkpoint's
     * @return a c2sp.org/tlog-proof with the checkpoint of exactly that size if one was signed, or of the next larger one
     */
    Uni<String> proof(long index, long size);
}
