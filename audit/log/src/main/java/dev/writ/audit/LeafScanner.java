package dev.writ.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.writ.model.Digest;
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

    private static final int MAX_KEYS = 16;
    private static final int BODY_DEPTH = 2;

    private static final Column[] COLUMNS = Column.values();
    private static final Month[] MONTHS = Month.values();
    private static final byte[] EMPTY = "\"\"".getBytes(US_ASCII);
    private static final byte[] VERSION = "1".getBytes(US_ASCII);
    private static final byte[] DIGEST = "\"sha256:".getBytes(US_ASCII);
    private static final int DIGEST_DIGITS = 2 * MerkleHash.BYTES;
    // 0 stands for any digit.
    private static final byte[] TIME = "\"0000-00-00T00:00:00.000000Z\"".getBytes(US_ASCII);

    private static final List<Member> MEMBERS = members();

    private final CanonicalScanner json = new CanonicalScanner();
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
                Member.required("v", leaf -> leaf.json.skip(VERSION)),
                Member.required("kind", leaf -> leaf.name(leaf.kind)),
                Member.required("at", LeafScanner::time),
                Member.required("keys", leaf -> leaf.names(leaf.keys) && leaf.areKeysDistinct()),
                Member.required("topics", leaf -> leaf.names(leaf.topics) && leaf.isSorted(leaf.topics)),
                Member.required("subjectKey", LeafScanner::subjectKey),
                Member.required("body", leaf -> leaf.json.peek() == '{' && leaf.json.value(BODY_DEPTH)),
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
        json.start(leaf, from, to);
        kind.count = 0;
        subjectKey.count = 0;
        keys.count = 0;
        topics.count = 0;
        aside.count = 0;
        inputs.count = 0;
        commitments.count = 0;
        columns.count = 0;
        columnsThere.clear();
        return to - from <= Leaf.MAX_BYTES
                && json.skip('{')
                && areMembers()
                && json.skip('}')
                && json.isAtEnd()
                && fitTogether();
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
        LocalDate date = LocalDate.of(json.decimal(time, 4), json.decimal(time + 5, 2), json.decimal(time + 8, 2));
        LocalTime clock = LocalTime.of(
                json.decimal(time + 11, 2),
                json.decimal(time + 14, 2),
                json.decimal(time + 17, 2),
                json.decimal(time + 20, 6) * 1_000);
        return date.atTime(clock).toInstant(ZoneOffset.UTC);
    }

    private String text(Spans spans, int i) {
        return json.text(spans.from(i), spans.to(i));
    }

    // ---- the leaf

    private boolean areMembers() {
        int next = 0;
        do {
            while (next < MEMBERS.size() && !json.startsWith(MEMBERS.get(next).token())) {
                if (MEMBERS.get(next).isRequired()) {
                    return false;
                }
                next++;
            }
            if (next == MEMBERS.size()) {
                return false;
            }
            Member member = MEMBERS.get(next++);
            if (!json.skip(member.token()) || !member.value().test(this)) {
                return false;
            }
        } while (json.skip(','));
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
        if (json.skip(EMPTY)) {
            subjectKey.add(json.at(), json.at());
            return true;
        }
        return name(subjectKey);
    }

    private boolean inputs() {
        if (!json.skip('{')) {
            return false;
        }
        if (json.skip('}')) {
            return true;
        }
        do {
            if (!name(inputs) || !json.skip(':') || !digest()) {
                return false;
            }
        } while (json.skip(','));
        return json.skip('}') && isSorted(inputs);
    }

    private boolean digest() {
        int from = json.at() + 1;
        boolean isDigest = json.skip(DIGEST) && json.skipHex(DIGEST_DIGITS);
        commitments.add(from, json.at());
        return isDigest && json.skip('"');
    }

    private boolean time() {
        time = json.at() + 1;
        if (!json.skipLike(TIME)) {
            return false;
        }
        int month = json.decimal(time + 5, 2);
        int day = json.decimal(time + 8, 2);
        return month >= 1
                && month <= MONTHS.length
                && day >= 1
                && day <= MONTHS[month - 1].length(IsoChronology.INSTANCE.isLeapYear(json.decimal(time, 4)))
                && json.decimal(time + 11, 2) < 24
                && json.decimal(time + 14, 2) < 60
                && json.decimal(time + 17, 2) < 60;
    }

    private boolean names(Spans spans) {
        if (!json.skip('[')) {
            return false;
        }
        if (json.skip(']')) {
            return true;
        }
        do {
            if (!name(spans)) {
                return false;
            }
        } while (json.skip(','));
        return json.skip(']');
    }

    private boolean name(Spans spans) {
        int from = json.at() + 1;
        if (!json.skip('"') || !json.unescaped(true)) {
            return false;
        }
        int to = json.at() - 1;
        spans.add(from, to);
        return to > from && to - from <= LeafNames.MAX_BYTES;
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
        return json.isSame(some.from(i), some.to(i), others.from(j), others.to(j));
    }

    private boolean isSorted(Spans spans) {
        for (int i = 1; i < spans.count; i++) {
            if (!json.isBefore(spans.from(i - 1), spans.to(i - 1), spans.from(i), spans.to(i))) {
                return false;
            }
        }
        return true;
    }
}
