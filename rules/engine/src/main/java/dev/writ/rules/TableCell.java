package dev.writ.rules;

/**
 * One cell of a decision table.
 *
 * @param text as its author sees it
 */
record TableCell(String text, Kind kind, Locator locator) {

    /** What a file says of a cell's type. */
    enum Kind {
        /** Nothing: CSV has no types. */
        UNTYPED,
        TEXT,
        NUMBER,
        FLAG
    }

    /** Knows where in its file a part of the cell stands. */
    @FunctionalInterface
    interface Locator {
        /**
         * The place of a character.
         *
         * @param line of the cell's text, counted from 1
         * @param column in that line, counted from 1
         */
        Place at(int line, int column);
    }

    /** A cell that a file leaves out. */
    static TableCell empty(Place place) {
        return new TableCell("", Kind.UNTYPED, (line, column) -> place);
    }

    Place place() {
        return locator.at(1, 1);
    }

    /** Where something stands that was found in {@link #text}. */
    Place place(Place inText) {
        return locator.at(inText.line(), inText.column());
    }

    boolean isEmpty() {
        return text.isBlank();
    }

    /** The text without blanks around it. */
    String value() {
        return text.strip();
    }

    boolean is(String word) {
        return value().equals(word);
    }

    /** A cell that holds a part of this one. */
    TableCell part(String partOfText) {
        return new TableCell(partOfText, kind, (line, column) -> place());
    }
}
