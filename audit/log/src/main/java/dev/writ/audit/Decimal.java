package dev.writ.audit;

import java.util.regex.Pattern;

/** ASCII decimals with exactly one text for each number. */
final class Decimal {

    private static final Pattern FORM = Pattern.compile("0|[1-9][0-9]{0,18}");

    private Decimal() {}

    /** @param what names the number in the exception */
    static long parse(String text, String what) {
        try {
            if (FORM.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException tooLarge) {
            throw new VerificationException(what + " is too large", tooLarge);
        }
        throw new VerificationException(what + " is not a decimal without leading zeroes");
    }
}
