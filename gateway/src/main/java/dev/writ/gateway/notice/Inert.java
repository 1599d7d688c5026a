package dev.writ.gateway.notice;

import dev.writ.gateway.catalog.Visible;

/**
 * Text of agents and rule authors on its way to where others show it: on one line, nothing hidden in it, short, and with nothing that
 * a mail or chat program makes a link of.
 */
final class Inert {

    private static final int LONGEST = 200;

    private Inert() {}

    static String line(String text) {
        String shown = Visible.text(text)
                .replaceAll("[\\n\\t]", " ")
                .replace("://", "[:]//")
                .replaceAll("(?i)www\\.", "www[.]")
                .replaceAll("(?i)mailto:", "mailto[:]");
        return shown.codePointCount(0, shown.length()) <= LONGEST
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, LONGEST)) + "...";
    }
}
