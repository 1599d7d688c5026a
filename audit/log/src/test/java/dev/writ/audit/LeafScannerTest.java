package dev.writ.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link Leaf#decode} says what a leaf is. The scanner must read no other bytes, read them alike, and know all leaves but the
 * rare ones.
 */
class LeafScannerTest {

    private static final String DIGEST = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /** Everything a leaf can have. */
    private static final String FULL =
            "{\"agent\":\"agent-7\",\"aside\":[\"facts\"],\"at\":\"2024-02-29T23:59:59.999999Z\","
                    + "\"body\":{\"\":[],\"a\":{\"\u20ac\":\"quo\\\"te\\n\\u001f \u00e9\u20ac\ud83d\ude00\"},\"b\":{},"
                    + "\"z\":[1,-20,0,999999999999999,null,true,false,[[]]]},"
                    + "\"bundle\":\"b\",\"call\":\"c\",\"inputs\":{\"facts\":\"" + DIGEST + "\",\"view\":\"" + DIGEST
                    + "\"},"
                    + "\"keys\":[\"decided/0/1\",\"client/agent-7/k\u20ac\"],\"kind\":\"DECIDED\",\"rule\":\"r\",\"session\":\"s\","
                    + "\"subject\":\"p\",\"subjectKey\":\"subject-1\",\"tool\":\"bank.transfer\","
                    + "\"topics\":[\"history/a\",\"history/b\"],\"v\":1,\"verdict\":\"allow\"}";

    private static final String LEAST = "{\"at\":\"2026-01-02T03:04:05.123456Z\",\"body\":{},\"inputs\":{},\"keys\":[],"
            + "\"kind\":\"A\",\"subjectKey\":\"\",\"topics\":[],\"v\":1}";

    private final LeafScanner scanner = new LeafScanner();

    // ---- what is a leaf

    @ParameterizedTest
    @ValueSource(strings = {FULL, LEAST})
    void readsWhatDecodingReads(String leaf) {
        assertThat(requireAgreement(leaf.getBytes(UTF_8))).isTrue();
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void readsEveryLeafAsDecodingDoes(@ForAll("leaves") Leaf leaf) {
        requireAgreement(leaf.bytes());
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void leavesOnlyRareOnesToDecoding(@ForAll("leaves") Leaf leaf) {
        String text = new String(leaf.bytes(), UTF_8);
        boolean isRare = text.contains("\\") || text.matches("(?s).*[0-9](\\.[0-9]|e[+-][0-9]|[0-9]{15}).*");

        assertThat(scanner.read(leaf.bytes(), 0, leaf.bytes().length) || isRare).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "a":{                | "0":0.1,"a":{
            "b":{}               | "b":1e+21
            "b":{}               | "b":1000000000000000
            "b":{}               | "b\\"":{}
            "agent-7"            | "agent\\\\7"
            """)
    void whatIsRareIsLeftToDecoding(String from, String to) {
        byte[] leaf = edited(from, to);

        assertThat(requireAgreement(leaf)).isFalse();
        assertThat(decode(leaf)).isPresent();
    }

    @Test
    void manyKeysAreLeftToDecoding() {
        String[] keys = IntStream.range(0, 17).mapToObj(i -> "key/" + i).toArray(String[]::new);

        assertThat(requireAgreement(leaf(Entries.keyed("A", Arrays.copyOf(keys, 16)))))
                .isTrue();
        assertThat(requireAgreement(leaf(Entries.keyed("A", keys)))).isFalse();
    }

    @Test
    void bytesAroundALeafAreNotLookedAt() {
        byte[] leaf = FULL.getBytes(UTF_8);
        byte[] around = ("\"" + FULL + "\"").getBytes(UTF_8);

        assertThat(scanner.read(around, 1, 1 + leaf.length)).isTrue();
        assertThat(scanner.read(around, 0, 1 + leaf.length)).isFalse();
        assertThat(scanner.read(around, 1, 2 + leaf.length)).isFalse();
        for (int to = 1; to <= leaf.length; to++) {
            assertThat(scanner.read(around, 1, to)).isFalse();
        }
    }

    @Test
    void nothingIsLeftOverFromTheLeafBefore() {
        requireAgreement(FULL.getBytes(UTF_8));

        assertThat(requireAgreement(LEAST.getBytes(UTF_8))).isTrue();
    }

    @Test
    void holdsUpTo65535Bytes() {
        int rest = Leaf.MAX_BYTES - FULL.getBytes(UTF_8).length;

        assertThat(requireAgreement(edited("quo", "x".repeat(rest) + "quo"))).isTrue();
        assertThat(requireAgreement(edited("quo", "x".repeat(rest + 1) + "quo")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 200, 250, 251, 252, 253, 254, 255, 256, 257, 300})
    void depthIsThatOfDecoding(int arrays) {
        // The leaf and its body are two levels.
        boolean isLeaf = requireAgreement(edited("\"b\":{}", "\"b\":" + "[".repeat(arrays) + "]".repeat(arrays)));

        assertThat(isLeaf).isEqualTo(arrays <= 254);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 340, 341, 342, 1023, 1024, 1025})
    void namesAreAsLongAsDecodingHasThem(int length) {
        assertThat(requireAgreement(edited("agent-7\",\"aside", "x".repeat(length) + "\",\"aside")))
                .isEqualTo(length <= 1024);
        assertThat(requireAgreement(edited("agent-7\",\"aside", "\u20ac".repeat(length) + "\",\"aside")))
                .isEqualTo(length <= 341);
    }

    @Test
    void sortsByUtf16() {
        String[] sorted = {
            "",
            "a",
            "a\u0001",
            "ab",
            "\u007f",
            "\u0080",
            "\u07ff",
            "\u0800",
            "\ud7ff",
            "\ud800\udc00",
            "\ud800\udc01",
            "\ud83d\ude00",
            "\udbff\udfff",
            "\ue000",
            "\uefff",
            "\uf000",
            "\uffff"
        };
        for (String one : sorted) {
            for (String other : sorted) {
                String members = "\"b\":{\"" + one + "\":1,\"" + other + "\":2}";
                boolean isLeaf = requireAgreement(edited("\"b\":{}", members));

                assertThat(isLeaf).isEqualTo(one.compareTo(other) < 0 && !members.contains("\u0001"));
            }
        }
    }

    // ---- what is not

    @ParameterizedTest
    @ValueSource(strings = {FULL, LEAST})
    void agreesOnEveryByteThatIsChangedRemovedOrAdded(String text) {
        byte[] leaf = text.getBytes(UTF_8);
        for (int at = 0; at < leaf.length; at++) {
            byte[] changed = leaf.clone();
            for (int value = 0; value < 256; value++) {
                changed[at] = (byte) value;
                requireAgreement(changed);
            }
            requireAgreement(without(leaf, at, at + 1));
        }
        for (int at = 0; at <= leaf.length; at++) {
            for (byte value : "{}[]\",:\\ 0-.euat\u0000\u007f\u00e9".getBytes(UTF_8)) {
                requireAgreement(with(leaf, at, value));
            }
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void agreesOnMutationsOfAnyLeaf(@ForAll("leaves") Leaf leaf, @ForAll Random random) {
        byte[] bytes = leaf.bytes();
        for (int i = 0; i < 50; i++) {
            int at = random.nextInt(bytes.length);
            byte[] changed = bytes.clone();
            changed[at] = (byte) random.nextInt(256);
            requireAgreement(changed);
            changed[random.nextInt(bytes.length)] = bytes[random.nextInt(bytes.length)];
            requireAgreement(changed);
            int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
            requireAgreement(without(bytes, at, to));
            requireAgreement(with(bytes, at, bytes[random.nextInt(bytes.length)]));
            requireAgreement(repeated(bytes, at, to));
        }
    }

    @Test
    void agreesOnWhatWholeMembersCanBe() {
        List<String> members = Arrays.stream(
                        LEAST.substring(1, LEAST.length() - 1).split(",(?=\")"))
                .collect(Collectors.toCollection(ArrayList::new));
        members.addAll(List.of(
                "\"agent\":\"x\"", "\"aside\":[]", "\"aside\":[\"facts\"]", "\"verdict\":\"x\"", "\"w\":1", "\"v\":1"));
        for (String member : members) {
            List<String> fewer = new ArrayList<>(members.subList(0, 8));
            if (!fewer.remove(member)) {
                fewer.add(member);
            }
            requireAgreement(("{" + String.join(",", fewer) + "}").getBytes(UTF_8));
            fewer.sort(null);
            requireAgreement(("{" + String.join(",", fewer) + "}").getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "v":1                          | "v":2
            "v":1                          | "v":10
            "v":1                          | "v":1.0
            "v":1,                         | ``
            "v":1                          | "v":1,"v":1
            {"agent"                       | { "agent"
            "agent":"agent-7"              | "agent":null
            "agent":"agent-7"              | "agent":""
            "agent":"agent-7"              | "agent":"\\u0061gent-7"
            "agent":"agent-7"              | "agent":"agent\u007f"
            "agent":"agent-7"              | "agent":"agent\u0080"
            "agent":"agent-7"              | "agent":"agent\u009f"
            "agent":"agent-7"              | "agent":"agent\u00a0"
            2024-02-29                     | 2023-02-29
            2024-02-29                     | 1900-02-29
            2024-02-29                     | 2000-02-29
            2024-02-29                     | 0000-02-29
            2024-02-29                     | 2024-00-29
            2024-02-29                     | 2024-13-29
            2024-02-29                     | 2024-04-31
            2024-02-29                     | 2024-04-00
            T23:                           | T24:
            :59:                           | :60:
            :59.                           | :60.
            999999Z                        | 999999z
            "z":[1,                        | "z":[01,
            "z":[1,                        | "z":[-0,
            "z":[1,                        | "z":[+1,
            "z":[1,                        | "z":[-,
            "z":[1,                        | "z":[1.0,
            "z":[1,                        | "z":[,
            "z":[1,                        | "z":[1,,
            [[]]]                          | [[],]]
            [[]]]                          | [[]]
            \\n                            | \\/
            \\n                            | \\u000a
            \\n                            | \\u000b
            \\n                            | \\u000B
            \\n                            | \\u0020
            \\n                            | \\u001F
            \\n                            | \\u
            "b":{}                         | "a":{}
            "b":{}                         | "0":{}
            "subjectKey":"subject-1"       | "subjectKey":""
            "inputs":{"facts":"sha256:     | "inputs":{"facts":"sha512:
            "inputs":{"facts":"sha256:0    | "inputs":{"facts":"sha256:A
            "inputs":{"facts":"sha256:0    | "inputs":{"facts":"sha256:
            "inputs":{"facts":"sha256:0    | "inputs":{"facts":"sha256:00
            "inputs":{"facts"              | "inputs":{"zacts"
            "aside":["facts"]              | "aside":[]
            "aside":["facts"]              | "aside":["facts","view"]
            "aside":["facts"]              | "aside":["view","facts"]
            "aside":["facts"]              | "aside":["view"]
            "aside":["facts"]              | "aside":["other"]
            "aside":["facts"]              | "aside":["facts","facts"]
            "keys":["decided/0/1"          | "keys":["client/agent-7/k\u20ac"
            "history/a","history/b"        | "history/b","history/a"
            "history/a","history/b"        | "history/a","history/a"
            "subject":"p",                 | ``
            """)
    void agreesOnWhatIsAlmostALeaf(String from, String to) {
        byte[] leaf = edited(from, to == null ? "" : to);

        requireAgreement(leaf);
    }

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    void agreesOnWhatIsUtf8(@ForAll("almostUtf8") byte[] character) {
        byte[] leaf = FULL.getBytes(UTF_8);
        for (String place : List.of("te\\n", "gent-7", "\u20ac\":\"quo")) {
            int at = FULL.substring(0, FULL.indexOf(place)).getBytes(UTF_8).length;
            byte[] changed = Arrays.copyOf(leaf, leaf.length + character.length);
            System.arraycopy(character, 0, changed, at, character.length);
            System.arraycopy(leaf, at, changed, at + character.length, leaf.length - at);
            requireAgreement(changed);
        }
    }

    @Test
    void agreesOnEveryEscape() {
        for (int character = 0; character < 0x200; character++) {
            requireAgreement(edited("\\n", String.format(Locale.ROOT, "\\u%04x", character)));
            requireAgreement(edited("\\n", String.format(Locale.ROOT, "\\u%04X", character)));
            requireAgreement(edited("\\n", "\\" + (char) character));
        }
        assertThat(requireAgreement(edited("\\n", "\\u000b"))).isTrue();
        assertThat(requireAgreement(edited("\\n", "\\f"))).isTrue();
    }

    // ---- helpers

    @Provide
    Arbitrary<Leaf> leaves() {
        return new LeafPropertiesTest().leaves();
    }

    /** One to four bytes, the first of them any that does not stand for ASCII. */
    @Provide
    Arbitrary<byte[]> almostUtf8() {
        Arbitrary<Integer> edges = Arbitraries.of(0x00, 0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff);
        return Arbitraries.integers()
                .between(0x80, 0xff)
                .flatMap(lead -> edges.list().ofMaxSize(3).map(rest -> {
                    byte[] bytes = new byte[1 + rest.size()];
                    bytes[0] = lead.byteValue();
                    for (int i = 0; i < rest.size(); i++) {
                        bytes[i + 1] = rest.get(i).byteValue();
                    }
                    return bytes;
                }));
    }

    /** Whether the scanner reads it. Then decoding does too, and they say the same. */
    private boolean requireAgreement(byte[] bytes) {
        if (!scanner.read(bytes, 0, bytes.length)) {
            requireSimilar(bytes);
            return false;
        }
        Entry entry = Leaf.decode(bytes).entry();
        assertThat(scanner.facts()).isEqualTo(factsOf(Leaf.decode(bytes)));
        List<String> keys = IntStream.range(0, scanner.keys())
                .mapToObj(i -> new String(Arrays.copyOfRange(bytes, scanner.keyFrom(i), scanner.keyTo(i)), UTF_8))
                .toList();
        assertThat(keys).isEqualTo(entry.keys());
        assertThat(scanner.isOfKind(entry.kind())).isTrue();
        return true;
    }

    /** Verifying accepts and refuses what decoding does, and says why in the same words. */
    private static void requireSimilar(byte[] bytes) {
        Optional<Leaf> leaf = Optional.empty();
        Optional<String> refusal = Optional.empty();
        try {
            leaf = Optional.of(Leaf.decode(bytes));
        } catch (VerificationException refused) {
            refusal = Optional.of(String.valueOf(refused.getMessage()));
        }
        try {
            LeafFacts facts = LeafFacts.of(bytes);
            assertThat(leaf.map(LeafScannerTest::factsOf)).hasValue(facts);
        } catch (VerificationException refused) {
            assertThat(refusal).hasValue(String.valueOf(refused.getMessage()));
        }
    }

    private static LeafFacts factsOf(Leaf leaf) {
        Entry entry = leaf.entry();
        return new LeafFacts(entry.kind(), entry.at(), entry.keys(), entry.columns(), CommittedInputs.of(leaf));
    }

    private static Optional<Leaf> decode(byte[] bytes) {
        try {
            return Optional.of(Leaf.decode(bytes));
        } catch (VerificationException refused) {
            return Optional.empty();
        }
    }

    private static byte[] leaf(Entry entry) {
        return Leaf.of(entry, Map.of()).bytes();
    }

    private static byte[] edited(String from, String to) {
        assertThat(FULL).contains(from);
        return FULL.replace(from, to).getBytes(UTF_8);
    }

    private static byte[] without(byte[] bytes, int from, int to) {
        byte[] fewer = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, fewer, from, bytes.length - to);
        return fewer;
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
        more[at] = value;
        return more;
    }

    /** As if a member, or a part of one, came twice. */
    private static byte[] repeated(byte[] bytes, int from, int to) {
        byte[] more = Arrays.copyOf(bytes, bytes.length + to - from);
        System.arraycopy(bytes, from, more, to, bytes.length - from);
        return more;
    }
}
