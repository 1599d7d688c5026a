package dev.writ.rules;

import org.jspecify.annotations.Nullable;

/**
 * Where something was written: a file of a bundle, and a line and a column counted from 1.
 *
 * <p>All places are equal. Where a thing stands is no part of what it says, so two rules with the same text are equal
 * wherever they were found.
 */
final class Place {

    private final String file;
    private final int line;
    private final int column;
    private final String cell;

    Place(String file, int line, int column) {
        this(file, line, column, "");
    }

    private Place(String file, int line, int column, String cell) {
        this.file = file;
        this.line = line;
        this.column = column;
        this.cell = cell;
    }

    /**
     * A cell of a workbook.
     *
     * @param cell what people call it, such as {@code limits!B7}; line and column are its row and column
     */
    static Place ofCell(String file, int row, int column, String cell) {
        return new Place(file, row, column, cell);
    }

    String file() {
        return file;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }

    BundleProblem problem(String message) {
        return new BundleProblem(file, line, column, cell.isEmpty() ? message : cell + ": " + message);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Place;
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + (cell.isEmpty() ? "" : ": " + cell);
    }
}
