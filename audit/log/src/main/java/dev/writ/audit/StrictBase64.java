package dev.writ.audit;

import java.util.Base64;

/** RFC 4648 section 4 with exactly one text for each value: padded, and no bit set that means nothing. */
final class StrictBase64 {

    private StrictBase64() {}

    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * @param what names the text in the exception
     * @throws VerificationException if the text is not what {@link #encode} writes
     */
    static byte[] decode(String text, String what) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new VerificationException(what + " is not base64", notBase64);
        }
        if (!encode(bytes).equals(text)) {
            throw new VerificationException(what + " is not base64 in its one form");
        }
        return bytes;
    }
}
