package dev.writ.audit.postgres;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Drafts that become entries in one transaction, in order, and the answers that depend on it. */
final class Batch {

    private final Head before;
    private final List<Pending<?>> written = new ArrayList<>();
    private final List<Recorded> recorded = new ArrayList<>();
    private final List<byte[]> leafHashes = new ArrayList<>();
    private final Map<String, List<Recorded>> byTopic = new HashMap<>();
    private final Map<String, Long> byKey = new HashMap<>();
    // Answers that are only true once the batch is committed, and the drafts to try again if it is not.
    private final Map<Pending<?>, Runnable> afterwards = new LinkedHashMap<>();
    private long weight;
    private int settledAgain;
    private @Nullable Head after;

    Batch(Head before) {
        this.before = before;
    }

    Head before() {
        return before;
    }

    int size() {
        return written.size();
    }

    long weight() {
        return weight;
    }

    /** Roughly what one of its entries takes in memory. */
    long weight(int position) {
        Sealed<?> sealed = written.get(position).sealed();
        return sealed == null ? 0 : sealed.weight();
    }

    boolean isEmpty() {
        return written.isEmpty();
    }

    void add(Pending<?> pending, Sealed<?> sealed) {
        Recorded entry = pending.recorded(before.size() + written.size());
        written.add(pending);
        recorded.add(entry);
        leafHashes.add(sealed.leafHash());
        weight += sealed.weight();
        for (String topic : entry.entry().topics()) {
            byTopic.computeIfAbsent(topic, none -> new ArrayList<>()).add(entry);
        }
        for (String key : entry.entry().keys()) {
            byKey.put(key, entry.index());
        }
    }

    /** Whether its last entry destroys the key of a subject. */
    boolean erases() {
        return !recorded.isEmpty()
                && Deletions.erased(recorded.get(recorded.size() - 1).entry()).isPresent();
    }

    /** Answers it once the batch is committed. */
    void afterwards(Pending<?> pending, Runnable answer) {
        afterwards.put(pending, answer);
    }

    boolean isTouched(Set<String> topics) {
        return topics.stream().anyMatch(byTopic::containsKey);
    }

    /** Entries of this batch that touch one of the topics. */
    List<Recorded> touching(Set<String> topics) {
        List<Recorded> touching = new ArrayList<>();
        for (String topic : topics) {
            touching.addAll(byTopic.getOrDefault(topic, List.of()));
        }
        return Recent.inOrder(touching);
    }

    @Nullable
    Long holder(String key) {
        return byKey.get(key);
    }

    void countSettledAgain() {
        settledAgain++;
    }

    int settledAgain() {
        return settledAgain;
    }

    List<Pending<?>> written() {
        return written;
    }

    List<Recorded> recorded() {
        return recorded;
    }

    List<byte[]> leafHashes() {
        return leafHashes;
    }

    /** The head it leads to, once it is signed. */
    Head after() {
        if (after == null) {
            throw new IllegalStateException("the batch is not signed yet");
        }
        return after;
    }

    void sign(Head head) {
        after = head;
    }

    static List<RowChange> changes(Pending<?> pending) {
        Sealed<?> sealed = pending.sealed();
        return sealed == null ? List.of() : sealed.settled().rows();
    }

    /** Tells every caller; the batch is durable. */
    void answer() {
        Checkpoint checkpoint = after().checkpoint();
        for (int i = 0; i < written.size(); i++) {
            written.get(i).created(recorded.get(i), checkpoint);
        }
        afterwards.values().forEach(Runnable::run);
    }

    /** Everything in it, in order, to be tried again; nothing of the batch is durable. */
    List<Pending<?>> revert() {
        List<Pending<?>> all = new ArrayList<>(written);
        all.addAll(afterwards.keySet());
        all.forEach(Pending::revert);
        return all;
    }
}
