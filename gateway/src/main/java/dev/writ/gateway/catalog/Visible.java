package dev.writ.gateway.catalog;

/** Text as a person should see it before approving it: what would show as nothing, or turn the rest around, is written out. */
public final class Visible {

    private static final int LONGEST = 4_000;

    private Visible() {}

    /** It with those characters as {@code <U+200B>}, cut after 4000. */
    public static String text(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(point -> {
            if (isHidden(point)) {
                shown.append(String.format("<U+%04X>", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        long length = text.codePointCount(0, text.length());
        return length <= LONGEST ? shown.toString() : shown + "... (" + (length - LONGEST) + " characters more)";
    }

    /** Whether a person would not see it: controls, formats (bidirectional, zero-width, tags), blanks that are no blank. */
    public static boolean isHidden(int point) {
        if (point == '\n' || point == '\t' || point == ' ') {
            return false;
        }
        int type = Character.getType(point);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED
                || type == Character.SPACE_SEPARATOR
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || isVariation(point)
                || (point >= 0x180B && point <= 0x180F)
                || point == 0x034F
                || point == 0x115F
                || point == 0x1160
                || point == 0x17B4
                || point == 0x17B5
                || point == 0x2800
                || point == 0x3164
                || point == 0xFFA0;
    }

    /** Variation selectors, which can carry any bytes unseen. */
    private static boolean isVariation(int point) {
        return (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF);
    }
}
