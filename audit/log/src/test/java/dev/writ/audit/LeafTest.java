package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeafTest {

    private static final Commitment COMMITMENT = new Commitment(Digest.of(new byte[] {7}));

    private static final Entry FULL = new Entry(
            "DECIDED",
            Instant.parse("2026-01-02T03:04:05.123456Z"),
            List.of("decided/0/1", "client/agent-7/k\u20ac"),
            Set.of("history/b", "history/a"),
            Map.of(Column.AGENT, "agent-7", Column.VERDICT, "allow", Column.TOOL, "bank.transfer"),
            (JsonObject) JsonValue.parse("{\"z\":[1,0.1,1e21,null,true],\"a\":{\"\u20ac\":\"quo\\\"te\\n\"}}"),
            "subject-1",
            List.of(new Input("facts", new JsonString("confidential"), true)));

    /**
     * These bytes are in logs, and logs are for ever: if this test fails, the code is wrong. A new form needs a new version.
     */
    private static final String GOLDEN = "{\"agent\":\"agent-7\",\"at\":\"2026-01-02T03:04:05.123456Z\","
            + "\"body\":{\"a\":{\"\u20ac\":\"quo\\\"te\\n\"},\"z\":[1,0.1,1e+21,null,true]},"
            + "\"inputs\":{\"facts\":\"" + COMMITMENT.text() + "\"},"
            + "\"keys\":[\"decided/0/1\",\"client/agent-7/k\u20ac\"],\"kind\":\"DECIDED\",\"subjectKey\":\"subject-1\","
            + "\"tool\":\"bank.transfer\",\"topics\":[\"history/a\",\"history/b\"],\"v\":1,\"verdict\":\"allow\"}";

    @Test
    void bytesNeverChange() {
        Leaf leaf = Leaf.of(FULL, Map.of("facts", COMMITMENT));

        assertThat(new String(leaf.bytes(), StandardCharsets.UTF_8)).isEqualTo(GOLDEN);
        assertThat(Digest.fromBytes(leaf.hash()).value())
                .isEqualTo("sha256:637cac09eebceeab5d273491ce66db79c48c187f6727a3b600023da5ed09a341");
    }

    @Test
    void readsWhatItWrote() {
        Leaf written = Leaf.of(FULL, Map.of("facts", COMMITMENT));

        Leaf read = Leaf.decode(written.bytes());

        assertThat(read).isEqualTo(written);
        assertThat(read.commitments()).containsExactly(Map.entry("facts", COMMITMENT));
        assertThat(read.entry())
                .isEqualTo(new Entry(
                        FULL.kind(),
                        FULL.at(),
                        FULL.keys(),
                        FULL.topics(),
                        FULL.columns(),
                        FULL.body(),
                        FULL.subjectKey(),
                        List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"})
    void timeHasAFixedWidth(String time) {
        Leaf leaf = Leaf.of(Entries.columned("A", Instant.parse(time), Map.of()), Map.of());

        assertThat(text(leaf)).containsPattern("\"at\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z\"");
        assertThat(Leaf.decode(leaf.bytes()).entry().at()).isEqualTo(Instant.parse(time));
    }

    @Test
    void timeBeyondFourDigitsOfAYearIsRefused() {
        Entry late = Entries.columned("A", Instant.parse("+10000-01-01T00:00:00Z"), Map.of());

        assertThatThrownBy(() -> Leaf.of(late, Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsUpTo65535Bytes() {
        int rest = Leaf.MAX_BYTES - Leaf.of(withText(""), Map.of()).bytes().length;

        Leaf largest = Leaf.of(withText("x".repeat(rest)), Map.of());

        assertThat(largest.bytes()).hasSize(65_535);
        assertThat(Leaf.decode(largest.bytes())).isEqualTo(largest);
        assertThatThrownBy(() -> Leaf.of(withText("x".repeat(rest + 1)), Map.of()))
                .isInstanceOf(LeafTooLargeException.class)
                .hasMessageContaining("65536 bytes")
                .hasMessageContaining("input");
        assertThatThrownBy(() -> Leaf.decode(new byte[Leaf.MAX_BYTES + 1])).isInstanceOf(VerificationException.class);
    }

    @Test
    void everyInputHasACommitment() {
        assertThatThrownBy(() -> Leaf.of(FULL, Map.of("other", COMMITMENT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keyOrInputTwiceIsRefused() {
        Input facts = new Input("facts", new JsonString("x"), true);

        assertThatThrownBy(() -> Leaf.of(Entries.keyed("A", "same", "same"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Leaf.of(Entries.ofSubject("s", facts, facts), Map.of("facts", COMMITMENT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreShortTextWithoutControlCharacters() {
        String longest = "\u20ac".repeat(341) + "x";
        assertThat(Leaf.of(Entries.keyed("A", longest), Map.of()).entry().keys())
                .containsExactly(longest);

        for (String bad : List.of("", "a\u0000b", "a\nb", "a\u0085b", longest + "x")) {
            assertThatThrownBy(() -> Leaf.of(Entries.plain(bad), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Leaf.of(Entries.keyed("A", bad), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Leaf.of(Entries.touching("A", Set.of(bad)), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Leaf.of(Entries.columned("A", Entries.NOON, Map.of(Column.RULE, bad)), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Leaf.of(Entries.ofSubject(bad), Map.of("facts", COMMITMENT)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Leaf.of(Entries.ofSubject("s"), Map.of(bad, COMMITMENT)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void noInputNeedsNoSubject() {
        assertThat(Leaf.of(Entries.ofSubject(""), Map.of()).entry().subjectKey())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "v":1                          | "v":2
            "v":1                          | "v":1.5
            "v":1                          | "v":"1"
            "v":1,                         | ``
            "v":1                          | "v":1,"w":1
            "v":1                          | "v":1,"v":1
            {"agent"                       | { "agent"
            {"agent"                       | {"call":null,"agent"
            "agent":"agent-7"              | "agent":7
            "agent":"agent-7"              | "agent":""
            "agent":"agent-7"              | "agent":"\\u0061gent-7"
            05.123456Z                     | 05.123Z
            05.123456Z                     | 05.1234560Z
            05.123456Z                     | 05.123456+00:00
            2026-01-02                     | 2026-02-30
            "kind":"DECIDED",              | ``
            "kind":"DECIDED"               | "kind":null
            "keys":["decided/0/1",         | "keys":[1,
            "keys":["decided/0/1",         | "keys":["decided/0/1","decided/0/1",
            "history/a","history/b"        | "history/b","history/a"
            "history/a","history/b"        | "history/a","history/a"
            "z":[1,0.1                     | "z":[1,0.10
            "z":[1,                        | "z":[1.0,
            "z":[1,                        | "z":[9007199254740993,
            1e+21                          | 1e21
            "subjectKey":"subject-1"       | "subjectKey":""
            "subjectKey":"subject-1",      | ``
            "inputs":{"facts":"sha256:     | "inputs":{"facts":"sha512:
            "inputs":{"facts"              | "inputs":{"facts":1,"other"
            "inputs":{"facts"              | "inputs":{"":"sha256:0","facts"
            "topics":["history/a","history/b"] | "topics":"history/a"
            "verdict":"allow"}             | "verdict":"allow"}x
            "verdict":"allow"}             | "verdict":"allow"
            """)
    void refusesWhatItDidNotWrite(String from, String to) {
        assertThat(GOLDEN).contains(from);
        byte[] bytes = GOLDEN.replace(from, to == null ? "" : to).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Leaf.decode(bytes)).isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> LeafFacts.of(bytes)).isInstanceOf(VerificationException.class);
    }

    @Test
    void refusesEveryChangeOfABit() {
        byte[] golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
        Digest hash = Digest.fromBytes(MerkleHash.leaf(golden));
        for (int bit = 0; bit < golden.length * Byte.SIZE; bit++) {
            byte[] flipped = golden.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThat(survives(flipped, hash)).isFalse();
        }
    }

    /** Read without complaint, and with the same hash. */
    private static boolean survives(byte[] bytes, Digest hash) {
        try {
            return Digest.fromBytes(Leaf.decode(bytes).hash()).equals(hash);
        } catch (VerificationException refused) {
            return false;
        }
    }

    @Test
    void isNotJsonIsNotALeaf() {
        for (String text : List.of("", "1", "[]", "{}", "null", "{\"v\":1}")) {
            assertThatThrownBy(() -> Leaf.decode(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(VerificationException.class);
        }
    }

    @Test
    void tellsNothingOfTheEntryWhenPrinted() {
        assertThat(Leaf.of(FULL, Map.of("facts", COMMITMENT)))
                .hasToString("Leaf[Entry[DECIDED, 2026-01-02T03:04:05.123456Z]]");
    }

    private static Entry withText(String text) {
        return Entries.ofBody(JsonObject.builder().put("text", text).build());
    }

    private static String text(Leaf leaf) {
        return new String(leaf.bytes(), StandardCharsets.UTF_8);
    }
}
