package dev.writ.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The public half of a witness's Ed25519 key, of signature type 0x04. It uses the JDK's cryptography alone.
 *
 * @see <a href="https://c2sp.org/tlog-cosignature">C2SP tlog-cosignature</a>
 */
public final class CosignerKey {

    static final byte COSIGNATURE_V1 = 0x04;

    private static final int SIGNATURE = 64;
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private final VerifierKey key;

    private CosignerKey(VerifierKey key) {
        this.key = key;
    }

    static CosignerKey of(String name, byte[] key) {
        return new CosignerKey(new VerifierKey(name, COSIGNATURE_V1, key));
    }

    /**
     * Reads a vkey, {@code <name>+<8 hexadecimal digits>+<base64>}.
     *
     * @throws IllegalArgumentException if it is not one, or not of an Ed25519 witness
     */
    public static CosignerKey parse(String vkey) {
        return new CosignerKey(VerifierKey.parse(vkey, COSIGNATURE_V1));
    }

    public String name() {
        return key.name();
    }

    /** The text to hand to whoever wants to verify. */
    public String vkey() {
        return key.vkey();
    }

    /**
     * The newest cosignature of this key on a checkpoint, if it has any. Says nothing of who else has signed.
     *
     * @throws VerificationException if the note is none, or any signature that names this key fails
     */
    public Optional<Cosignature> cosignature(String note) {
        return cosignature(Note.parse(note));
    }

    Optional<Cosignature> cosignature(Note note) {
        Optional<Cosignature> newest = Optional.empty();
        for (Note.Line line : key.linesOf(note)) {
            Cosignature verified = verified(note.text(), line);
            if (newest.filter(found -> !found.signedAt().isBefore(verified.signedAt()))
                    .isEmpty()) {
                newest = Optional.of(verified);
            }
        }
        return newest;
    }

    /**
     * The newest cosignature of this key among a witness's answer.
     *
     * @param note the checkpoint that the witness was asked to cosign
     * @param lines signature lines, each with its newline; those of other keys do not matter
     * @throws VerificationException if they are not signature lines, or any that names this key fails
     */
    public Optional<Cosignature> answered(String note, String lines) {
        Note asked = Note.parse(note);
        // Only what the witness says now counts, not what is below the checkpoint already.
        Note answer = Note.parse(asked.text() + '\n' + lines);
        return cosignature(answer);
    }

    private Cosignature verified(String text, Note.Line line) {
        byte[] timestamped = line.bytes();
        if (timestamped.length != Long.BYTES + SIGNATURE) {
            throw new VerificationException("a cosignature by the key of " + name() + " has another length");
        }
        long timestamp = ByteBuffer.wrap(timestamped).getLong();
        if (timestamp <= 0 || timestamp > LATEST) {
            throw new VerificationException("a cosignature by the key of " + name() + " has no sensible time");
        }
        byte[] signed = message(timestamp, text).getBytes(StandardCharsets.UTF_8);
        if (!key.verifies(signed, Arrays.copyOfRange(timestamped, Long.BYTES, timestamped.length))) {
            throw new VerificationException("a cosignature by the key of " + name() + " is wrong");
        }
        return new Cosignature(name(), Instant.ofEpochSecond(timestamp), line.toText());
    }

    /** What is signed. */
    static String message(long timestamp, String text) {
        return "cosignature/v1\ntime " + timestamp + '\n' + text;
    }

    List<Note.Line> linesOf(Note note) {
        return key.linesOf(note);
    }

    int id() {
        return key.id();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CosignerKey that && key.equals(that.key);
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
