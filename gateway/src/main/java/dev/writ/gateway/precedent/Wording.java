package dev.writ.gateway.precedent;

import dev.writ.gateway.catalog.Visible;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a machine's text is a description and nothing else. What argues, asks or vouches is not shown: an attacker whose words are in
 * the arguments may have had it written. This helps against what is plain, and is no proof against what is subtle: the text stays
 * marked as a machine's.
 */
final class Wording {

    private static final int LONGEST = 1_200;

    /** What judges, recommends, commands, vouches or speaks to somebody. Harmless uses go with the others. */
    private static final Pattern VERDICT = Pattern.compile(
            "\\b(approv(e|es|ed|ing)|refus(e|es|ed|ing)|reject(s|ed|ing)?|den(y|ies|ied|ying)|grant(s|ed|ing)?"
                    + "|authori[sz](e|es|ed|ing)|(dis)?allow(s|ed|ing)?|recommend(s|ed|ing|ation)?|advis(e|es|ed|able)|suggest(s|ed|ing)?"
                    + "|should|must|ought|please|urgent(ly)?|immediately|safe(ly)?|unsafe|harmless|benign|legitimate|trust(ed|worthy)?"
                    + "|verified|malicious|suspicious|fraud(ulent)?|routine|no risk|low risk|you|your|yours|ignore|writ)\\b");

    private static final Pattern LINK = Pattern.compile("://|www\\.|\\]\\(|<[a-z/!]|```|javascript:");

    /** Letters of several alphabets in one word: what it looks like is not what it says. */
    private static final Pattern MIXED = Pattern.compile(
            "(?=\\p{L}*\\p{IsLatin})(?=\\p{L}*[\\p{IsCyrillic}\\p{IsGreek}\\p{IsArmenian}\\p{IsCherokee}])\\p{L}+");

    private Wording() {}

    /** Why it is not shown; empty if it is. */
    static Optional<String> problem(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(point -> !Visible.isHidden(point))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        if (plain.isBlank()) {
            return Optional.of("it says nothing");
        }
        if (plain.length() > LONGEST) {
            return Optional.of("it is too long");
        }
        if (LINK.matcher(plain).find()) {
            return Optional.of("it has links or markup");
        }
        if (MIXED.matcher(plain).find()) {
            return Optional.of("it has words of mixed alphabets");
        }
        if (VERDICT.matcher(plain).find()) {
            return Optional.of("it does not only describe");
        }
        return Optional.empty();
    }

    /** As it is shown: with what is hidden in it written out. */
    static String shown(String text) {
        return Visible.text(text.strip());
    }
}
