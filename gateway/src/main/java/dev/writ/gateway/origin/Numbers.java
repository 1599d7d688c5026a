package dev.writ.gateway.origin;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers in texts, by value: {@code 98.70} is {@code 98.7}, and {@code 1,200} is {@code 1200}. */
final class Numbers {

    private static final int DIGITS = 30;

    /** Not a part of a word, a date, a time or an address: those hold no number that means an amount. */
    private static final Pattern NUMBER = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(?<![0-9][-/:.,])-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,20})(?:\\.[0-9]{1,20})?"
                    + "(?![\\p{L}\\p{N}])(?![-/:.,][0-9])");

    /** Whatever a reader may take for an amount: {@code EUR500}, {@code 1.234,56}, {@code 1'200}, {@code 30k}. Not dates and times. */
    private static final Pattern AMOUNT = Pattern.compile(
            "(?<![0-9])(?<![0-9][-/:])([0-9]{1,20}(?:[.,'_][0-9]{1,20}){0,8})([km]?)(?![0-9])(?![-/:][0-9])");

    private static final Pattern SPACED =
            Pattern.compile("(?<![0-9])([0-9]{1,3}(?: [0-9]{3}){1,6}(?:[.,][0-9]{1,20})?)([km]?)(?![0-9])");

    private static final Pattern WELL_FORMED =
            Pattern.compile("[0-9]{1,3}(?:([.,'_])[0-9]{3})(?:\\1[0-9]{3})*(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?");

    private Numbers() {}

    /**
     * All that a reader may take for a number, in canonical form: for taint, where a number too many does less harm than one too few.
     *
     * @param plain a text in its plain form
     */
    static Set<String> looselyIn(String plain) {
        Set<String> numbers = new LinkedHashSet<>();
        for (Pattern pattern : List.of(AMOUNT, SPACED)) {
            Matcher matcher = pattern.matcher(plain);
            while (matcher.find()) {
                int shift = "km".indexOf(matcher.group(2)) + 1;
                for (String reading : readings(matcher.group(1))) {
                    BigDecimal number = new BigDecimal(reading);
                    numbers.add(canonical(number));
                    if (!matcher.group(2).isEmpty()) {
                        numbers.add(canonical(number.scaleByPowerOfTen(3 * shift)));
                    }
                }
            }
        }
        return numbers;
    }

    private static Set<String> readings(String written) {
        Set<String> readings = new LinkedHashSet<>();
        String digits = written.replaceAll("[^0-9]", "");
        if (digits.length() <= DIGITS) {
            readings.add(digits);
            int point = Math.max(written.lastIndexOf('.'), written.lastIndexOf(','));
            if (point > 0) {
                readings.add(written.substring(0, point).replaceAll("[^0-9]", "") + "." + written.substring(point + 1));
            }
        }
        if (!WELL_FORMED.matcher(written).matches()) {
            readings.addAll(Arrays.asList(written.split("[^0-9]", -1)));
        }
        return readings;
    }

    /** In their canonical form. */
    static Set<String> in(String text) {
        Set<String> numbers = new LinkedHashSet<>();
        Matcher matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            canonical(matcher.group()).ifPresent(numbers::add);
        }
        return numbers;
    }

    /** The form that two texts share if they are, as a whole, the same number. */
    static Optional<String> canonical(String text) {
        return NUMBER.matcher(text).matches() && text.length() <= DIGITS
                ? Optional.of(canonical(new BigDecimal(text.replace(",", ""))))
                : Optional.empty();
    }

    /** As a text would have it; one with very many digits as a program would. */
    static String written(BigDecimal number) {
        return number.precision() <= DIGITS && Math.abs(number.scale()) <= DIGITS
                ? number.toPlainString()
                : number.toString();
    }

    static String canonical(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
    }
}
