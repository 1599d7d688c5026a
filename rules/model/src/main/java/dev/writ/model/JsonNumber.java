package dev.writ.model;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A JSON number that survives IEEE 754 double precision, so that its RFC 8785 form is its own and nobody else's.
 *
 * <p>{@code 0.1} and {@code 9007199254740992} are fine; {@code 9007199254740993} and {@code 1e400} are refused, because
 * RFC 8785 would write them as some other number.
 */
public record JsonNumber(BigDecimal value) implements JsonValue {

    /** Every decimal of so few digits, of moderate size, survives a double (C's {@code DBL_DIG}). */
    private static final int ALWAYS_EXACT_DIGITS = 15;

    private static final MathContext ONE_DIGIT = new MathContext(1);

    public JsonNumber {
        requireExact(value);
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    public static JsonNumber of(long value) {
        return new JsonNumber(BigDecimal.valueOf(value));
    }

    private static void requireExact(BigDecimal value) {
        if (value.precision() <= ALWAYS_EXACT_DIGITS && Math.abs((long) value.scale()) <= 200) {
            return;
        }
        double nearest = value.doubleValue();
        boolean exact = Double.isFinite(nearest)
                && (nearest == 0.0 ? value.signum() == 0 : shortest(nearest).compareTo(value) == 0);
        if (!exact) {
            throw new JsonException(
                    JsonException.Kind.INEXACT_NUMBER,
                    "a number does not survive double precision; send it with fewer digits or as a string");
        }
    }

    /**
     * The decimal that RFC 8785 writes for a double. Java writes two digits at least, and so {@code 4.9E-324} where ECMAScript
     * writes {@code 5e-324}.
     */
    private static BigDecimal shortest(double value) {
        BigDecimal twoOrMore = new BigDecimal(DoubleToDecimal.toString(value));
        BigDecimal one = twoOrMore.round(ONE_DIGIT);
        return one.doubleValue() == value ? one : twoOrMore;
    }

    @Override
    public String toString() {
        return "JsonNumber";
    }
}
