package dev.writ.audit;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * The private half of a witness's Ed25519 key. Whether what it cosigns is consistent is its caller's duty: see
 * {@link LogWitness}. Safe to share between threads.
 *
 * @see <a href="https://c2sp.org/tlog-cosignature">C2SP tlog-cosignature</a>
 */
public final class Cosigner {

    private final SigningKey key;
    private final CosignerKey verifierKey;

    private Cosigner(SigningKey key) {
        this.key = key;
        this.verifierKey = CosignerKey.of(key.name(), key.publicKey());
    }

    /**
     * Makes a new key.
     *
     * @param name of the witness: a URL without scheme, such as {@code witness.example.com/w1}
     */
    public static Cosigner generate(String name, SecureRandom random) {
        return new Cosigner(SigningKey.generate(name, CosignerKey.COSIGNATURE_V1, random));
    }

    /**
     * Reads what {@link #privateKey()} wrote.
     *
     * @throws IllegalArgumentException if it is not one; the message holds nothing of it
     */
    public static Cosigner parse(String privateKey) {
        return new Cosigner(SigningKey.parse(privateKey, CosignerKey.COSIGNATURE_V1));
    }

    /** The secret, as text: {@code PRIVATE+KEY+<name>+<id>+<base64>}. */
    public String privateKey() {
        return key.privateKey();
    }

    public CosignerKey verifierKey() {
        return verifierKey;
    }

    Cosignature cosign(String text, Instant now) {
        long timestamp = now.getEpochSecond();
        byte[] signature = key.sign(CosignerKey.message(timestamp, text));
        byte[] timestamped = ByteBuffer.allocate(Long.BYTES + signature.length)
                .putLong(timestamp)
                .put(signature)
                .array();
        Note.Line line = Note.Line.of(verifierKey.name(), verifierKey.id(), timestamped);
        return new Cosignature(verifierKey.name(), Instant.ofEpochSecond(timestamp), line.toText());
    }

    @Override
    public String toString() {
        return "Cosigner[" + verifierKey.name() + "]";
    }
}
