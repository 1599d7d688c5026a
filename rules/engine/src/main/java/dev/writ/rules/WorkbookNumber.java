package dev.writ.rules;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of workbooks, which are binary fractions written out: 1.1 may stand there as 1.1000000000000001.
 *
 * <p>A number is the decimal of at most 15 digits that is stored as what stands there, which is what its author typed and sees. One
 * that is not, such as 0.30000000000000004, is refused.
 */
final class WorkbookNumber {

    private static final Pattern WRITTEN = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?([Ee][+-]?[0-9]{1,2})?");
    private static final MathContext DIGITS = new MathContext(15);
    private static final int MOST_PLACES = 15;

    /** Formats that show the number itself, and how many decimal places of it. */
    private static final Pattern FORMAT = Pattern.compile("(?:#,##)?0(?:\\.(0{1,15}))?");

    static final String GENERAL = "General";

    private WorkbookNumber() {}

    /** The number without an exponent; empty if it is not what its author sees. */
    static Optional<String> decimal(String written) {
        if (!WRITTEN.matcher(written).matches()) {
            return Optional.empty();
        }
        BigDecimal exact = new BigDecimal(written);
        BigDecimal typed = exact.round(DIGITS);
        if (typed.doubleValue() != exact.doubleValue()
                || typed.abs().compareTo(BigDecimal.TEN.pow(MOST_PLACES)) >= 0
                || typed.stripTrailingZeros().scale() > MOST_PLACES) {
            return Optional.empty();
        }
        return Optional.of(
                typed.signum() == 0 ? "0" : typed.stripTrailingZeros().toPlainString());
    }

    /** Whether a format shows whatever is in the cell as it is. */
    static boolean isPlain(String format) {
        return format.equalsIgnoreCase(GENERAL) || format.equals("@");
    }

    /** How many decimal places a format shows; empty if it shows something else than the number, such as a date or a share. */
    static Optional<Integer> places(String format) {
        if (isPlain(format)) {
            return Optional.of(MOST_PLACES);
        }
        Matcher matcher = FORMAT.matcher(format);
        return matcher.matches()
                ? Optional.of(matcher.group(1) == null ? 0 : matcher.group(1).length())
                : Optional.empty();
    }
}
