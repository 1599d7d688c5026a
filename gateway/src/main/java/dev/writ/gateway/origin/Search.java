package dev.writ.gateway.origin;

import java.util.function.IntPredicate;

/** Finds texts in texts, in time that nobody can drive up by what they write. */
final class Search {

    /** In what is not longer {@link String#indexOf(String)} cannot cost much, whatever is looked for, and is the fastest. */
    private static final int SHORT = 2048;

    private static final long BASE = 1_000_003L;

    private Search() {}

    static boolean contains(String text, String wanted) {
        return anyMatch(text, wanted, at -> true);
    }

    /** Whether it stands there at a place that will do. */
    static boolean anyMatch(String text, String wanted, IntPredicate willDo) {
        return text.length() <= SHORT ? direct(text, wanted, willDo) : rolling(text, wanted, willDo);
    }

    private static boolean direct(String text, String wanted, IntPredicate willDo) {
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
            if (willDo.test(at)) {
                return true;
            }
        }
        return false;
    }

    /** Rabin's and Karp's. */
    private static boolean rolling(String text, String wanted, IntPredicate willDo) {
        int length = wanted.length();
        if (length > text.length()) {
            return false;
        }
        long sought = 0;
        long dropped = 1;
        for (int i = 0; i < length; i++) {
            sought = sought * BASE + wanted.charAt(i);
            dropped *= BASE;
        }
        long hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = hash * BASE + text.charAt(i);
            if (i >= length) {
                hash -= dropped * text.charAt(i - length);
            }
            int at = i - length + 1;
            if (at >= 0 && hash == sought && willDo.test(at) && text.startsWith(wanted, at)) {
                return true;
            }
        }
        return false;
    }
}
