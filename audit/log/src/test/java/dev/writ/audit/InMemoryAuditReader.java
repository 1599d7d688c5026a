package dev.writ.audit;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads an {@link InMemoryStore}. */
final class InMemoryAuditReader implements AuditReader {

    private static final Comparator<Recorded> BY_INDEX = Comparator.comparingLong(Recorded::index);

    private final InMemoryStore store;

    InMemoryAuditReader(InMemoryStore store) {
        this.store = store;
    }

    @Override
    public Uni<Checkpoint> checkpoint() {
        return read(store::head);
    }

    @Override
    public Uni<Optional<Recorded>> byKey(String key) {
        return read(() -> store.holder(key).stream().mapToObj(this::entry).findFirst());
    }

    @Override
    public Uni<Optional<Recorded>> at(long index) {
        return read(() -> index < store.head().size() ? Optional.of(entry(index)) : Optional.empty());
    }

    @Override
    public Uni<List<Recorded>> find(EntryQuery query) {
        return read(() -> store.entries().stream()
                .map(row -> store.read(row, query.withInputs()))
                .filter(recorded -> matches(query, recorded))
                .sorted(query.newestFirst() ? BY_INDEX.reversed() : BY_INDEX)
                .limit(query.limit())
                .toList());
    }

    @Override
    public Uni<List<Recorded>> ofCalls(Set<String> calls, Set<String> kinds) {
        return read(() -> store.entries().stream()
                .map(row -> store.read(row, false))
                .filter(recorded -> recorded.entry()
                                .column(Column.CALL)
                                .filter(calls::contains)
                                .isPresent()
                        && kinds.contains(recorded.entry().kind()))
                .sorted(BY_INDEX)
                .toList());
    }

    @Override
    public Uni<String> proof(long index, long size) {
        return read(() -> {
            if (index < 0 || size <= index || size > store.head().size()) {
                throw new IllegalArgumentException("a proof is for an index below a size of the log");
            }
            Checkpoint checkpoint = store.covering(size);
            List<byte[]> hashes =
                    store.entries().stream().map(row -> row.leaf().hash()).toList();
            InclusionProof proof = InclusionProof.build(index, checkpoint.size(), HashSource.of(hashes));
            return TlogProof.of(proof, checkpoint).toText();
        });
    }

    private <T> Uni<T> read(Supplier<T> reading) {
        return Uni.createFrom().item(() -> {
            synchronized (store) {
                return reading.get();
            }
        });
    }

    private Recorded entry(long index) {
        return store.read(store.entries().get(Math.toIntExact(index)), true);
    }

    private static boolean matches(EntryQuery query, Recorded recorded) {
        Entry entry = recorded.entry();
        Instant at = entry.at();
        return entry.columns().entrySet().containsAll(query.columns().entrySet())
                && (query.kinds().isEmpty() || query.kinds().contains(entry.kind()))
                && recorded.index() >= query.from()
                && recorded.index() < query.to()
                && query.since().map(since -> !at.isBefore(since)).orElse(true)
                && query.until().map(at::isBefore).orElse(true);
    }
}
