package dev.writ.gateway.origin;

import java.util.List;

/**
 * Where a value can begin and end in a plain text.
 *
 * <p>Signs inside of addresses, such as {@code @ . - _ / +}, belong to the word that they stand in: {@code bob@example.org} is no
 * value in {@code not-bob@example.org}, nor in {@code bob@example.org.example.net}.
 */
final class Edges {

    private static final String OPENING = "\n \"'`([{<>=:,;|*";
    private static final String CLOSING = "\n \"`)]}<>,;|*";
    private static final String ENDING = ".:!?'";

    private static final String MENTIONING = "@#";
    private static final List<String> SCHEMES = List.of("https://", "http://");
    private static final List<String> TAILS = List.of("'s", "/");

    private final String text;
    private int from;
    private int to;

    Edges(String text) {
        this.text = text;
    }

    boolean startsAt(int at) {
        return isStart(at) || isMention(at) || isBehindScheme(at);
    }

    private boolean isStart(int at) {
        return at == 0 || OPENING.indexOf(text.charAt(at - 1)) >= 0 || isBetweenScripts(text, at);
    }

    /** {@code @ana} and {@code #general} are how people write the names of members and channels. */
    private boolean isMention(int at) {
        return MENTIONING.indexOf(text.charAt(at - 1)) >= 0 && isStart(at - 1);
    }

    private boolean isBehindScheme(int at) {
        return SCHEMES.stream()
                .anyMatch(scheme -> text.startsWith(scheme, at - scheme.length()) && isStart(at - scheme.length()));
    }

    boolean endsAt(int at) {
        if (at == text.length() || CLOSING.indexOf(text.charAt(at)) >= 0 || isBetweenScripts(text, at)) {
            return true;
        }
        // Of somebody, or of an address of the web.
        for (String tail : TAILS) {
            int behind = at + tail.length();
            if (text.startsWith(tail, at) && (behind == text.length() || CLOSING.indexOf(text.charAt(behind)) >= 0)) {
                return true;
            }
        }
        // The end of a sentence or of a quotation, and not the middle of an address.
        int next = endOfSigns(at);
        return next > at && (next == text.length() || CLOSING.indexOf(text.charAt(next)) >= 0);
    }

    /** A row of signs is gone through once, however many of them a value could end before. */
    private int endOfSigns(int at) {
        if (at < from || at >= to) {
            from = at;
            to = at;
            while (to < text.length() && ENDING.indexOf(text.charAt(to)) >= 0) {
                to++;
            }
        }
        return Math.max(at, to);
    }

    /** Some scripts write no spaces. */
    private static boolean isBetweenScripts(String text, int at) {
        return Character.isIdeographic(text.codePointBefore(at)) != Character.isIdeographic(text.codePointAt(at));
    }
}
