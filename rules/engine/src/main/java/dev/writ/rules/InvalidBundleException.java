package dev.writ.rules;

import java.util.List;
import java.util.stream.Collectors;

/** Some files are no policy bundle; {@link #problems()} says why, place by place. */
public final class InvalidBundleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<BundleProblem> problems;

    InvalidBundleException(List<BundleProblem> problems) {
        super(problems.stream().map(BundleProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    static InvalidBundleException of(BundleProblem problem) {
        return new InvalidBundleException(List.of(problem));
    }

    public List<BundleProblem> problems() {
        return problems;
    }
}
