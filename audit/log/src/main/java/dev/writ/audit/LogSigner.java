package dev.writ.audit;

import dev.writ.model.Digest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * The private half of a log's Ed25519 key. It signs frontiers only, so that size and root always belong together; that the
 * frontier extends the last one signed is its caller's duty. Safe to share between threads.
 *
 * <p>While a key is replaced, a log is signed with the old one and its successor, so that whoever trusts either can verify.
 *
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public final class LogSigner {

    private final SigningKey key;
    private final LogVerifierKey verifierKey;
    private final Optional<LogSigner> successor;

    private LogSigner(SigningKey key) {
        this(key, Optional.empty());
    }

    private LogSigner(SigningKey key, Optional<LogSigner> successor) {
        this.key = key;
        this.verifierKey = LogVerifierKey.of(key.name(), key.publicKey());
        this.successor = successor;
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

    /**
     * This key and the one that will replace it; each checkpoint is signed by both.
     *
     * @throws IllegalArgumentException if it is not another key of the same name
     */
    public LogSigner with(LogSigner next) {
        if (!next.verifierKey.name().equals(verifierKey.name()) || next.verifierKey.equals(verifierKey)) {
            throw new IllegalArgumentException("the next key of a log is another one with the log's name");
        }
        return new LogSigner(key, Optional.of(next));
    }

    /** The public halves of all keys it signs with. */
    public LogKeys keys() {
        LogKeys mine = LogKeys.of(verifierKey);
        return successor.map(next -> mine.and(next.verifierKey)).orElse(mine);
    }

    /** Signs the head of the tree that has this frontier. Takes about 100 microseconds for each key. */
    public Checkpoint sign(Frontier frontier) {
        CheckpointText text =
                new CheckpointText(verifierKey.name(), frontier.size(), Digest.fromBytes(frontier.root()));
        return new Checkpoint(
                text.origin(), text.size(), text.root(), sign(text.toText()).toText());
    }

    Note sign(String text) {
        Note.Line mine = line(text);
        return new Note(
                text, successor.map(next -> List.of(mine, next.line(text))).orElseGet(() -> List.of(mine)));
    }

    private Note.Line line(String text) {
        return Note.Line.of(verifierKey.name(), verifierKey.id(), key.sign(text));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogSigner that && key.equals(that.key) && successor.equals(that.successor);
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
