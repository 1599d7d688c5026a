package dev.writ.rules;

/** The parser cannot go on with this rule; caught where the next one starts. */
final class SyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient BundleProblem problem;

    SyntaxException(BundleProblem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    BundleProblem problem() {
        return problem;
    }
}
