package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

final class JsonValueTest {

    private static final JsonLimits LIMITS = new JsonLimits(1_000, 8);

    private static JsonValue parse(String text) {
        return JsonValue.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS);
    }

    private static JsonException.Kind kindOf(String text) {
        return kindOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonException.Kind kindOf(byte[] text) {
        JsonException refused = catchThrowableOfType(JsonException.class, () -> JsonValue.parse(text, LIMITS));
        assertThat(refused).as("refusal").isNotNull();
        return refused.kind();
    }

    /** RFC 8785 3.2.2 and 3.2.4, with the number of too many digits written as it comes out. */
    @Test
    void isWrittenAsRfc8785Says() {
        JsonValue value = JsonValue.parse("""
                {
                  "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }
                """);
        assertThat(value.toJson())
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    /** RFC 8785 3.2.3. */
    @Test
    void sortsMembersByUtf16CodeUnits() {
        JsonObject value = (JsonObject) JsonValue.parse("""
                {"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5, "\\u0080": 6, "\\u00f6": 7}
                """);
        assertThat(value.toJson())
                .isEqualTo(
                        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
    }

    @Test
    void escapesOnlyWhatMustBe() {
        assertThat(new JsonString("\u0000\b\t\n\u000b\f\r\u001f \"\\/\u007f\u2028\ufeff").toJson())
                .isEqualTo("\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\u007f\u2028\ufeff\"");
    }

    @Test
    void takesMembersInAnyOrderForTheSameObject() {
        assertThat(parse("{\"a\":1,\"b\":[true,null]}"))
                .isEqualTo(parse(" { \"b\" : [ true , null ] , \"a\" : 1.0 } "));
    }

    @Test
    void takesItemsInAnotherOrderForAnotherArray() {
        assertThat(parse("[1,2]")).isNotEqualTo(parse("[2,1]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "false", "0", "\"\"", "[]", "{}"})
    void readsEveryKindOfValue(String text) {
        assertThat(parse(text).toJson()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1}}",
                "1 2",
                "nul",
                "True",
                "NaN",
                "Infinity",
                "-Infinity",
                "01",
                "+1",
                ".5",
                "1.",
                "1e",
                "0x10",
                "\"\\x\"",
                "\"\\u12\"",
                "\"tab\there\"",
                "\"line\nbreak\"",
                "\"open",
                "// comment\n1",
                "/* comment */ 1",
                "# comment\n1",
                "\ufeff1"
            })
    void refusesWhatIsNotJson(String text) {
        assertThat(kindOf(text)).isEqualTo(JsonException.Kind.SYNTAX);
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThat(kindOf(new byte[] {'"', (byte) 0xff, '"'})).isEqualTo(JsonException.Kind.SYNTAX);
        assertThat(kindOf(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'})).isEqualTo(JsonException.Kind.SYNTAX);
        assertThat(kindOf(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
                .isEqualTo(JsonException.Kind.SYNTAX);
        assertThat(kindOf("1".getBytes(StandardCharsets.UTF_16))).isEqualTo(JsonException.Kind.SYNTAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "[{\"b\":{\"c\":1,\"d\":2,\"c\":3}}]"})
    void refusesAMemberNamedTwice(String text) {
        assertThat(kindOf(text)).isEqualTo(JsonException.Kind.DUPLICATE_MEMBER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800x\"",
                "{\"\\ud800\":1}",
                "[\"a\\ud800\"]"
            })
    void refusesLoneSurrogates(String text) {
        assertThat(kindOf(text)).isEqualTo(JsonException.Kind.LONE_SURROGATE);
    }

    @Test
    void refusesLoneSurrogatesRatherThanReplacingThem() {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> JsonValue.parse("\"\ud800\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993", "[1e400]", "{\"a\":1e99999999999}", "1e-400"})
    void refusesNumbersThatADoubleWouldChange(String text) {
        assertThat(kindOf(text)).isEqualTo(JsonException.Kind.INEXACT_NUMBER);
    }

    @Test
    void refusesNumbersOfEndlessDigits() {
        assertThat(kindOf("0." + "1".repeat(500))).isEqualTo(JsonException.Kind.INEXACT_NUMBER);
        assertThat(kindOf("0.1" + "0".repeat(500))).isEqualTo(JsonException.Kind.INEXACT_NUMBER);
    }

    @Test
    void isAsDeepAsItMayBeAndNoDeeper() {
        assertThat(parse("[".repeat(8) + "]".repeat(8)).toJson()).hasSize(16);
        assertThat(kindOf("[".repeat(9) + "]".repeat(9))).isEqualTo(JsonException.Kind.TOO_DEEP);
        assertThat(kindOf("{\"a\":".repeat(9) + "1" + "}".repeat(9))).isEqualTo(JsonException.Kind.TOO_DEEP);
    }

    @Test
    void survivesAnyDepth() {
        String deep = "[".repeat(1_000_000);
        JsonLimits large = new JsonLimits(2_000_000, Integer.MAX_VALUE);
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> JsonValue.parse(deep.getBytes(StandardCharsets.UTF_8), large))
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(JsonException.Kind.TOO_DEEP));
    }

    @Test
    void isAsLongAsItMayBeAndNoLonger() {
        assertThat(parse("\"" + "x".repeat(998) + "\"").toJson()).hasSize(1_000);
        assertThat(kindOf("\"" + "x".repeat(999) + "\"")).isEqualTo(JsonException.Kind.TOO_LARGE);
        assertThat(kindOf("\"" + "\u00e9".repeat(500) + "\"")).isEqualTo(JsonException.Kind.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"secret\":tru}", "[\"secret\",]", "{\"secret\":1,\"secret\":2}", "{\"secret\":1e400}"})
    void quotesNothingWhenItRefuses(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> parse(text))
                .satisfies(refused -> assertThat(refused.what()).doesNotContain("secret"))
                .withNoCause();
    }

    @Test
    void saysWhereItStoppedReading() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> parse("{\"a\":1,\n \"a\":2}"))
                .withMessageContaining("line 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9007199254740993 | \"9007199254740993\"",
                "[1e400, 0.1] | [\"1e400\",0.1]",
                "{\"a\": -0.10000000000000000001} | {\"a\":\"-0.10000000000000000001\"}",
                "1e99999999999 | \"1e99999999999\""
            })
    void keepsTheDigitsOfOthersNumbers(String text, String written) {
        assertThat(JsonValue.parseKeepingDigits(text.getBytes(StandardCharsets.UTF_8), LIMITS)
                        .toJson())
                .isEqualTo(written);
    }

    @Test
    void isAsStrictWithOthersTextInEverythingElse() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() ->
                        JsonValue.parseKeepingDigits("{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8), LIMITS));
    }

    @Test
    void isNotPrinted() {
        assertThat(parse("{\"secret\":[\"secret\",4711,{\"secret\":true}]}").toString())
                .doesNotContain("secret", "4711");
    }

    @Test
    void copiesWhatItIsMadeOf() {
        Map<String, JsonValue> members = new LinkedHashMap<>(Map.of("a", JsonNull.NULL));
        JsonObject object = new JsonObject(members);
        members.put("b", JsonNull.NULL);
        assertThat(object.members()).containsOnlyKeys("a");
    }

    @Test
    void givesMembersOfTheRightKindOnly() {
        JsonObject object = (JsonObject) parse("{\"t\":\"x\",\"n\":1.5,\"o\":{},\"a\":[\"p\",1,\"q\"],\"b\":true}");
        assertThat(object.text("t")).contains("x");
        assertThat(object.text("n")).isEmpty();
        assertThat(object.number("n"))
                .hasValueSatisfying(value -> assertThat(value).isEqualByComparingTo("1.5"));
        assertThat(object.number("t")).isEmpty();
        assertThat(object.object("o")).contains(JsonObject.empty());
        assertThat(object.object("a")).isEmpty();
        assertThat(object.array("a")).map(JsonArray::texts).contains(List.of("p", "q"));
        assertThat(object.isTrue("b")).isTrue();
        assertThat(object.isTrue("t")).isFalse();
        assertThat(object.get("z")).isEmpty();
    }

    @Provide
    Arbitrary<JsonValue> values() {
        return values(3);
    }

    private static Arbitrary<JsonValue> values(int depth) {
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                Arbitraries.of(JsonNull.NULL, JsonBoolean.TRUE, JsonBoolean.FALSE),
                Arbitraries.integers().map(JsonNumber::of),
                texts().map(JsonString::new));
        return depth == 0
                ? leaves
                : Arbitraries.oneOf(
                        leaves,
                        values(depth - 1).list().ofMaxSize(4).map(JsonArray::new),
                        Arbitraries.maps(texts(), values(depth - 1))
                                .ofMaxSize(4)
                                .map(JsonObject::new));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\u0000', '\ud7ff').ofMaxLength(6),
                Arbitraries.of("\ud83d\ude00", "\uffff", "\ufb33", "\u007f"));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void isReadBackAsItWasWritten(@ForAll("values") JsonValue value) {
        assertThat(JsonValue.parse(value.toBytes(), JsonLimits.TRUSTED)).isEqualTo(value);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void hasOneFormForOneValue(@ForAll("values") JsonValue one, @ForAll("values") JsonValue other) {
        assertThat(one.toJson().equals(other.toJson())).isEqualTo(one.equals(other));
    }
}
