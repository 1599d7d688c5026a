package dev.writ.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The private half of an Ed25519 key that signs notes. Safe to share between threads. */
final class SigningKey {

    private static final String PRIVATE_KEY = "PRIVATE+KEY+";

    private final String name;
    private final byte type;
    private final Ed25519PrivateKeyParameters key;

    private SigningKey(String name, byte type, Ed25519PrivateKeyParameters key) {
        this.name = KeyName.requireValid(name);
        this.type = type;
        this.key = key;
    }

    static SigningKey generate(String name, byte type, SecureRandom random) {
        return new SigningKey(name, type, new Ed25519PrivateKeyParameters(random));
    }

    /**
     * Reads what {@link #privateKey()} wrote: {@code PRIVATE+KEY+<name>+<id>+<base64>}, the form of Go's
     * golang.org/x/mod/sumdb/note.
     *
     * @throws IllegalArgumentException if it is not one; the message holds nothing of it
     */
    static SigningKey parse(String privateKey, byte type) {
        String[] parts = privateKey.startsWith(PRIVATE_KEY)
                ? privateKey.substring(PRIVATE_KEY.length()).split("\\+", 3)
                : new String[0];
        byte[] typed = parts.length == 3 ? decode(parts[2]) : new byte[0];
        if (typed.length != 1 + Ed25519.SECRET_KEY_SIZE || typed[0] != type) {
            throw malformed();
        }
        SigningKey parsed = new SigningKey(parts[0], type, new Ed25519PrivateKeyParameters(typed, 1));
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

    String name() {
        return name;
    }

    byte[] publicKey() {
        return key.generatePublicKey().getEncoded();
    }

    /** The secret, as text. */
    String privateKey() {
        byte[] typed = ByteBuffer.allocate(1 + Ed25519.SECRET_KEY_SIZE)
                .put(type)
                .put(key.getEncoded())
                .array();
        String id = HexFormat.of().toHexDigits(new VerifierKey(name, type, publicKey()).id());
        return PRIVATE_KEY + name + '+' + id + '+' + StrictBase64.encode(typed);
    }

    byte[] sign(String text) {
        byte[] signed = text.getBytes(StandardCharsets.UTF_8);
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, signed, 0, signed.length, signature, 0);
        return signature;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningKey that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(key.getEncoded(), that.key.getEncoded());
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return "SigningKey[" + name + "]";
    }
}
