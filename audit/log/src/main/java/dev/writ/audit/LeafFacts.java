package dev.writ.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a store repeats of a leaf: all but the body. */
record LeafFacts(String kind, Instant at, List<String> keys, Map<Column, String> columns, CommittedInputs inputs) {

    LeafFacts {
        keys = List.copyOf(keys);
        columns = columns.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(columns));
    }

    /**
     * Reads a leaf.
     *
     * @throws VerificationException if {@link Leaf#decode} refuses it
     */
    static LeafFacts of(byte[] leaf) {
        LeafScanner scanner = new LeafScanner();
        return scanner.read(leaf, 0, leaf.length) ? scanner.facts() : of(Leaf.decode(leaf));
    }

    private static LeafFacts of(Leaf leaf) {
        Entry entry = leaf.entry();
        return new LeafFacts(entry.kind(), entry.at(), entry.keys(), entry.columns(), CommittedInputs.of(leaf));
    }

    Optional<String> column(Column column) {
        return Optional.ofNullable(columns.get(column));
    }
}
