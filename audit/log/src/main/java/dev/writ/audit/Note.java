package dev.writ.audit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text and who signed it.
 *
 * @param text with its final newline
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
record Note(String text, List<Line> signatures) {

    private static final String SIGNATURE = "\u2014 ";

    // Bounds what a hostile note can cost; the specification asks for at least 16 signatures of up to 5 kB.
    private static final int MAX_CHARS = 1_000_000;
    private static final int MAX_SIGNATURES = 100;

    /** One signature line. */
    record Line(String keyName, int keyId, String signature) {

        static Line of(String keyName, int keyId, byte[] signature) {
            return new Line(keyName, keyId, StrictBase64.encode(signature));
        }

        static Line parse(String line) {
            int space = line.lastIndexOf(' ');
            if (!line.startsWith(SIGNATURE) || space <= SIGNATURE.length()) {
                throw new VerificationException("a signature line of a note is not '\u2014 name base64'");
            }
            String keyName = line.substring(SIGNATURE.length(), space);
            if (!KeyName.isValid(keyName)) {
                throw new VerificationException("a signature line of a note has a malformed key name");
            }
            byte[] idAndSignature = StrictBase64.decode(line.substring(space + 1), "a signature of a note");
            if (idAndSignature.length <= Integer.BYTES) {
                throw new VerificationException("a signature of a note is too short");
            }
            return of(
                    keyName,
                    ByteBuffer.wrap(idAndSignature).getInt(),
                    Arrays.copyOfRange(idAndSignature, Integer.BYTES, idAndSignature.length));
        }

        byte[] bytes() {
            return StrictBase64.decode(signature, "a signature of a note");
        }

        String toText() {
            byte[] signed = bytes();
            byte[] idAndSignature = ByteBuffer.allocate(Integer.BYTES + signed.length)
                    .putInt(keyId)
                    .put(signed)
                    .array();
            return SIGNATURE + keyName + ' ' + StrictBase64.encode(idAndSignature) + '\n';
        }
    }

    Note {
        signatures = List.copyOf(signatures);
    }

    /** @throws VerificationException if it is not a signed note, to the last byte */
    static Note parse(String note) {
        if (note.length() > MAX_CHARS || note.chars().anyMatch(unit -> unit < ' ' && unit != '\n')) {
            throw new VerificationException("a note is too long or holds a control character");
        }
        // The last empty line parts the text from the signatures, as the text may hold empty lines too.
        int blank = note.lastIndexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n") || blank + 2 == note.length()) {
            throw new VerificationException("a note is not a text, an empty line and signature lines");
        }
        List<Line> signatures = new ArrayList<>();
        for (String line : note.substring(blank + 2, note.length() - 1).split("\n", MAX_SIGNATURES + 1)) {
            signatures.add(Line.parse(line));
        }
        if (signatures.size() > MAX_SIGNATURES) {
            throw new VerificationException("a note has too many signatures");
        }
        return new Note(note.substring(0, blank + 1), signatures);
    }

    String toText() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(line -> note.append(line.toText()));
        return note.toString();
    }
}
