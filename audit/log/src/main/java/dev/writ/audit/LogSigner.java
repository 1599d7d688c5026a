package dev.writ.audit;

import dev.writ.model.Digest;
import java.security.SecureRandom;
import java.util.List;

/**
 * The private half of a log's Ed25519 key. It signs frontiers only, so that size and root always belong together; that the
 * frontier extends the last one signed is its caller's duty. Safe to share between threads.
 *
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public final class LogSigner {

    private final SigningKey key;
    private final LogVerifierKey verifierKey;

    private LogSigner(SigningKey key) {
        this.key = key;
        this.verifierKey = LogVerifierKey.of(key.name(), key.publicKey());
    }

    /**
     * Makes a new key.
     *
     * @param name of the log, the origin of its checkpoints: a URL without scheme, such as {@code example.com/writ}
     */
    public static LogSigner generate(String name, SecureRandom random) {
        return new LogSigner(SigningKey.generate(name, LogVerifierKey.ED25519, random));
    }

    /**
     * Reads what {@link #privateKey()} wrote: {@code PRIVATE+KEY+<name>+<id>+<base64>}, the form of Go's
     * golang.org/x/mod/sumdb/note.
     *
     * @throws IllegalArgumentException if it is not one; the message holds nothing of it
     */
    public static LogSigner parse(String privateKey) {
        return new LogSigner(SigningKey.parse(privateKey, LogVerifierKey.ED25519));
    }

    /** The secret, as text. */
    public String privateKey() {
        return key.privateKey();
    }

    public LogVerifierKey verifierKey() {
        return verifierKey;
    }

    /** Signs the head of the tree that has this frontier. Takes about 100 microseconds. */
    public Checkpoint sign(Frontier frontier) {
        CheckpointText text =
                new CheckpointText(verifierKey.name(), frontier.size(), Digest.fromBytes(frontier.root()));
        return new Checkpoint(
                text.origin(), text.size(), text.root(), sign(text.toText()).toText());
    }

    Note sign(String text) {
        Note.Line line = Note.Line.of(verifierKey.name(), verifierKey.id(), key.sign(text));
        return new Note(text, List.of(line));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogSigner that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "LogSigner[" + verifierKey.name() + "]";
    }
}
