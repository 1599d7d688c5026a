package dev.writ.gateway.identity;

import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API key as its holder sends it: {@code writ_<id>_<secret>}. This is the only form that holds the secret.
 *
 * @param id public: 64 random bits in lower-case hexadecimal
 * @param secret 256 random bits in lower-case hexadecimal
 */
record PresentedKey(String id, String secret) {

    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern FORM = Pattern.compile("writ_([0-9a-f]{16})_([0-9a-f]{64})");

    static PresentedKey mint(SecureRandom random) {
        return new PresentedKey(hex(random, ID_BYTES), hex(random, SECRET_BYTES));
    }

    /** The key that text is, if it has the form of one. */
    static Optional<PresentedKey> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() ? Optional.of(new PresentedKey(form.group(1), form.group(2))) : Optional.empty();
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** What is kept of the secret. It needs no salt and no slow hash: nobody can guess 256 bits. */
    Digest secretHash() {
        return Digest.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    /** The whole key, to be shown once to whom it was made for. */
    String reveal() {
        return "writ_" + id + "_" + secret;
    }

    private static String hex(SecureRandom random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    @Override
    public String toString() {
        return "PresentedKey[" + id + "]";
    }
}
