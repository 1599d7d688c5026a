package dev.writ.gateway.origin;

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

    private final String text;
    private int from;
    private int to;

    Edges(String text) {
        this.text = text;
    }

    boolean startsAt(int at) {
        return at == 0 || OPENING.indexOf(text.charAt(at - 1)) >= 0 || isBetweenScripts(text, at);
    }

    boolean endsAt(int at) {
        if (at == text.length() || CLOSING.indexOf(text.charAt(at)) >= 0 || isBetweenScripts(text, at)) {
            return true;
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
