package dev.writ.model;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import java.math.BigDecimal;

/**
 * A JSON number that survives IEEE 754 double precision, so that its RFC 8785 form is its own and nobody else's.
 *
 * <p>{@code 0.1} and {@code 9007199254740992} are fine; {@code 9007199254740993} and {@code 1e400} are refused, because
 * RFC 8785 would write them as some other number.
 */
public record JsonNumber(BigDecimal value) implements JsonValue {

    /** Every decimal of so few digits, of moderate size, survives a double (C's {@code DBL_DIG}). */
    private static final int ALWAYS_EXACT_DIGITS = 15;

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
                && (nearest == 0.0
                        ? value.signum() == 0
                        : new BigDecimal(DoubleToDecimal.toString(nearest)).compareTo(value) == 0);
        if (!exact) {
            throw new JsonException(
                    JsonException.Kind.INEXACT_NUMBER,
                    "a number does not survive double precision; send it with fewer digits or as a string");
        }
    }

    @Override
    public String toString() {
        return "JsonNumber";
    }
}
