package dev.writ.rules;

import java.util.Comparator;

/**
 * One thing that is wrong with a bundle.
 *
 * @param file its path inside the bundle
 * @param line counted from 1; 0 if the problem is the file as a whole
 * @param column counted from 1 in UTF-16 units; 0 if the problem is the file as a whole
 * @param message what is wrong and what would be right; it may quote the file, but never more than a line of it
 */
public record BundleProblem(String file, int line, int column, String message) implements Comparable<BundleProblem> {

    private static final Comparator<BundleProblem> BY_PLACE = Comparator.comparing(BundleProblem::file)
            .thenComparing(BundleProblem::line)
            .thenComparing(BundleProblem::column)
            .thenComparing(BundleProblem::message);

    static BundleProblem ofFile(String file, String message) {
        return new BundleProblem(file, 0, 0, message);
    }

    @Override
    public int compareTo(BundleProblem other) {
        return BY_PLACE.compare(this, other);
    }

    /** The form that editors and terminals make clickable: {@code rules.drl:3:5: message}. */
    @Override
    public String toString() {
        return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
    }
}
