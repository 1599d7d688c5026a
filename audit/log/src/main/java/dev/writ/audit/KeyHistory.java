package dev.writ.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which keys sign a log, from its first checkpoint to its newest. It is read before the log is verified, and every change in it
 * must then be found among the entries.
 */
public final class KeyHistory {

    private final LogVerifierKey first;
    private final List<Change> changes = new ArrayList<>();

    private KeyHistory(LogVerifierKey first) {
        this.first = first;
    }

    private record Change(long index, KeyChange change) {}

    /** A log's that begins with that key. */
    public static KeyHistory beginningWith(LogVerifierKey first) {
        return new KeyHistory(first);
    }

    /**
     * The entry at that index changes the keys.
     *
     * @throws VerificationException if it adds a key of another log, retires one that does not sign, or leaves none
     */
    public KeyHistory then(long index, KeyChange change) {
        boolean isInForce = inForce(index).stream().anyMatch(change.key()::equals);
        boolean isLast = inForce(index).size() == 1;
        if (!change.key().name().equals(first.name()) || isInForce == change.isAdded() || (isInForce && isLast)) {
            throw new VerificationException("entry " + index + " changes the log's keys in a way that cannot be");
        }
        KeyHistory longer = new KeyHistory(first);
        longer.changes.addAll(changes);
        longer.changes.add(new Change(index, change));
        return longer;
    }

    /** Verifies a checkpoint that a key in force at its size must have signed. */
    Checkpoint verify(long size, String note) {
        return keysAt(size).verify(note);
    }

    /** The keys that sign the tree of that size. */
    public LogKeys keysAt(long size) {
        return inForce(size).stream()
                .map(LogKeys::of)
                .reduce((some, one) -> some.and(one.all().get(0)))
                .orElseThrow();
    }

    /** Whether that key signs at some time. */
    public boolean knows(LogVerifierKey key) {
        return key.equals(first)
                || changes.stream().anyMatch(change -> change.change().key().equals(key));
    }

    Optional<KeyChange> at(long index) {
        return changes.stream()
                .filter(change -> change.index() == index)
                .map(Change::change)
                .findFirst();
    }

    /** How many changes there are below that size. */
    long before(long size) {
        return changes.stream().filter(change -> change.index() < size).count();
    }

    private List<LogVerifierKey> inForce(long size) {
        List<LogVerifierKey> keys = new ArrayList<>(List.of(first));
        for (Change change : changes) {
            if (change.index() < size && change.change().isAdded()) {
                keys.add(change.change().key());
            } else if (change.index() < size) {
                keys.remove(change.change().key());
            }
        }
        return keys;
    }
}
