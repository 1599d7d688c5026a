package dev.writ.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The keys of one log: those that sign, one or two while one replaces the other, and those that did. What a retired key signed
 * stays good where a newer head covers it; a head of its own it can not sign.
 */
public final class LogKeys {

    private final List<LogVerifierKey> signing;
    private final List<LogVerifierKey> retired;

    private LogKeys(List<LogVerifierKey> signing, List<LogVerifierKey> retired) {
        this.signing = List.copyOf(signing);
        this.retired = List.copyOf(retired);
    }

    public static LogKeys of(LogVerifierKey key) {
        return new LogKeys(List.of(key), List.of());
    }

    /**
     * These and another one that signs.
     *
     * @throws IllegalArgumentException if it is of another log
     */
    public LogKeys and(LogVerifierKey another) {
        return new LogKeys(
                with(signing, another),
                retired.stream().filter(key -> !key.equals(another)).toList());
    }

    /**
     * These and one that signed once. One that still signs goes on doing so.
     *
     * @throws IllegalArgumentException if it is of another log
     */
    public LogKeys andRetired(LogVerifierKey another) {
        return signing.contains(another) ? this : new LogKeys(signing, with(retired, another));
    }

    private List<LogVerifierKey> with(List<LogVerifierKey> some, LogVerifierKey another) {
        if (!another.name().equals(origin())) {
            throw new IllegalArgumentException("a key of " + another.name() + " is not one of " + origin());
        }
        List<LogVerifierKey> more = new ArrayList<>(some);
        if (!more.contains(another)) {
            more.add(another);
        }
        return more;
    }

    /** The name of the log. */
    public String origin() {
        return signing.get(0).name();
    }

    /** Those that sign first, then those that did. */
    public List<LogVerifierKey> all() {
        List<LogVerifierKey> all = new ArrayList<>(signing);
        all.addAll(retired);
        return List.copyOf(all);
    }

    /** Those that sign. */
    public LogKeys signing() {
        return new LogKeys(signing, List.of());
    }

    /**
     * Verifies a checkpoint that at least one of the keys has signed, be it retired.
     *
     * @throws VerificationException if none has, or if a signature by any of them is wrong
     */
    public Checkpoint verify(String note) {
        return verify(note, all());
    }

    /**
     * Verifies the newest checkpoint of the log: one that a key has signed which is not retired.
     *
     * @throws VerificationException if none has, or if a signature by any of them is wrong
     */
    public Checkpoint verifyHead(String note) {
        return verify(note, signing);
    }

    private Checkpoint verify(String note, List<LogVerifierKey> keys) {
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
        return other instanceof LogKeys that && signing.equals(that.signing) && retired.equals(that.retired);
    }

    @Override
    public int hashCode() {
        return Objects.hash(signing, retired);
    }

    @Override
    public String toString() {
        return retired.isEmpty() ? signing.toString() : signing + ", retired " + retired;
    }
}
