package dev.writ.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys of one log that are trusted at a time: one, or two while one replaces the other, or more for whoever still reads what
 * retired ones signed.
 */
public final class LogKeys {

    private final List<LogVerifierKey> keys;

    private LogKeys(List<LogVerifierKey> keys) {
        this.keys = List.copyOf(keys);
    }

    public static LogKeys of(LogVerifierKey key) {
        return new LogKeys(List.of(key));
    }

    /**
     * These and another one.
     *
     * @throws IllegalArgumentException if it is of another log
     */
    public LogKeys and(LogVerifierKey another) {
        if (!another.name().equals(origin())) {
            throw new IllegalArgumentException("a key of " + another.name() + " is not one of " + origin());
        }
        List<LogVerifierKey> more = new ArrayList<>(keys);
        if (!more.contains(another)) {
            more.add(another);
        }
        return new LogKeys(more);
    }

    /** The name of the log. */
    public String origin() {
        return keys.get(0).name();
    }

    public List<LogVerifierKey> all() {
        return keys;
    }

    /**
     * Verifies a checkpoint that at least one of the keys has signed.
     *
     * @throws VerificationException if none has, or if a signature by any of them is wrong
     */
    public Checkpoint verify(String note) {
        Note parsed = Note.parse(note);
        List<LogVerifierKey> signers =
                keys.stream().filter(key -> key.hasSigned(parsed)).toList();
        if (signers.isEmpty()) {
            throw new VerificationException("a checkpoint is signed by no key of " + origin() + " that is in force");
        }
        return signers.stream()
                .map(key -> key.verify(note))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogKeys that && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    @Override
    public String toString() {
        return keys.toString();
    }
}
