package dev.writ.audit;

import dev.writ.model.JsonString;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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
    public Uni<List<Recorded>> list(EntryQuery query) {
        return find(query);
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
    public Uni<Page> page(EntryQuery query, Set<String> inputs, long bytes) {
        EntryQuery whole = new EntryQuery(
                query.columns(),
                query.kinds(),
                query.from(),
                query.to(),
                query.since(),
                query.until(),
                query.newestFirst(),
                Integer.MAX_VALUE,
                true);
        return find(whole).map(found -> {
            List<Recorded> page = new ArrayList<>();
            long room = bytes;
            for (Recorded recorded : found) {
                Recorded trimmed = trimmed(recorded, inputs);
                room -= weight(trimmed.entry());
                if (page.size() == query.limit() || (room < 0 && !page.isEmpty())) {
                    return new Page(page, false);
                }
                page.add(trimmed);
            }
            return new Page(page, true);
        });
    }

    private static Recorded trimmed(Recorded recorded, Set<String> inputs) {
        Entry entry = recorded.entry();
        List<Input> kept = entry.inputs().stream()
                .filter(input -> inputs.contains(input.name()))
                .toList();
        Entry trimmed = new Entry(
                entry.kind(),
                entry.at(),
                entry.keys(),
                entry.topics(),
                entry.columns(),
                entry.body(),
                entry.subjectKey(),
                kept);
        return new Recorded(recorded.index(), recorded.leafHash(), trimmed);
    }

    private static long weight(Entry entry) {
        return entry.body().toBytes().length
                + entry.inputs().stream()
                        .mapToLong(input -> input.value().toBytes().length)
                        .sum();
    }

    @Override
    public Uni<Optional<Leaf>> leaf(long index) {
        return read(() -> index >= 0 && index < store.head().size()
                ? Optional.of(Leaf.decode(
                        store.entries().get(Math.toIntExact(index)).leaf().bytes()))
                : Optional.empty());
    }

    @Override
    public Uni<List<Recorded>> search(EntryQuery query, String text) {
        String json = new JsonString(text).toJson();
        String wanted = json.substring(1, json.length() - 1).toLowerCase(Locale.ROOT);
        return read(() -> store.entries().stream()
                .filter(row -> new String(row.leaf().bytes(), StandardCharsets.UTF_8)
                        .toLowerCase(Locale.ROOT)
                        .contains(wanted))
                .map(row -> store.read(row, query.withInputs()))
                .filter(recorded -> matches(query, recorded))
                .sorted(query.newestFirst() ? BY_INDEX.reversed() : BY_INDEX)
                .limit(query.limit())
                .toList());
    }

    @Override
    public Uni<List<Tally>> count(EntryQuery query, List<Grouping> by, int most) {
        return read(() -> store.entries().stream()
                .map(row -> store.read(row, false))
                .filter(recorded -> matches(query, recorded))
                .collect(Collectors.groupingBy(recorded -> group(recorded.entry(), by), Collectors.counting()))
                .entrySet()
                .stream()
                .map(group -> new Tally(group.getKey(), group.getValue()))
                .sorted(Comparator.comparingLong(Tally::entries).reversed())
                .limit(most)
                .toList());
    }

    private static Map<Grouping, String> group(Entry entry, List<Grouping> by) {
        Map<Grouping, String> group = new EnumMap<>(Grouping.class);
        by.forEach(grouping -> value(entry, grouping).ifPresent(value -> group.put(grouping, value)));
        return group;
    }

    private static Optional<String> value(Entry entry, Grouping grouping) {
        return switch (grouping) {
            case VERDICT -> entry.column(Column.VERDICT);
            case RULE -> entry.column(Column.RULE);
            case AGENT -> entry.column(Column.AGENT);
            case TOOL -> entry.column(Column.TOOL);
            case KIND -> Optional.of(entry.kind());
            case HOUR -> Optional.of(entry.at().truncatedTo(ChronoUnit.HOURS).toString());
            case DAY -> Optional.of(entry.at().truncatedTo(ChronoUnit.DAYS).toString());
        };
    }

    @Override
    public Uni<List<Recorded>> ofCall(String call, Set<String> kinds) {
        return ofCalls(Set.of(call), kinds, true);
    }

    @Override
    public Uni<List<Recorded>> ofCalls(Set<String> calls, Set<String> kinds) {
        return ofCalls(calls, kinds, false);
    }

    private Uni<List<Recorded>> ofCalls(Set<String> calls, Set<String> kinds, boolean withInputs) {
        return read(() -> store.entries().stream()
                .map(row -> store.read(row, withInputs))
                .filter(recorded -> recorded.entry()
                                .column(Column.CALL)
                                .filter(calls::contains)
                                .isPresent()
                        && (kinds.isEmpty() || kinds.contains(recorded.entry().kind())))
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
