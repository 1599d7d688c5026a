package dev.writ.rules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * Regular expressions as RE2/J compiles them: matching takes time linear in the text, whatever the expression.
 *
 * <p>Compiling is not as harmless: RE2/J writes {@code ((a{1000}){1000}){1000}} out a billion times. So the counts of an
 * expression, multiplied, are bounded before RE2/J sees it.
 */
final class Expressions {

    private static final Pattern COUNT = Pattern.compile("\\{([0-9]*)(?:,([0-9]*))?\\}");

    private Expressions() {}

    /** What is wrong with it; empty if {@link #compile} will do. */
    static Optional<String> problemWith(String expression) {
        if (repetitions(expression) > Limits.REPETITIONS_PER_EXPRESSION) {
            return Optional.of("the counts in braces, multiplied, are at most " + Limits.REPETITIONS_PER_EXPRESSION);
        }
        try {
            compile(expression);
            return Optional.empty();
        } catch (PatternSyntaxException malformed) {
            return Optional.of("this is no expression of RE2: " + malformed.getDescription()
                    + "; there are no back-references and no look-around");
        }
    }

    static Pattern compile(String expression) {
        return Pattern.compile(expression);
    }

    private static long repetitions(String expression) {
        long product = 1;
        Matcher counts = COUNT.matcher(expression);
        while (counts.find()) {
            product *= Math.max(count(counts.group(1)), count(counts.group(2)));
            if (product > Limits.REPETITIONS_PER_EXPRESSION) {
                return product;
            }
        }
        return product;
    }

    private static long count(String digits) {
        if (digits == null || digits.isEmpty()) {
            return 1;
        }
        return digits.length() > 4 ? Limits.REPETITIONS_PER_EXPRESSION + 1L : Math.max(1, Long.parseLong(digits));
    }
}
