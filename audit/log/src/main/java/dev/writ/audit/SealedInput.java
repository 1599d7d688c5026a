package dev.writ.audit;

import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * An {@link Input} made ready for a log: what the leaf says of it, and what is kept beside the log until it is erased.
 *
 * <p>The nonce of the commitment is encrypted together with the value: once the subject's key is gone, not even a guess of the
 * value can be checked against the leaf. The ciphertext is bound to name and commitment, so it opens in its own place only.
 */
public final class SealedInput {

    private static final String TAG = "writ-input-v1\n";

    private final String name;
    private final Commitment commitment;
    private final byte[] ciphertext;

    private SealedInput(String name, Commitment commitment, byte[] ciphertext) {
        this.name = name;
        this.commitment = commitment;
        this.ciphertext = ciphertext;
    }

    /** Commits to an input and encrypts it. */
    public static SealedInput seal(SubjectKey key, Input input, SecureRandom random) {
        byte[] nonce = new byte[Commitment.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] value = input.value().toBytes();
        Commitment commitment = Commitment.to(nonce, value);
        byte[] plain = ByteBuffer.allocate(nonce.length + value.length)
                .put(nonce)
                .put(value)
                .array();
        byte[] ciphertext = AesGcm.seal(key.key(), associated(input.name(), commitment), plain);
        return new SealedInput(input.name(), commitment, ciphertext);
    }

    /** One that was sealed earlier: name and commitment from the leaf, ciphertext from beside it. */
    public static SealedInput of(String name, Commitment commitment, byte[] ciphertext) {
        return new SealedInput(name, commitment, ciphertext.clone());
    }

    public String name() {
        return name;
    }

    public Commitment commitment() {
        return commitment;
    }

    /** 60 bytes longer than the value's RFC 8785 form. */
    public byte[] ciphertext() {
        return ciphertext.clone();
    }

    /**
     * The value.
     *
     * @throws VerificationException if it was sealed under another key, name or commitment, or was changed
     */
    public JsonValue open(SubjectKey key) {
        byte[] plain = AesGcm.open(key.key(), associated(name, commitment), ciphertext)
                .filter(bytes -> bytes.length > Commitment.NONCE_BYTES)
                .orElseThrow(SealedInput::broken);
        byte[] nonce = Arrays.copyOf(plain, Commitment.NONCE_BYTES);
        byte[] value = Arrays.copyOfRange(plain, Commitment.NONCE_BYTES, plain.length);
        if (!Commitment.to(nonce, value).equals(commitment)) {
            throw broken();
        }
        try {
            return JsonValue.parse(value, JsonLimits.TRUSTED);
        } catch (JsonException notJson) {
            throw broken();
        }
    }

    private static byte[] associated(String name, Commitment commitment) {
        // The commitment's text has a fixed length, so that where the name begins is never in doubt.
        return (TAG + commitment.text() + name).getBytes(StandardCharsets.UTF_8);
    }

    private static VerificationException broken() {
        return new VerificationException("an input does not open: it was changed, or belongs to another entry or key");
    }

    @Override
    public String toString() {
        return "SealedInput[" + name + "]";
    }
}
