package dev.writ.rules;

/**
 * The smallest piece of a rule file.
 *
 * @param text as written; of a {@link Kind#TEXT} without its quotes and escapes
 */
record Token(Kind kind, String text, Place place) {

    enum Kind {
        WORD,
        VARIABLE,
        TEXT,
        NUMBER,
        DURATION,
        SYMBOL,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    /** How a message names it. */
    String shown() {
        return switch (kind) {
            case END -> "the end of the file";
            case TEXT -> "the text \"" + (text.length() <= 40 ? text : text.substring(0, 40) + "...") + "\"";
            default -> "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "...") + "'";
        };
    }
}
