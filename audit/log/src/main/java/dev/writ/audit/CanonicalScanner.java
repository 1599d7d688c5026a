package dev.writ.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.writ.model.JsonLimits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Goes over canonical JSON (RFC 8785) byte by byte, and keeps nothing of it. Each method says whether what it names is next; if so
 * it is behind it then, and if not it may be anywhere.
 *
 * <p>What it knows is canonical, and what it does not know may be so: numbers are integers of up to 15 digits, and names of members
 * have no escapes.
 */
final class CanonicalScanner {

    private static final int MAX_DIGITS = 15;
    private static final int MAX_DEPTH = JsonLimits.TRUSTED.maxDepth();

    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);
    private static final byte[] NULL = "null".getBytes(US_ASCII);

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = EACH << 7;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    /** Begins with the bytes from there to there. */
    void start(byte[] text, int from, int to) {
        bytes = text;
        at = from;
        end = to;
    }

    /** Where it is. */
    int at() {
        return at;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /** The next byte, which is negative at the end, or if it is not ASCII. */
    int peek() {
        return at < end ? bytes[at] : -1;
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }

    int decimal(int from, int digits) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            value = 10 * value + bytes[i] - '0';
        }
        return value;
    }

    boolean isSame(int from, int to, int otherFrom, int otherTo) {
        return Arrays.equals(bytes, from, to, bytes, otherFrom, otherTo);
    }

    /** Whether one text sorts before another by UTF-16 code units. */
    boolean isBefore(int from, int to, int otherFrom, int otherTo) {
        int shorter = Math.min(to - from, otherTo - otherFrom);
        for (int i = 0; i < shorter; i++) {
            byte one = bytes[from + i];
            byte other = bytes[otherFrom + i];
            if (one != other) {
                return rank(one) < rank(other);
            }
        }
        return to - from < otherTo - otherFrom;
    }

    /** UTF-8 sorts like UTF-16, but for U+E000 to U+FFFF, which UTF-16 has after all that takes it a surrogate pair. */
    private static int rank(byte lead) {
        int unsigned = Byte.toUnsignedInt(lead);
        return unsigned == 0xEE || unsigned == 0xEF ? unsigned + 0x10 : unsigned;
    }

    /** @param depth of the array or object that it may be, 1 for the outermost */
    boolean value(int depth) {
        return switch (peek()) {
            case '"' -> {
                at++;
                yield string();
            }
            case '{' -> depth <= MAX_DEPTH && object(depth);
            case '[' -> depth <= MAX_DEPTH && array(depth);
            case 't' -> skip(TRUE);
            case 'f' -> skip(FALSE);
            case 'n' -> skip(NULL);
            default -> integer();
        };
    }

    private boolean object(int depth) {
        at++;
        if (skip('}')) {
            return true;
        }
        int lastFrom = 0;
        int lastTo = -1; // none
        do {
            int from = at + 1;
            if (!skip('"') || !unescaped(false)) {
                return false;
            }
            int to = at - 1;
            if (lastTo >= 0 && !isBefore(lastFrom, lastTo, from, to)) {
                return false;
            }
            if (!skip(':') || !value(depth + 1)) {
                return false;
            }
            lastFrom = from;
            lastTo = to;
        } while (skip(','));
        return skip('}');
    }

    private boolean array(int depth) {
        at++;
        if (skip(']')) {
            return true;
        }
        do {
            if (!value(depth + 1)) {
                return false;
            }
        } while (skip(','));
        return skip(']');
    }

    private boolean integer() {
        boolean isNegative = skip('-');
        int from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        int digits = at - from;
        return digits > 0 && digits <= MAX_DIGITS && (bytes[from] != '0' || (digits == 1 && !isNegative));
    }

    /** The rest of a string and its closing quote. */
    private boolean string() {
        while (true) {
            int i = plain(at);
            if (i == end) {
                return false;
            }
            byte special = bytes[i];
            if (special == '"') {
                at = i + 1;
                return true;
            }
            at = special == '\\' ? afterEscape(i) : special == 0x7F ? i + 1 : afterMultiByte(i);
            if (at < 0) {
                return false;
            }
        }
    }

    /** The rest of a string without escapes, and its closing quote; of a name, without control characters too. */
    boolean unescaped(boolean isName) {
        while (true) {
            int i = plain(at);
            if (i == end) {
                return false;
            }
            byte special = bytes[i];
            if (special == '"') {
                at = i + 1;
                return true;
            }
            boolean isControl = special == 0x7F || isControlAbove(i);
            at = isControl && isName ? -1 : special == 0x7F ? i + 1 : afterMultiByte(i);
            if (at < 0) {
                return false;
            }
        }
    }

    /** U+0080 to U+009F. */
    private boolean isControlAbove(int i) {
        return bytes[i] == (byte) 0xC2 && i + 1 < end && Byte.toUnsignedInt(bytes[i + 1]) < 0xA0;
    }

    /** The first byte from there on that is a quote, a backslash, a control character or not ASCII; or the end. */
    private int plain(int from) {
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(bytes, i);
            // A byte's high bit shows that it is special. Only a special byte can borrow from the next, so the lowest
            // is right.
            long special = (eight
                            | (eight - ' ' * EACH)
                            | ((eight ^ '"' * EACH) - EACH)
                            | ((eight ^ '\\' * EACH) - EACH)
                            | ((eight ^ 0x7F * EACH) - EACH))
                    & HIGH;
            if (special != 0) {
                return i + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\' && bytes[i] != 0x7F) {
            i++;
        }
        return i;
    }

    /** What follows an escape, if it is the one that RFC 8785 3.2.2.2 writes; else -1. */
    private int afterEscape(int backslash) {
        if (end - backslash < 2) {
            return -1;
        }
        return switch (bytes[backslash + 1]) {
            case '"', '\\', 'b', 't', 'n', 'f', 'r' -> backslash + 2;
            case 'u' -> isLongEscape(backslash + 2) ? backslash + 6 : -1;
            default -> -1;
        };
    }

    private boolean isLongEscape(int from) {
        if (end - from < 4 || bytes[from] != '0' || bytes[from + 1] != '0') {
            return false;
        }
        byte low = bytes[from + 3];
        // \b, \t, \n, \f and \r are the short form of 08, 09, 0a, 0c and 0d.
        boolean hasShort = low == '8' || low == '9' || low == 'a' || low == 'c' || low == 'd';
        return isHex(low) && (bytes[from + 2] == '1' || (bytes[from + 2] == '0' && !hasShort));
    }

    /** What follows a character that is not ASCII, if it is well-formed (Unicode, table 3-7); else -1. */
    private int afterMultiByte(int i) {
        int lead = Byte.toUnsignedInt(bytes[i]);
        if (lead < 0xC2 || lead > 0xF4) {
            return -1;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (end - i < length) {
            return -1;
        }
        int second = Byte.toUnsignedInt(bytes[i + 1]);
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return -1;
        }
        for (int next = i + 2; next < i + length; next++) {
            if (bytes[next] >= (byte) 0xC0) {
                return -1;
            }
        }
        return i + length;
    }

    boolean skip(char character) {
        if (at < end && bytes[at] == character) {
            at++;
            return true;
        }
        return false;
    }

    boolean skip(byte[] expected) {
        if (!startsWith(expected)) {
            return false;
        }
        at += expected.length;
        return true;
    }

    /** So many lower-case hexadecimal digits. */
    boolean skipHex(int digits) {
        if (end - at < digits) {
            return false;
        }
        for (int i = at; i < at + digits; i++) {
            if (!isHex(bytes[i])) {
                return false;
            }
        }
        at += digits;
        return true;
    }

    /** What looks like that, 0 standing for any digit. */
    boolean skipLike(byte[] form) {
        if (end - at < form.length) {
            return false;
        }
        for (int i = 0; i < form.length; i++) {
            byte character = bytes[at + i];
            if (form[i] == '0' ? character < '0' || character > '9' : character != form[i]) {
                return false;
            }
        }
        at += form.length;
        return true;
    }

    private static boolean isHex(byte digit) {
        return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    }

    boolean startsWith(byte[] expected) {
        if (end - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
