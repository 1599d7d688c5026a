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
 * An Ed25519 key of a signed note, of one signature type. It uses the JDK's cryptography alone.
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>, verifier keys
 */
final class VerifierKey {

    static final int BYTES = 32;

    /** What RFC 8410 puts before the 32 bytes of an Ed25519 key, for the JDK. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final byte type;
    private final byte[] key;
    private final PublicKey publicKey;

    VerifierKey(String name, byte type, byte[] key) {
        this.name = KeyName.requireValid(name);
        this.type = type;
        this.key = key.clone();
        this.publicKey = publicKey(key);
    }

    /** @throws IllegalArgumentException if it is not a vkey, or not of that type */
    static VerifierKey parse(String vkey, byte type) {
        String[] parts = vkey.split("\\+", 3); // a base64 text may hold a plus sign too
        byte[] typed = parts.length == 3 ? decode(parts[2]) : new byte[0];
        if (typed.length != 1 + BYTES || typed[0] != type) {
            throw new IllegalArgumentException("a verifier key is 'name+id+base64' of an Ed25519 key");
        }
        VerifierKey parsed = new VerifierKey(parts[0], type, Arrays.copyOfRange(typed, 1, typed.length));
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

    String name() {
        return name;
    }

    String vkey() {
        return name + '+' + HexFormat.of().toHexDigits(id()) + '+' + StrictBase64.encode(typed());
    }

    /** The first four bytes of SHA-256(name || 0x0A || type || key). */
    int id() {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        return ByteBuffer.wrap(sha256.digest(typed())).getInt();
    }

    /** The lines of a note that name this key. */
    List<Note.Line> linesOf(Note note) {
        int id = id();
        return note.signatures().stream()
                .filter(line -> line.keyName().equals(name) && line.keyId() == id)
                .toList();
    }

    boolean verifies(byte[] signed, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(publicKey);
            ed25519.update(signed);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException malformed) {
            throw new VerificationException("a note's signature by the key of " + name + " is malformed", malformed);
        }
    }

    private byte[] typed() {
        return ByteBuffer.allocate(1 + BYTES).put(type).put(key).array();
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
        return other instanceof VerifierKey that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(key, that.key);
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
