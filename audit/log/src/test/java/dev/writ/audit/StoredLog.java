package dev.writ.audit;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The rows of a log, to be tampered with. */
final class StoredLog {

    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());

    final List<StoredEntry> entries = new ArrayList<>();
    final List<StoredCheckpoint> checkpoints = new ArrayList<>();

    private StoredLog() {}

    /** A genesis, and a checkpoint at each of the sizes. */
    static StoredLog of(int... sizes) {
        StoredLog log = new StoredLog();
        Frontier frontier = Frontier.empty();
        log.checkpoints.add(checkpoint(frontier, OptionalLong.empty()));
        for (int size : sizes) {
            OptionalLong previous = OptionalLong.of(frontier.size());
            for (int i = (int) frontier.size(); i < size; i++) {
                log.entries.add(entry(i, "key/" + i));
                frontier = frontier.append(log.entries.get(i).leafHash().bytes());
            }
            log.checkpoints.add(checkpoint(frontier, previous));
        }
        return log;
    }

    static StoredEntry entry(long index, String key) {
        return stored(index, leaf(index, key));
    }

    private static Leaf leaf(long index, String key) {
        Entry entry = new Entry(
                "DECIDED",
                Instant.EPOCH.plusMillis(index),
                List.of(key),
                Set.of("topic"),
                Map.of(Column.AGENT, "agent-7", Column.TOOL, "pay"),
                JsonObject.builder().put("n", index).build(),
                "",
                List.of());
        return Leaf.of(entry, Map.of());
    }

    static StoredEntry stored(long index, Leaf leaf) {
        Digest hash = Digest.fromBytes(leaf.hash());
        Entry entry = leaf.entry();
        Map<String, Digest> keys = new HashMap<>();
        entry.keys().forEach(key -> keys.put(key, hash));
        return new StoredEntry(index, leaf.bytes(), hash, entry.kind(), entry.at(), entry.columns(), keys);
    }

    static StoredCheckpoint checkpoint(Frontier frontier, OptionalLong previous) {
        return checkpoint(SIGNER, frontier, previous);
    }

    static StoredCheckpoint checkpoint(LogSigner signer, Frontier frontier, OptionalLong previous) {
        Checkpoint signed = signer.sign(frontier);
        return new StoredCheckpoint(signed.size(), previous, signed.root(), frontier.toBytes(), signed.note());
    }

    /** What an attacker without the key can do to an entry at best: everything that the store says of it. */
    static StoredEntry rewritten(StoredEntry entry) {
        byte[] other = new String(entry.leaf(), StandardCharsets.UTF_8)
                .replace("agent-7", "agent-8")
                .getBytes(StandardCharsets.UTF_8);
        return stored(entry.index(), Leaf.decode(other));
    }

    StoredLog change(int index, UnaryOperator<StoredEntry> change) {
        entries.set(index, change.apply(entries.get(index)));
        return this;
    }

    StoredLog changeCheckpoint(int number, UnaryOperator<StoredCheckpoint> change) {
        checkpoints.set(number, change.apply(checkpoints.get(number)));
        return this;
    }

    VerifyResult verify() {
        LogVerifier verifier = new LogVerifier(SIGNER.verifierKey());
        feed(verifier);
        Map<String, Runnable> inOrder = new TreeMap<>();
        entries.forEach(entry -> entry.keys()
                .forEach((key, hash) -> inOrder.put(key, () -> verifier.entryKey(key, entry.index(), hash))));
        inOrder.values().forEach(Runnable::run);
        return verifier.result();
    }

    static LogVerifier verifier() {
        return new LogVerifier(SIGNER.verifierKey());
    }

    /** Entries and checkpoints, as a store gives them that orders both by what they say. */
    void feed(LogVerifier verifier) {
        int next = 0;
        for (StoredCheckpoint checkpoint : checkpoints) {
            while (next < entries.size() && entries.get(next).index() < checkpoint.size()) {
                verifier.entry(entries.get(next++));
            }
            verifier.checkpoint(checkpoint);
        }
        entries.subList(next, entries.size()).forEach(verifier::entry);
    }
}
