package dev.writ.audit;

import dev.writ.model.Digest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What an {@link InMemoryAuditLog} keeps. Its monitor guards it. */
final class InMemoryStore {

    /** One entry, as it was written and as a reader gets it. */
    record Row(Recorded recorded, Leaf leaf, List<SealedInput> sealed) {}

    private final LogSigner signer;
    private final SecureRandom random = new SecureRandom();
    private final List<Row> entries = new ArrayList<>();
    private final NavigableMap<String, Recorded> keys = new TreeMap<>();
    private final NavigableMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    private final List<AppliedRow> rows = new ArrayList<>();
    private final Map<String, SubjectKey> subjectKeys = new HashMap<>();
    private Frontier frontier = Frontier.empty();

    InMemoryStore(LogSigner signer) {
        this.signer = signer;
        checkpoints.put(0L, signer.sign(frontier));
    }

    Checkpoint head() {
        return checkpoints.lastEntry().getValue();
    }

    /** The first checkpoint of at least that size. */
    Checkpoint covering(long size) {
        return checkpoints.ceilingEntry(size).getValue();
    }

    List<Row> entries() {
        return List.copyOf(entries);
    }

    OptionalLong holder(String key) {
        Recorded holder = keys.get(key);
        return holder == null ? OptionalLong.empty() : OptionalLong.of(holder.index());
    }

    List<Recorded> touched(Set<String> topics, long readAt) {
        return topics.isEmpty()
                ? List.of()
                : entries.subList((int) readAt, entries.size()).stream()
                        .map(Row::recorded)
                        .filter(recorded ->
                                !Collections.disjoint(recorded.entry().topics(), topics))
                        .toList();
    }

    /** Whatever can fail comes before the first change. */
    Recorded write(Entry entry, List<RowChange> changes) {
        List<SealedInput> sealed = seal(entry);
        Map<String, Commitment> commitments = new HashMap<>();
        sealed.forEach(input -> commitments.put(input.name(), input.commitment()));
        Leaf leaf = Leaf.of(entry, commitments);
        Recorded recorded = new Recorded(entries.size(), Digest.fromBytes(leaf.hash()), entry);
        List<AppliedRow> implied =
                changes.stream().map(change -> apply(change, recorded)).toList();

        frontier = frontier.append(leaf.hash());
        entries.add(new Row(recorded, leaf, sealed));
        entry.keys().forEach(key -> keys.put(key, recorded));
        rows.addAll(implied);
        checkpoints.put(frontier.size(), signer.sign(frontier));
        return recorded;
    }

    private List<SealedInput> seal(Entry entry) {
        if (entry.inputs().isEmpty()) {
            return List.of();
        }
        SubjectKey key = subjectKeys.computeIfAbsent(entry.subjectKey(), id -> SubjectKey.generate(id, random));
        return entry.inputs().stream()
                .map(input -> SealedInput.seal(key, input, random))
                .toList();
    }

    private static AppliedRow apply(RowChange change, Recorded recorded) {
        return new AppliedRow(
                recorded.index(),
                recorded.leafHash(),
                String.valueOf(change.parameters().get(0)));
    }

    List<AppliedRow> rows() {
        return List.copyOf(rows);
    }

    /** The entry as its leaf has it, with the inputs that still open. */
    Recorded read(Row row, boolean withInputs) {
        Leaf decoded = Leaf.decode(row.leaf().bytes());
        Entry leaf = decoded.entry();
        SubjectKey key = subjectKeys.get(leaf.subjectKey());
        List<Input> inputs = !withInputs || key == null
                ? List.of()
                : row.sealed().stream()
                        .map(input -> new Input(
                                input.name(), input.open(key), !decoded.aside().contains(input.name())))
                        .toList();
        return new Recorded(
                row.recorded().index(),
                row.recorded().leafHash(),
                new Entry(
                        leaf.kind(),
                        leaf.at(),
                        leaf.keys(),
                        leaf.topics(),
                        leaf.columns(),
                        leaf.body(),
                        leaf.subjectKey(),
                        inputs));
    }

    void destroySubjectKey(String id) {
        subjectKeys.remove(id);
        entries.replaceAll(row ->
                row.recorded().entry().subjectKey().equals(id) ? new Row(row.recorded(), row.leaf(), List.of()) : row);
    }

    VerifyResult verify(LogVerifierKey key) {
        LogVerifier verifier = new LogVerifier(key);
        Frontier replayed = Frontier.empty();
        verifier.checkpoint(stored(replayed, OptionalLong.empty()));
        for (Row row : entries) {
            verifier.entry(stored(row));
            OptionalLong previous = OptionalLong.of(replayed.size());
            replayed = replayed.append(row.leaf().hash());
            verifier.checkpoint(stored(replayed, previous));
        }
        // Keys are ASCII in tests, so that String's order is that of their bytes.
        keys.forEach((name, holder) -> verifier.entryKey(name, holder.index(), holder.leafHash()));
        return verifier.result();
    }

    private StoredCheckpoint stored(Frontier at, OptionalLong previous) {
        Checkpoint checkpoint = covering(at.size());
        return new StoredCheckpoint(checkpoint.size(), previous, checkpoint.root(), at.toBytes(), checkpoint.note());
    }

    private static StoredEntry stored(Row row) {
        Entry entry = row.recorded().entry();
        Digest leafHash = row.recorded().leafHash();
        Map<String, Digest> entryKeys = new HashMap<>();
        entry.keys().forEach(key -> entryKeys.put(key, leafHash));
        return new StoredEntry(
                row.recorded().index(),
                row.leaf().bytes(),
                leafHash,
                entry.kind(),
                entry.at(),
                entry.columns(),
                entryKeys);
    }
}
