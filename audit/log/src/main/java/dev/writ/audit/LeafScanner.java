package dev.writ.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.writ.model.Digest;
import dev.writ.model.JsonLimits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads leaves in one pass over their bytes, without making anything of them: {@link Leaf#decode} parses, and writes again to
 * compare, which takes ten times as long.
 *
 * <p>What it reads is a leaf. What it does not read may be one; only {@link Leaf#decode} can tell. So it is free to pass over
 * what is rare: escapes in names, numbers other than integers of up to 15 digits, more than 16 keys. The body is checked and not
 * kept. Not safe to share between threads.
 */
final class LeafScanner {

    private static final int MAX_NAME_BYTES = 1_024;
    private static final int MAX_KEYS = 16;
    private static final int MAX_DIGITS = 15;
    private static final int MAX_DEPTH = JsonLimits.TRUSTED.maxDepth();
    private static final int BODY_DEPTH = 2;

    private static final Column[] COLUMNS = Column.values();
    private static final Month[] MONTHS = Month.values();
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);
    private static final byte[] NULL = "null".getBytes(US_ASCII);
    private static final byte[] VERSION = "1".getBytes(US_ASCII);
    private static final byte[] DIGEST = "\"sha256:".getBytes(US_ASCII);
    private static final int DIGEST_DIGITS = 2 * MerkleHash.BYTES;
    // 0 stands for any digit.
    private static final byte[] TIME = "\"0000-00-00T00:00:00.000000Z\"".getBytes(US_ASCII);

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = EACH << 7;

    private static final List<Member> MEMBERS = members();

    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    private int time;
    private final Spans kind = new Spans();
    private final Spans subjectKey = new Spans();
    private final Spans keys = new Spans();
    private final Spans topics = new Spans();
    private final Spans aside = new Spans();
    private final Spans inputs = new Spans();
    private final Spans commitments = new Spans();
    private final Spans columns = new Spans();
    private final List<Column> columnsThere = new ArrayList<>(COLUMNS.length);

    /**
     * A member of a leaf.
     *
     * @param token the quoted name and the colon
     * @param value reads the value
     */
    @SuppressWarnings("ArrayRecordComponent") // made once, never compared
    private record Member(String name, byte[] token, boolean isRequired, Predicate<LeafScanner> value) {
        static Member required(String name, Predicate<LeafScanner> value) {
            return new Member(name, token(name), true, value);
        }

        static Member optional(String name, Predicate<LeafScanner> value) {
            return new Member(name, token(name), false, value);
        }

        private static byte[] token(String name) {
            return ('"' + name + "\":").getBytes(US_ASCII);
        }
    }

    /** Where texts are, by their order. */
    private static final class Spans {
        private int[] ends = new int[8];
        private int count;

        void add(int from, int to) {
            if (2 * count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * ends.length);
            }
            ends[2 * count] = from;
            ends[2 * count + 1] = to;
            count++;
        }

        int from(int i) {
            return ends[2 * i];
        }

        int to(int i) {
            return ends[2 * i + 1];
        }
    }

    private static List<Member> members() {
        List<Member> members = new ArrayList<>(List.of(
                Member.required("v", leaf -> leaf.skip(VERSION)),
                Member.required("kind", leaf -> leaf.name(leaf.kind)),
                Member.required("at", LeafScanner::time),
                Member.required("keys", leaf -> leaf.names(leaf.keys) && leaf.areKeysDistinct()),
                Member.required("topics", leaf -> leaf.names(leaf.topics) && leaf.isSorted(leaf.topics)),
                Member.required("subjectKey", LeafScanner::subjectKey),
                Member.required("body", leaf -> leaf.peek() == '{' && leaf.value(BODY_DEPTH)),
                Member.required("inputs", LeafScanner::inputs),
                Member.optional(
                        "aside", leaf -> leaf.names(leaf.aside) && leaf.aside.count > 0 && leaf.isSorted(leaf.aside))));
        for (Column column : COLUMNS) {
            members.add(
                    Member.optional(column.text(), leaf -> leaf.columnsThere.add(column) && leaf.name(leaf.columns)));
        }
        members.sort(Comparator.comparing(Member::name)); // RFC 8785 3.2.3
        return List.copyOf(members);
    }

    /** Whether the bytes from there to there are a leaf, as far as this can tell. The rest speaks of the one read last. */
    boolean read(byte[] leaf, int from, int to) {
        bytes = leaf;
        at = from;
        end = to;
        kind.count = 0;
        subjectKey.count = 0;
        keys.count = 0;
        topics.count = 0;
        aside.count = 0;
        inputs.count = 0;
        commitments.count = 0;
        columns.count = 0;
        columnsThere.clear();
        return to - from <= Leaf.MAX_BYTES && skip('{') && areMembers() && skip('}') && at == end && fitTogether();
    }

    boolean isOfKind(String name) {
        return kind().equals(name);
    }

    int keys() {
        return keys.count;
    }

    /** Where the UTF-8 of a key begins in the bytes that were read. */
    int keyFrom(int i) {
        return keys.from(i);
    }

    int keyTo(int i) {
        return keys.to(i);
    }

    String kind() {
        return text(kind, 0);
    }

    LeafFacts facts() {
        List<String> texts = new ArrayList<>(keys.count);
        for (int i = 0; i < keys.count; i++) {
            texts.add(text(keys, i));
        }
        Map<Column, String> values = new EnumMap<>(Column.class);
        for (int i = 0; i < columns.count; i++) {
            values.put(columnsThere.get(i), text(columns, i));
        }
        return new LeafFacts(kind(), instant(), texts, values, committed());
    }

    private CommittedInputs committed() {
        SortedMap<String, Commitment> committed = new TreeMap<>();
        for (int i = 0; i < inputs.count; i++) {
            committed.put(text(inputs, i), new Commitment(new Digest(text(commitments, i))));
        }
        SortedSet<String> names = new TreeSet<>();
        for (int i = 0; i < aside.count; i++) {
            names.add(text(aside, i));
        }
        return new CommittedInputs(text(subjectKey, 0), committed, names);
    }

    private Instant instant() {
        LocalDate date = LocalDate.of(decimal(time, 4), decimal(time + 5, 2), decimal(time + 8, 2));
        LocalTime clock = LocalTime.of(
                decimal(time + 11, 2), decimal(time + 14, 2), decimal(time + 17, 2), decimal(time + 20, 6) * 1_000);
        return date.atTime(clock).toInstant(ZoneOffset.UTC);
    }

    private String text(Spans spans, int i) {
        return new String(bytes, spans.from(i), spans.to(i) - spans.from(i), UTF_8);
    }

    // ---- the leaf

    private boolean areMembers() {
        int next = 0;
        do {
            while (next < MEMBERS.size() && !startsWith(MEMBERS.get(next).token())) {
                if (MEMBERS.get(next).isRequired()) {
                    return false;
                }
                next++;
            }
            if (next == MEMBERS.size()) {
                return false;
            }
            Member member = MEMBERS.get(next++);
            at += member.token().length;
            if (!member.value().test(this)) {
                return false;
            }
        } while (skip(','));
        while (next < MEMBERS.size() && !MEMBERS.get(next).isRequired()) {
            next++;
        }
        return next == MEMBERS.size();
    }

    /** As {@link LeafNames} has it. */
    private boolean fitTogether() {
        if (inputs.count > 0 && subjectKey.from(0) == subjectKey.to(0)) {
            return false;
        }
        for (int i = 0, input = 0; i < aside.count; i++, input++) {
            // Both are sorted.
            while (input < inputs.count && !isSame(aside, i, inputs, input)) {
                input++;
            }
            if (input == inputs.count) {
                return false;
            }
        }
        return true;
    }

    private boolean subjectKey() {
        if (peek() == '"' && at + 1 < end && bytes[at + 1] == '"') {
            subjectKey.add(at + 1, at + 1);
            at += 2;
            return true;
        }
        return name(subjectKey);
    }

    private boolean inputs() {
        if (!skip('{')) {
            return false;
        }
        if (skip('}')) {
            return true;
        }
        do {
            if (!name(inputs) || !skip(':') || !digest()) {
                return false;
            }
        } while (skip(','));
        return skip('}') && isSorted(inputs);
    }

    private boolean digest() {
        int from = at + 1;
        if (!skip(DIGEST) || end - at <= DIGEST_DIGITS) {
            return false;
        }
        for (int i = 0; i < DIGEST_DIGITS; i++) {
            byte digit = bytes[at + i];
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        at += DIGEST_DIGITS;
        commitments.add(from, at);
        return skip('"');
    }

    private boolean time() {
        if (end - at < TIME.length) {
            return false;
        }
        for (int i = 0; i < TIME.length; i++) {
            byte character = bytes[at + i];
            if (TIME[i] == '0' ? character < '0' || character > '9' : character != TIME[i]) {
                return false;
            }
        }
        time = at + 1;
        at += TIME.length;
        int month = decimal(time + 5, 2);
        int day = decimal(time + 8, 2);
        return month >= 1
                && month <= MONTHS.length
                && day >= 1
                && day <= MONTHS[month - 1].length(IsoChronology.INSTANCE.isLeapYear(decimal(time, 4)))
                && decimal(time + 11, 2) < 24
                && decimal(time + 14, 2) < 60
                && decimal(time + 17, 2) < 60;
    }

    private int decimal(int from, int digits) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            value = 10 * value + bytes[i] - '0';
        }
        return value;
    }

    private boolean names(Spans spans) {
        if (!skip('[')) {
            return false;
        }
        if (skip(']')) {
            return true;
        }
        do {
            if (!name(spans)) {
                return false;
            }
        } while (skip(','));
        return skip(']');
    }

    private boolean name(Spans spans) {
        if (!skip('"')) {
            return false;
        }
        int from = at;
        if (!unescaped(true)) {
            return false;
        }
        int length = at - 1 - from;
        spans.add(from, at - 1);
        return length > 0 && length <= MAX_NAME_BYTES;
    }

    private boolean areKeysDistinct() {
        if (keys.count > MAX_KEYS) {
            return false;
        }
        for (int i = 1; i < keys.count; i++) {
            for (int j = 0; j < i; j++) {
                if (isSame(keys, i, keys, j)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isSame(Spans some, int i, Spans others, int j) {
        return Arrays.equals(bytes, some.from(i), some.to(i), bytes, others.from(j), others.to(j));
    }

    private boolean isSorted(Spans spans) {
        for (int i = 1; i < spans.count; i++) {
            if (!isBefore(spans.from(i - 1), spans.to(i - 1), spans.from(i), spans.to(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether one text sorts before another by UTF-16 code units. */
    private boolean isBefore(int from, int to, int otherFrom, int otherTo) {
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

    // ---- any JSON

    private boolean value(int depth) {
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

    /** The rest of a string without escapes, and its closing quote; of a name, without control characters. */
    private boolean unescaped(boolean isName) {
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
        boolean isHex = (low >= '0' && low <= '9') || (low >= 'a' && low <= 'f');
        // \b, \t, \n, \f and \r are the short form of 08, 09, 0a, 0c and 0d.
        boolean hasShort = low == '8' || low == '9' || low == 'a' || low == 'c' || low == 'd';
        return isHex && (bytes[from + 2] == '1' || (bytes[from + 2] == '0' && !hasShort));
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

    // ---- bytes

    private int peek() {
        return at < end ? bytes[at] : -1;
    }

    private boolean skip(char character) {
        if (at < end && bytes[at] == character) {
            at++;
            return true;
        }
        return false;
    }

    private boolean skip(byte[] expected) {
        if (!startsWith(expected)) {
            return false;
        }
        at += expected.length;
        return true;
    }

    private boolean startsWith(byte[] expected) {
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
