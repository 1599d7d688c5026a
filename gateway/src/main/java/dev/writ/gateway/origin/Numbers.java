package dev.writ.gateway.origin;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
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

    private Numbers() {}

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
