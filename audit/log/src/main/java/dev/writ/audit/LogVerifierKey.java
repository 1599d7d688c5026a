package dev.writ.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The public half of a log's Ed25519 key: all that is needed to check what the log says. It uses the JDK's cryptography alone,
 * and so is a second opinion on what {@link LogSigner} does.
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>, verifier keys
 */
public final class LogVerifierKey {

    private static final byte ED25519 = 0x01;
    private static final int KEY_BYTES = 32;

    /** What RFC 8410 puts before the 32 bytes of an Ed25519 key, for the JDK. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final byte[] key;
    private final PublicKey publicKey;

    private LogVerifierKey(String name, byte[] key) {
        this.name = KeyName.requireValid(name);
        this.key = key.clone();
        this.publicKey = publicKey(key);
    }

    static LogVerifierKey of(String name, byte[] key) {
        return new LogVerifierKey(name, key);
    }

    /**
     * Reads a vkey, {@code <name>+<8 hexadecimal digits>+<base64>}.
     *
     * @throws IllegalArgumentException if it is not one, or not of Ed25519
     */
    public static LogVerifierKey parse(String vkey) {
        String[] parts = vkey.split("\\+", 3); // a base64 text may hold a plus sign too
        byte[] typed = parts.length == 3 ? decode(parts[2]) : new byte[0];
        if (typed.length != 1 + KEY_BYTES || typed[0] != ED25519) {
            throw new IllegalArgumentException("a verifier key is 'name+id+base64' of an Ed25519 key");
        }
        LogVerifierKey parsed = new LogVerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!parsed.vkey().equals(vkey)) {
            throw new IllegalArgumentException("a verifier key's id does not belong to its name and key");
        }
        return parsed;
    }

    private static byte[] decode(String text) {
        try {
            return StrictBase64.decode(text, "the key");
        } catch (VerificationException notBase64) {
            throw new IllegalArgumentException("a verifier key is 'name+id+base64'", notBase64);
        }
    }

    /** The log's name, which is the origin of its checkpoints. */
    public String name() {
        return name;
    }

    /** The text to hand to whoever wants to verify. */
    public String vkey() {
        return name + '+' + HexFormat.of().toHexDigits(id()) + '+' + StrictBase64.encode(typed());
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
        if (!text.origin().equals(name)) {
            throw new VerificationException("a checkpoint is of another origin than " + name);
        }
        return new Checkpoint(text.origin(), text.size(), text.root(), note);
    }

    /** Whether a signature of this key is there, right or wrong. */
    boolean isNamedBy(Note note) {
        int id = id();
        return note.signatures().stream().anyMatch(line -> line.keyName().equals(name) && line.keyId() == id);
    }

    Note open(String note) {
        Note parsed = Note.parse(note);
        int id = id();
        List<Note.Line> mine = parsed.signatures().stream()
                .filter(line -> line.keyName().equals(name) && line.keyId() == id)
                .toList();
        if (mine.isEmpty()) {
            throw new VerificationException("a note is not signed by the key of " + name);
        }
        byte[] signed = parsed.text().getBytes(StandardCharsets.UTF_8);
        for (Note.Line line : mine) {
            if (!verifies(signed, line.bytes())) {
                throw new VerificationException("a note's signature by the key of " + name + " is wrong");
            }
        }
        return parsed;
    }

    /** The first four bytes of SHA-256(name || 0x0A || type || key). */
    int id() {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        return ByteBuffer.wrap(sha256.digest(typed())).getInt();
    }

    private byte[] typed() {
        return ByteBuffer.allocate(1 + KEY_BYTES).put(ED25519).put(key).array();
    }

    private boolean verifies(byte[] signed, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(publicKey);
            ed25519.update(signed);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException malformed) {
            throw new VerificationException("a note's signature by the key of " + name + " is malformed", malformed);
        }
    }

    private static PublicKey publicKey(byte[] key) {
        byte[] spki =
                ByteBuffer.allocate(SPKI.length + key.length).put(SPKI).put(key).array();
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
        } catch (GeneralSecurityException notAPoint) {
            throw new IllegalArgumentException("not an Ed25519 public key", notAPoint);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogVerifierKey that && name.equals(that.name) && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return vkey();
    }
}
