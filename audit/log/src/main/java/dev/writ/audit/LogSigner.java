package dev.writ.audit;

import dev.writ.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The private half of a log's Ed25519 key. It signs frontiers only, so that size and root always belong together; that the
 * frontier extends the last one signed is its caller's duty. Safe to share between threads.
 *
 * <p>While a key is replaced, a log is signed with the old one and its successor, so that whoever trusts either can verify.
 *
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public final class LogSigner {

    private static final String PRIVATE_KEY = "PRIVATE+KEY+";
    private static final byte ED25519 = 0x01;

    private final Ed25519PrivateKeyParameters key;
    private final LogVerifierKey verifierKey;
    private final Optional<LogSigner> successor;

    private LogSigner(String name, Ed25519PrivateKeyParameters key) {
        this(LogVerifierKey.of(name, key.generatePublicKey().getEncoded()), key, Optional.empty());
    }

    private LogSigner(LogVerifierKey verifierKey, Ed25519PrivateKeyParameters key, Optional<LogSigner> successor) {
        this.key = key;
        this.verifierKey = verifierKey;
        this.successor = successor;
    }

    /**
     * Makes a new key.
     *
     * @param name of the log, the origin of its checkpoints: a URL without scheme, such as {@code example.com/writ}
     */
    public static LogSigner generate(String name, SecureRandom random) {
        return new LogSigner(name, new Ed25519PrivateKeyParameters(random));
    }

    /**
     * Reads what {@link #privateKey()} wrote: {@code PRIVATE+KEY+<name>+<id>+<base64>}, the form of Go's
     * golang.org/x/mod/sumdb/note.
     *
     * @throws IllegalArgumentException if it is not one; the message holds nothing of it
     */
    public static LogSigner parse(String privateKey) {
        String[] parts = privateKey.startsWith(PRIVATE_KEY)
                ? privateKey.substring(PRIVATE_KEY.length()).split("\\+", 3)
                : new String[0];
        byte[] typed = parts.length == 3 ? decode(parts[2]) : new byte[0];
        if (typed.length != 1 + Ed25519.SECRET_KEY_SIZE || typed[0] != ED25519) {
            throw malformed();
        }
        LogSigner parsed = new LogSigner(parts[0], new Ed25519PrivateKeyParameters(typed, 1));
        if (!parsed.privateKey().equals(privateKey)) {
            throw malformed();
        }
        return parsed;
    }

    private static byte[] decode(String text) {
        try {
            return StrictBase64.decode(text, "the key");
        } catch (VerificationException notBase64) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("not a private key of the form PRIVATE+KEY+name+id+base64");
    }

    /** The secret, as text. */
    public String privateKey() {
        byte[] typed = ByteBuffer.allocate(1 + Ed25519.SECRET_KEY_SIZE)
                .put(ED25519)
                .put(key.getEncoded())
                .array();
        String id = HexFormat.of().toHexDigits(verifierKey.id());
        return PRIVATE_KEY + verifierKey.name() + '+' + id + '+' + StrictBase64.encode(typed);
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
        return new LogSigner(verifierKey, key, Optional.of(next));
    }

    /** The public halves of all keys it signs with. */
    public LogKeys keys() {
        return successor
                .map(next -> LogKeys.of(verifierKey).and(next.verifierKey))
                .orElseGet(() -> LogKeys.of(verifierKey));
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
        return Note.Line.of(verifierKey.name(), verifierKey.id(), signature(text));
    }

    private byte[] signature(String text) {
        byte[] signed = text.getBytes(StandardCharsets.UTF_8);
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, signed, 0, signed.length, signature, 0);
        return signature;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogSigner that
                && verifierKey.equals(that.verifierKey)
                && successor.equals(that.successor)
                && Arrays.equals(key.getEncoded(), that.key.getEncoded());
    }

    @Override
    public int hashCode() {
        return verifierKey.hashCode();
    }

    @Override
    public String toString() {
        return "LogSigner[" + verifierKey.name() + "]";
    }
}
