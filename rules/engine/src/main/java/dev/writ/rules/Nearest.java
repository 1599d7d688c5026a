package dev.writ.rules;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an author probably meant. */
final class Nearest {

    /** More are not read anyway. */
    private static final int LISTED = 12;

    private static final int LONGEST = 100;

    private Nearest() {}

    /** A sentence to go behind "there is no such ...": the word that was probably meant, and the words there are. */
    static String hint(String word, Collection<String> candidates) {
        if (candidates.isEmpty()) {
            return "there is none";
        }
        String listed = candidates.stream().sorted().limit(LISTED).collect(Collectors.joining(", "))
                + (candidates.size() > LISTED ? ", ..." : "");
        Optional<String> meant = candidates.stream()
                .filter(candidate -> isNear(word, candidate))
                .min(Comparator.comparing((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
        return meant.map(candidate -> "did you mean " + candidate + "? There is " + listed)
                .orElse("there is " + listed);
    }

    /** Long words are no slips, and comparing them would take its time. */
    private static boolean isNear(String word, String candidate) {
        int near = Math.max(1, (word.length() + 1) / 3);
        return word.length() <= LONGEST
                && Math.abs(word.length() - candidate.length()) <= near
                && distance(word, candidate) <= near;
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(changed, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
