package dev.writ.audit;

import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Verifies a whole log, from whatever store, in bounded memory and with the JDK's cryptography alone.
 *
 * <p>Feed it, in this order: the genesis checkpoint; for each further checkpoint its entries by index, then the checkpoint;
 * at last every entry key. Then ask for the {@link #result()}. Once something is wrong, later records are ignored.
 *
 * <p>It checks that every leaf is one that can be written; that hash, columns and keys of the store are those of the leaf; that
 * indices are contiguous from 0; that each checkpoint extends the one before, is signed, and has root and frontier of exactly
 * the entries before it; that there is one genesis; and that no two entries share a key. Not safe to share between threads;
 * it uses the common pool for what can be examined record by record.
 */
public final class LogVerifier {

    private static final int MAX_PENDING = 1024;
    private static final long MAX_PENDING_BYTES = 16L * 1024 * 1024;

    private final LogKeys trusted;
    private final KeyHistory history;
    private final LogChain chain;
    private final KeyTally storedKeys;
    private final List<Supplier<Consumer<LogChain>>> pending = new ArrayList<>();
    private long pendingBytes;
    private byte[] lastKey = new byte[0];
    private Optional<VerifyResult.Broken> broken = Optional.empty();

    /** A verifier for the log of that key, which never had another one. */
    public LogVerifier(LogVerifierKey key) {
        this(LogKeys.of(key), KeyHistory.beginningWith(key));
    }

    /**
     * A verifier for a log whose keys have changed.
     *
     * @param trusted one of which must have signed the newest checkpoint, which vouches for all that is before it, the changes
     *     included; two while one replaces the other, as some replicas sign with both and some with one already
     */
    public LogVerifier(LogKeys trusted, KeyHistory history) {
        this.trusted = trusted;
        this.history = history;
        this.storedKeys = KeyTally.salted(new SecureRandom());
        this.chain = new LogChain(storedKeys.another(), history);
    }

    /** The next entry. The verifier may look at the arrays until {@link #result()} returns. */
    public void entry(StoredEntry entry) {
        entry(entry, inputs -> Optional.empty());
    }

    /**
     * The next entry, and something more to be held against what its leaf says of inputs.
     *
     * @param beside says in a sentence what is wrong, if anything is; called once at most, on any thread
     */
    public void entry(StoredEntry entry, Function<CommittedInputs, Optional<String>> beside) {
        add(() -> examine(entry, beside), entry.leaf().length);
    }

    /**
     * The next entry, if it was deleted and something that is verified too says so. Its hash shows in the root.
     *
     * @param keys the entry keys that still point to it, each with the leaf hash it carries
     */
    public void pruned(long index, Digest leafHash, Map<String, Digest> keys) {
        add(() -> examinePruned(index, leafHash, keys), MerkleHash.BYTES);
    }

    /** The checkpoint of the entries so far. */
    public void checkpoint(StoredCheckpoint checkpoint) {
        add(() -> examine(checkpoint), checkpoint.note().length());
    }

    /**
     * The next entry key of the store. It must come after all entries and checkpoints, and the keys in ascending order of their
     * UTF-8 bytes (PostgreSQL: {@code ORDER BY key COLLATE "C"}); that order is what shows, in bounded memory, that none is there
     * twice.
     */
    public void entryKey(String entryKey, long index, Digest leafHash) {
        guarded(() -> {
            flush();
            byte[] utf8 = entryKey.getBytes(StandardCharsets.UTF_8);
            int order = Arrays.compareUnsigned(lastKey, utf8);
            if (order == 0 && storedKeys.count() > 0) {
                throw new BrokenLogException(index, "entry " + index + " shares a key with another entry");
            }
            if (order > 0) {
                throw new IllegalArgumentException("entry keys are to be fed in ascending order");
            }
            if (index < 0 || index >= chain.size()) {
                throw new BrokenLogException(
                        chain.size(), "an entry key points to entry " + index + ", which is not there");
            }
            lastKey = utf8;
            storedKeys.add(entryKey, index, leafHash);
        });
    }

    /** What is wrong already, for whoever cannot read on. */
    public Optional<VerifyResult.Broken> broken() {
        guarded(this::flush);
        return broken;
    }

    /** Whether something is wrong already, so that there is no use in reading on. May lag behind by a thousand records. */
    public boolean isBroken() {
        return broken.isPresent();
    }

    /** The verdict on everything that was fed. */
    public VerifyResult result() {
        guarded(() -> {
            flush();
            requireTrusted(chain.end().checkpoint());
            if (history.before(Long.MAX_VALUE) != history.before(chain.size())) {
                throw new BrokenLogException(chain.size(), "a change of the log's keys is not among the entries");
            }
            if (!storedKeys.isSameAs(chain.keys())) {
                throw new BrokenLogException(chain.size(), "the stored entry keys are not those of the entries");
            }
        });
        return broken.<VerifyResult>map(first -> first).orElseGet(chain::end);
    }

    private void requireTrusted(Checkpoint head) {
        try {
            trusted.verify(head.note());
        } catch (VerificationException untrusted) {
            throw new BrokenLogException(head.size(), "the newest checkpoint: " + untrusted.getMessage());
        }
    }

    private void add(Supplier<Consumer<LogChain>> examination, int bytes) {
        if (isBroken()) {
            return;
        }
        pending.add(examination);
        pendingBytes += bytes;
        if (pending.size() >= MAX_PENDING || pendingBytes >= MAX_PENDING_BYTES) {
            guarded(this::flush);
        }
    }

    /** Examines each record by itself, in parallel, then links them in order; so the first thing wrong is reported. */
    private void flush() {
        List<Consumer<LogChain>> links =
                pending.parallelStream().map(Supplier::get).toList();
        pending.clear();
        pendingBytes = 0;
        links.forEach(link -> link.accept(chain));
    }

    private Consumer<LogChain> examine(StoredEntry entry, Function<CommittedInputs, Optional<String>> beside) {
        try {
            EntryExamination examination = EntryExamination.of(entry, storedKeys, beside);
            return log -> log.entry(examination);
        } catch (BrokenLogException wrong) {
            return refused(entry, wrong);
        } catch (RuntimeException unforeseen) {
            // Somebody put into the store what nobody would write; that must not pass for a fault of the verifier.
            return refused(
                    entry,
                    new BrokenLogException(
                            entry.index(), "entry " + entry.index() + " cannot be examined: " + unforeseen));
        }
    }

    private static Consumer<LogChain> refused(StoredEntry entry, BrokenLogException wrong) {
        return log -> {
            log.requireNext(entry.index());
            throw wrong;
        };
    }

    private Consumer<LogChain> examinePruned(long index, Digest leafHash, Map<String, Digest> keys) {
        KeyTally tally = storedKeys.another();
        for (Map.Entry<String, Digest> each : keys.entrySet()) {
            if (!each.getValue().equals(leafHash)) {
                return log -> {
                    throw new BrokenLogException(
                            index, "entry " + index + ", which was pruned, has a key that is not of its leaf");
                };
            }
            tally.add(each.getKey(), index, leafHash);
        }
        return log -> log.entry(new EntryExamination(index, leafHash, tally, Optional.empty()));
    }

    private Consumer<LogChain> examine(StoredCheckpoint checkpoint) {
        try {
            Checkpoint verified = history.verify(checkpoint.size(), checkpoint.note());
            return log -> log.checkpoint(checkpoint, verified);
        } catch (VerificationException wrong) {
            return log -> {
                throw log.refused(checkpoint, wrong);
            };
        }
    }

    private void guarded(Runnable check) {
        if (isBroken()) {
            return;
        }
        try {
            check.run();
        } catch (BrokenLogException wrong) {
            broken = Optional.of(wrong.result());
        }
    }
}
