package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Column;
import dev.writ.audit.Commitment;
import dev.writ.audit.Entry;
import dev.writ.audit.Frontier;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A log in memory, which can be cut off after so many reads. */
final class FakeLog implements LogSource {

    static final Instant START = Instant.parse("2026-05-01T00:00:00Z");

    private final LogSigner signer = LogSigner.generate("example.com/log", new SecureRandom());
    private final List<Leaf> leaves = new ArrayList<>();
    private final TreeMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    private final Set<Long> pruned = new TreeSet<>();
    private Frontier frontier = Frontier.empty();
    private int readsLeft = Integer.MAX_VALUE;
    private int reads;

    FakeLog() {
        checkpoint();
    }

    LogKeys key() {
        return signer.keys();
    }

    FakeLog with(int entries) {
        for (int i = 0; i < entries; i++) {
            add(decided("agent-" + leaves.size() % 3, "bank.pay", "allow", START.plusSeconds(leaves.size())));
        }
        checkpoint();
        return this;
    }

    static Entry decided(String agent, String tool, String verdict, Instant at) {
        return entry(
                "DECIDED",
                at,
                Map.of(Column.AGENT, agent, Column.TOOL, tool, Column.VERDICT, verdict, Column.CALL, "call-" + at),
                JsonObject.builder().put("reason", "=SUM(A1), \"so\"").build());
    }

    static Entry entry(String kind, Instant at, Map<Column, String> columns, JsonObject body) {
        return new Entry(kind, at, List.of(), Set.of(), columns, body, "", List.of());
    }

    void add(Entry entry) {
        Leaf leaf = Leaf.of(entry, Map.<String, Commitment>of());
        leaves.add(leaf);
        frontier = frontier.append(leaf.hash());
    }

    void checkpoint() {
        checkpoints.put(frontier.size(), signer.sign(frontier));
    }

    void prune(long index) {
        pruned.add(index);
    }

    /** Somebody edits the leaf and its hash, but cannot sign. */
    void edit(int index, Entry other) {
        leaves.set(index, Leaf.of(other, Map.of()));
    }

    /** The connection breaks after so many further reads of entries. */
    void breakAfter(int further) {
        readsLeft = further;
    }

    void mend() {
        readsLeft = Integer.MAX_VALUE;
    }

    int reads() {
        return reads;
    }

    List<Leaf> leaves() {
        return leaves;
    }

    @Override
    public Checkpoint newest() {
        return checkpoints.lastEntry().getValue();
    }

    @Override
    public Optional<Checkpoint> covering(long size) {
        return Optional.ofNullable(checkpoints.ceilingEntry(size)).map(Map.Entry::getValue);
    }

    @Override
    public String cosigned(Checkpoint checkpoint) {
        return checkpoint.note();
    }

    @Override
    public List<Slot> entries(long from, long to) {
        if (readsLeft-- <= 0) {
            throw new IllegalStateException("the connection broke");
        }
        reads++;
        List<Slot> slots = new ArrayList<>();
        for (long index = from; index < to; index++) {
            Leaf leaf = leaves.get((int) index);
            Digest hash = Digest.fromBytes(leaf.hash());
            slots.add(pruned.contains(index) ? new Slot.Pruned(index, hash) : new Slot.Kept(index, hash, leaf.bytes()));
        }
        return slots;
    }

    @Override
    public List<byte[]> hashes(long from, long to) {
        return leaves.subList((int) from, (int) to).stream().map(Leaf::hash).toList();
    }

    @Override
    public OptionalLong firstSince(Instant time, long size) {
        for (int index = 0; index < size; index++) {
            if (!leaves.get(index).entry().at().isBefore(time)) {
                return OptionalLong.of(index);
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong lastBefore(Instant time, long size) {
        for (int index = (int) size - 1; index >= 0; index--) {
            if (leaves.get(index).entry().at().isBefore(time)) {
                return OptionalLong.of(index);
            }
        }
        return OptionalLong.empty();
    }

    /** Times may lie outside of the order of indices. */
    static Instant after(Duration duration) {
        return START.plus(duration);
    }

    @Override
    public void close() {}
}
