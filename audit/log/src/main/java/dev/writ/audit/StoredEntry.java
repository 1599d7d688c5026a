package dev.writ.audit;

import dev.writ.model.Digest;
import java.time.Instant;
import java.util.Map;

/**
 * An entry as a store holds it, for a {@link LogVerifier}: the leaf, and everything the store says beside it.
 *
 * @param columns those that are not null
 * @param keys the entry keys that point to this index, each with the leaf hash it carries
 */
@SuppressWarnings("ArrayRecordComponent") // up to 64 KiB, fed by the million, never compared
public record StoredEntry(
        long index,
        byte[] leaf,
        Digest leafHash,
        String kind,
        Instant at,
        Map<Column, String> columns,
        Map<String, Digest> keys) {

    public StoredEntry {
        columns = Map.copyOf(columns);
        keys = Map.copyOf(keys);
    }

    @Override
    public String toString() {
        return "StoredEntry[" + index + "]";
    }
}
