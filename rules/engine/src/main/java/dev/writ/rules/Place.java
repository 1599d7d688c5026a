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

    Place(String file, int line, int column) {
        this.file = file;
        this.line = line;
        this.column = column;
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
        return new BundleProblem(file, line, column, message);
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
        return file + ":" + line + ":" + column;
    }
}
