package dev.writ.rules;

import java.util.Comparator;

/**
 * One thing that lint tells an author.
 *
 * @param file its path inside the bundle
 * @param line counted from 1; 0 if it is about the file as a whole
 * @param column as the line
 * @param message what is so, and what to do next
 */
public record LintFinding(LintCheck check, String file, int line, int column, String message)
        implements Comparable<LintFinding> {

    private static final Comparator<LintFinding> BY_PLACE = Comparator.comparing(LintFinding::file)
            .thenComparing(LintFinding::line)
            .thenComparing(LintFinding::column)
            .thenComparing(LintFinding::check)
            .thenComparing(LintFinding::message);

    static LintFinding at(LintCheck check, Place place, String message) {
        return new LintFinding(check, place.file(), place.line(), place.column(), message);
    }

    static LintFinding ofFile(LintCheck check, String file, String message) {
        return new LintFinding(check, file, 0, 0, message);
    }

    static LintFinding of(LintCheck check, BundleProblem problem) {
        return new LintFinding(check, problem.file(), problem.line(), problem.column(), problem.message());
    }

    @Override
    public int compareTo(LintFinding other) {
        return BY_PLACE.compare(this, other);
    }

    /** {@code refunds.drl:3:5: W012 never-fires: ...}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + check.id() + " " + check.text() + ": " + message;
    }
}
