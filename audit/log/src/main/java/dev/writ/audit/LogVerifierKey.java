package dev.writ.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The public half of a log's Ed25519 key: all that is needed to check what the log says. It uses the JDK's cryptography alone,
 * and so is a second opinion on what {@link LogSigner} does.
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>, verifier keys
 */
public final class LogVerifierKey {

    static final byte ED25519 = 0x01;

    private final VerifierKey key;

    private LogVerifierKey(VerifierKey key) {
        this.key = key;
    }

    static LogVerifierKey of(String name, byte[] key) {
        return new LogVerifierKey(new VerifierKey(name, ED25519, key));
    }

    /**
     * Reads a vkey, {@code <name>+<8 hexadecimal digits>+<base64>}.
     *
     * @throws IllegalArgumentException if it is not one, or not of Ed25519
     */
    public static LogVerifierKey parse(String vkey) {
        return new LogVerifierKey(VerifierKey.parse(vkey, ED25519));
    }

    /** The log's name, which is the origin of its checkpoints. */
    public String name() {
        return key.name();
    }

    /** The text to hand to whoever wants to verify. */
    public String vkey() {
        return key.vkey();
    }

    /**
     * Verifies a checkpoint of this log. Signatures of other keys, such as those of witnesses, must be well-formed and are
     * ignored.
     *
     * @throws VerificationException if it is not a signed note, not a checkpoint, of another origin, not signed by this key, or
     *     if any signature that names this key fails
     */
    public Checkpoint verify(String note) {
        CheckpointText text = CheckpointText.parse(open(note).text());
        if (!text.origin().equals(name())) {
            throw new VerificationException("a checkpoint is of another origin than " + name());
        }
        return new Checkpoint(text.origin(), text.size(), text.root(), note);
    }

    Note open(String note) {
        Note parsed = Note.parse(note);
        if (!hasSigned(parsed)) {
            throw new VerificationException("a note is not signed by the key of " + name()
                    + " that is trusted; if it was replaced, ask for the new one");
        }
        return parsed;
    }

    /**
     * Whether this key has signed it.
     *
     * @throws VerificationException if any signature that names this key fails
     */
    boolean hasSigned(Note note) {
        List<Note.Line> mine = key.linesOf(note);
        byte[] signed = note.text().getBytes(StandardCharsets.UTF_8);
        for (Note.Line line : mine) {
            if (!key.verifies(signed, line.bytes())) {
                throw new VerificationException("a note's signature by the key of " + name() + " is wrong");
            }
        }
        return !mine.isEmpty();
    }

    int id() {
        return key.id();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogVerifierKey that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return vkey();
    }
}
