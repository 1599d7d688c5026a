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

    /** The entry at an index, with those of its inputs that still exist; empty beyond the head. */
    Uni<Optional<Recorded>> at(long index);

    /** Entries that match, by index, without inputs unless the query asks for them. */
    Uni<List<Recorded>> find(EntryQuery query);

    /**
     * Every entry of those kinds about one of those calls, by index, without inputs.
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
