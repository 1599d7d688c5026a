package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What links the records of a log: indices, the tree, and the chain of checkpoints. */
final class LogChain {

    /** Leaf hashes kept before they are folded into the frontier. */
    private static final int PENDING = 1024;

    private final KeyTally keys;
    private final KeyHistory history;
    private final List<byte[]> pending = new ArrayList<>(PENDING);
    private Frontier frontier = Frontier.empty();
    private Optional<Checkpoint> last = Optional.empty();

    LogChain(KeyTally keys, KeyHistory history) {
        this.keys = keys;
        this.history = history;
    }

    /** Entries so far. */
    long size() {
        return frontier.size() + pending.size();
    }

    KeyTally keys() {
        return keys;
    }

    void entry(EntryExamination entry) {
        requireNext(entry.index());
        if (!history.at(entry.index()).equals(entry.keyChange())) {
            throw new BrokenLogException(
                    entry.index(), "entry " + entry.index() + " is not what was taken for a change of the log's keys");
        }
        pending.add(entry.leafHash().bytes());
        keys.add(entry.keys());
        if (pending.size() == PENDING) {
            fold();
        }
    }

    /** An entry that is out of place is that in the first place, whatever else is wrong with it. */
    void requireNext(long index) {
        if (index > size()) {
            throw new BrokenLogException(size(), "entry " + size() + " is missing: entry " + index + " follows");
        }
        if (index < size()) {
            throw new BrokenLogException(index, "entry " + index + " comes twice or out of order");
        }
        if (last.isEmpty()) {
            throw new BrokenLogException(0, "entries come before the genesis checkpoint");
        }
    }

    /** @param verified what the stored note says, its signature verified */
    void checkpoint(StoredCheckpoint stored, Checkpoint verified) {
        long from = covered();
        String name = "checkpoint of size " + stored.size();
        OptionalLong expected = last.map(Checkpoint::size).map(OptionalLong::of).orElse(OptionalLong.empty());
        if (last.isEmpty() && (stored.previousSize().isPresent() || stored.size() != 0)) {
            throw new BrokenLogException(0, "the first checkpoint, of size " + stored.size() + ", is not a genesis");
        }
        if (last.isPresent() && stored.previousSize().isEmpty()) {
            throw new BrokenLogException(from, name + " is a second genesis");
        }
        if (!stored.previousSize().equals(expected) || (last.isPresent() && stored.size() <= from)) {
            throw new BrokenLogException(from, name + " does not extend the one of size " + from);
        }
        if (stored.size() != size()) {
            throw new BrokenLogException(Math.min(stored.size(), size()), name + " comes after " + size() + " entries");
        }
        fold();
        if (verified.size() != stored.size() || !verified.root().equals(stored.root())) {
            throw new BrokenLogException(from, name + ": its note says another size or root than its row");
        }
        if (!stored.root().equals(Digest.fromBytes(frontier.root()))) {
            throw new BrokenLogException(
                    from,
                    name + ": its root is not that of the entries; one from index " + from
                            + " on was changed, added, removed or moved");
        }
        if (!Arrays.equals(stored.frontier(), frontier.toBytes())) {
            throw new BrokenLogException(from, name + ": its frontier is not that of the entries");
        }
        last = Optional.of(verified);
    }

    /** For a checkpoint whose note does not verify. */
    BrokenLogException refused(StoredCheckpoint stored, VerificationException why) {
        return new BrokenLogException(covered(), "checkpoint of size " + stored.size() + ": " + why.getMessage());
    }

    VerifyResult.Intact end() {
        Checkpoint head = last.orElseThrow(() -> new BrokenLogException(0, "there is no genesis checkpoint"));
        if (head.size() != size()) {
            throw new BrokenLogException(
                    head.size(), "the entries from index " + head.size() + " on are covered by no checkpoint");
        }
        return new VerifyResult.Intact(head.size(), head);
    }

    private long covered() {
        return last.map(Checkpoint::size).orElse(0L);
    }

    private void fold() {
        frontier = frontier.append(pending);
        pending.clear();
    }
}
