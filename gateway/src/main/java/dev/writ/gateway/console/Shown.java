package dev.writ.gateway.console;

import dev.writ.gateway.catalog.Visible;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Text that somebody else wrote, as a person should see it before believing it: whole, always; what would show as nothing or turn the rest
 * around is written out as {@code U+202E}; a word whose letters are of several scripts, or look like Latin ones and are not, is marked. It
 * comes isolated, so that it does not change the direction of what stands around it.
 */
@TemplateExtension
final class Shown {

    private static final String MARK = "<span class=\"mark\" title=\"%s\">%s</span>";

    /** Letters of other scripts that look like Latin ones: Cyrillic, Greek, Armenian and Cherokee. */
    private static final String LOOK_ALIKE =
            "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf"
                    + "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405\u0423\u04ae"
                    + "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd\u03b1\u03c1\u03b9"
                    + "\u0585\u057d\u0578\u13a0\u13b3\u13a1\u13aa\u13d4";

    /** They are written together. */
    private static final Set<UnicodeScript> EAST_ASIAN = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.HANGUL,
            UnicodeScript.BOPOMOFO);

    private Shown() {}

    /** As HTML. */
    static RawString shown(String text) {
        return new RawString("<bdi>" + html(text) + "</bdi>");
    }

    private static String html(String text) {
        StringBuilder html = new StringBuilder(text.length() + 64);
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isOfWord(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            if (end > at) {
                word(text.substring(at, end), html);
                at = end;
            } else {
                int point = text.codePointAt(at);
                character(point, html);
                at += Character.charCount(point);
            }
        }
        return html.toString();
    }

    private static boolean isOfWord(int point) {
        return !Visible.isHidden(point)
                && (Character.isLetter(point)
                        || Character.getType(point) == Character.NON_SPACING_MARK
                        || Character.getType(point) == Character.COMBINING_SPACING_MARK);
    }

    private static void word(String word, StringBuilder html) {
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        word.codePoints().mapToObj(UnicodeScript::of).forEach(script -> {
            if (script != UnicodeScript.COMMON && script != UnicodeScript.INHERITED) {
                scripts.add(EAST_ASIAN.contains(script) ? UnicodeScript.HAN : script);
            }
        });
        StringBuilder plain = new StringBuilder();
        word.codePoints().forEach(point -> character(point, plain));
        if (scripts.size() > 1) {
            html.append(MARK.formatted("letters of several scripts: " + names(scripts), plain));
        } else if (scripts.stream().noneMatch(script -> script == UnicodeScript.LATIN) && isLookAlike(word)) {
            html.append(MARK.formatted("looks like Latin letters, and is not: " + names(scripts), plain));
        } else if (word.codePoints().anyMatch(Shown::isDressed)) {
            html.append(MARK.formatted("letters of another form than they look", plain));
        } else {
            html.append(plain);
        }
    }

    private static boolean isLookAlike(String word) {
        return word.codePoints().allMatch(point -> LOOK_ALIKE.indexOf(point) >= 0);
    }

    /** Full-width and mathematical letters. */
    private static boolean isDressed(int point) {
        return (point >= 0xFF21 && point <= 0xFF5A) || (point >= 0x1D400 && point <= 0x1D7FF);
    }

    private static String names(Set<UnicodeScript> scripts) {
        return String.join(
                ", ",
                scripts.stream()
                        .map(script -> script.name().charAt(0)
                                + script.name().substring(1).toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static void character(int point, StringBuilder html) {
        if (Visible.isHidden(point) || point == '\r') {
            html.append(MARK.formatted(name(point), "U+%04X".formatted(point)));
            return;
        }
        switch (point) {
            case '<' -> html.append("&lt;");
            case '>' -> html.append("&gt;");
            case '&' -> html.append("&amp;");
            case '"' -> html.append("&quot;");
            case '\'' -> html.append("&#39;");
            default -> html.appendCodePoint(point);
        }
    }

    private static String name(int point) {
        String name = Character.getName(point);
        return name == null ? "not assigned" : name.toLowerCase(Locale.ROOT);
    }
}
