package dev.writ.gateway.origin;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a person's words are used as a name: two or more that stand next to each other, each with a capital letter, in the middle of
 * a sentence.
 *
 * <p>Anybody can register an address of words that most requests have, such as {@code unread.email@} or {@code please.read@}.
 */
final class SpokenNames {

    private static final String WORD = "\\p{Lu}\\p{M}*\\p{Ll}[\\p{L}\\p{M}]+";

    private static final Pattern NAME = Pattern.compile(
            "(?<![\\p{L}\\p{M}\\p{N}_.@/-])" + WORD + "(?: {1,3}" + WORD + ")+(?![\\p{L}\\p{M}\\p{N}_@/-])");

    private SpokenNames() {}

    /** Each as it was written, but without the first word of a sentence, whose capital letter says nothing. */
    static List<String> of(String text) {
        List<String> names = new ArrayList<>();
        Matcher found = NAME.matcher(text);
        while (found.find()) {
            String name = found.group();
            if (startsSentence(text, found.start())) {
                name = name.substring(name.indexOf(' ')).strip();
            }
            if (name.indexOf(' ') > 0) {
                names.add(name);
            }
        }
        return names;
    }

    private static boolean startsSentence(String text, int at) {
        int before = at - 1;
        while (before >= 0 && text.charAt(before) == ' ') {
            before--;
        }
        return before < 0 || !(Character.isLetterOrDigit(text.charAt(before)) || text.charAt(before) == ',');
    }
}
