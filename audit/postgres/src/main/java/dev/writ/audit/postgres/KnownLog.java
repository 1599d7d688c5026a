package dev.writ.audit.postgres;

import dev.writ.audit.Frontier;
import dev.writ.audit.Recorded;
import dev.writ.audit.VerificationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The log as far as this replica knows it: verified, durable, and growing only. Belongs to the event loop. */
final class KnownLog {

    private final HeadVerifier verifier;
    private final SubjectKeys keys;
    private final HighWaterMark mark;
    private final Recent recent;
    private final Tail tail;
    private final Queue<Recorded> undelivered = new ArrayDeque<>();
    private Head head;

    KnownLog(Head head, HeadVerifier verifier, SubjectKeys keys, HighWaterMark mark, long budget) {
        this.head = head;
        this.verifier = verifier;
        this.keys = keys;
        this.mark = mark;
        this.recent = new Recent(budget, head.size());
        this.tail = new Tail(head.size());
    }

    Head head() {
        return head;
    }

    Recent recent() {
        return recent;
    }

    Tail tail() {
        return tail;
    }

    /**
     * Takes in what the database says.
     *
     * @return whether that was everything up to the head it showed
     * @throws VerificationException if that is not this log's future
     */
    boolean absorb(View view) {
        if (view.size() < head.size()) {
            throw new VerificationException("the database is at size " + view.size() + ", but size " + head.size()
                    + " was durable: it was set back");
        }
        Head next = verifier.verify(view.size(), view.root(), view.frontier(), view.note());
        if (next.size() == head.size()) {
            if (!next.checkpoint().root().equals(head.checkpoint().root())) {
                throw new VerificationException("checkpoint " + head.size() + " has another root than it had");
            }
            if (!next.checkpoint().note().equals(head.checkpoint().note())) {
                throw new VerificationException("checkpoint " + head.size() + " has another note than it had");
            }
            return true;
        }
        long missing = next.size() - head.size();
        if (view.entries().size() < missing && view.entries().size() == WriterSession.MOST_ENTRIES) {
            return false;
        }
        List<EntryRow> rows =
                view.entries().subList(0, (int) Math.min(missing, view.entries().size()));
        if (rows.size() < missing) {
            throw new VerificationException("entries below size " + next.size() + " are missing");
        }
        List<byte[]> hashes = new ArrayList<>(rows.size());
        for (EntryRow row : rows) {
            if (row.index() != head.size() + hashes.size()) {
                throw new VerificationException("entry " + (head.size() + hashes.size()) + " is missing");
            }
            hashes.add(row.leafHash());
        }
        Frontier extended = head.frontier().append(hashes);
        if (!extended.equals(next.frontier())) {
            throw new VerificationException(
                    "checkpoint " + next.size() + " is not an extension of checkpoint " + head.size());
        }
        for (EntryRow row : rows) {
            Recorded recorded = row.decode(keys);
            heed(recorded);
            recent.add(recorded, row.weight());
            undelivered.add(recorded);
        }
        advance(next);
        return true;
    }

    /** Takes in a batch of this replica's own, which is durable now. */
    void commit(Batch batch) {
        for (int i = 0; i < batch.size(); i++) {
            heed(batch.recorded().get(i));
            recent.add(batch.recorded().get(i), batch.weight(i));
            undelivered.add(batch.recorded().get(i));
        }
        advance(batch.after());
    }

    /** Hands everything on that was taken in. */
    void deliver() {
        for (Recorded next = undelivered.poll(); next != null; next = undelivered.poll()) {
            tail.deliver(next);
        }
    }

    /** What an entry says of erasure holds in memory too, from the moment it is known. */
    private void heed(Recorded recorded) {
        keys.heed(recorded.entry());
        Deletions.erased(recorded.entry()).ifPresent(recent::forget);
    }

    private void advance(Head next) {
        head = next;
        try {
            mark.raise(next.size(), next.checkpoint().root());
        } catch (IOException failed) {
            throw new UncheckedIOException("the high-water mark cannot be written", failed);
        }
    }
}
