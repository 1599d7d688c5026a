package dev.writ.gateway.precedent;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Similarity of texts as PostgreSQL's pg_trgm has it, of texts that PostgreSQL must not see in clear.
 *
 * @see <a href="https://www.postgresql.org/docs/current/pgtrgm.html">pg_trgm</a>
 */
final class Trigrams {

    private static final int LENGTH = 3;

    private Trigrams() {}

    /** Every three characters in a row of each word, which counts as having two blanks before it and one after. */
    static Set<String> of(String text) {
        Set<String> trigrams = new HashSet<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            if (!word.isEmpty()) {
                String padded = "  " + word + " ";
                for (int at = 0; at + LENGTH <= padded.length(); at++) {
                    trigrams.add(padded.substring(at, at + LENGTH));
                }
            }
        }
        return trigrams;
    }

    /** How much of all that is in either of them is in both, 0 to 1; 1 if there is nothing in either. */
    static double overlap(Set<String> one, Set<String> other) {
        if (one.isEmpty() && other.isEmpty()) {
            return 1;
        }
        long both = one.stream().filter(other::contains).count();
        return (double) both / (one.size() + other.size() - both);
    }
}
