package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonNumberTest {

    private static JsonNumber number(String text) {
        return new JsonNumber(new BigDecimal(text));
    }

    /** RFC 8785 appendix B: bits of a double, and how it is written. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2"
    })
    void isWrittenAsRfc8785Says(String bits, String written) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
        assertThat(Double.parseDouble(written)).isEqualTo(value);
        assertThat(number(written).toJson()).isEqualTo(written);
    }

    /** ECMAScript's Number::toString of the eleven smallest doubles. */
    @ParameterizedTest
    @CsvSource({
        "1, 5e-324",
        "2, 1e-323",
        "3, 1.5e-323",
        "4, 2e-323",
        "5, 2.5e-323",
        "6, 3e-323",
        "7, 3.5e-323",
        "8, 4e-323",
        "9, 4.4e-323",
        "10, 5e-323",
        "11, 5.4e-323"
    })
    void takesOneDigitWhereOneIsEnough(long bits, String written) {
        assertThat(Double.parseDouble(written)).isEqualTo(Double.longBitsToDouble(bits));
        assertThat(number(written).toJson()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1.0, 1",
        "1.10, 1.1",
        "100, 100",
        "1e2, 100",
        "1E20, 100000000000000000000",
        "1e21, 1e+21",
        "-0, 0",
        "-0.0, 0",
        "0e999999999, 0",
        "0.0001, 0.0001",
        "1e-6, 0.000001",
        "1e-7, 1e-7",
        "-1.5e-7, -1.5e-7",
        "123456789012345, 123456789012345",
        "0.1, 0.1",
        "-12.5, -12.5"
    })
    void hasOneWrittenForm(String text, String written) {
        assertThat(number(text).toJson()).isEqualTo(written);
        assertThat(number(text)).isEqualTo(number(written)).hasSameHashCodeAs(number(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740993",
                "-9007199254740993",
                "1e400",
                "-1e400",
                "1e-400",
                "4.9e-324",
                "1e2147483647",
                "1e-2147483647",
                "0.1000000000000000055511151231257827",
                "333333333.33333329",
                "9223372036854775807",
                "9223372036854775808",
                "1.7976931348623159e308",
                "123456789012345678"
            })
    void isRefusedIfADoubleWouldChangeIt(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> number(text))
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(JsonException.Kind.INEXACT_NUMBER));
    }

    @Test
    void takesEveryLongThatADoubleHolds() {
        assertThat(JsonNumber.of(9007199254740991L).toJson()).isEqualTo("9007199254740991");
        assertThat(JsonNumber.of(-1).toJson()).isEqualTo("-1");
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> JsonNumber.of(Long.MAX_VALUE));
    }

    @Test
    void isNotPrinted() {
        assertThat(JsonNumber.of(4711)).asString().doesNotContain("4711");
    }

    /** What was accepted is read back by everybody, doubles or not, as the number it was. */
    @Property
    void survivesADouble(@ForAll double value) {
        Assume.that(Double.isFinite(value));
        String java =
                new BigDecimal(Double.toString(value)).stripTrailingZeros().toString();
        JsonNumber number;
        try {
            number = number(java);
        } catch (JsonException inexact) {
            // Before JDK 19, Double.toString has a digit too many for some.
            return;
        }
        assertThat(Double.parseDouble(number.toJson())).isEqualTo(value == 0 ? 0.0 : value);
        assertThat(new BigDecimal(number.toJson())).isEqualByComparingTo(number.value());
    }

    /** Cents of amounts up to a hundred thousand billion: nothing that money needs is refused. */
    @Property
    void takesEveryAmount(@ForAll long cents) {
        BigDecimal amount = BigDecimal.valueOf(cents % 1_000_000_000_000_000L, 2);
        assertThat(new BigDecimal(new JsonNumber(amount).toJson())).isEqualByComparingTo(amount);
    }

    @Property
    void differsIfTheValueDiffers(@ForAll int one, @ForAll int other) {
        assertThat(JsonNumber.of(one).toJson().equals(JsonNumber.of(other).toJson()))
                .isEqualTo(one == other);
    }
}
