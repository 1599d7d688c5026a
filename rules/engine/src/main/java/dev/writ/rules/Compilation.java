package dev.writ.rules;

import java.util.List;
import java.util.function.Function;

/** What became of a bundle: an engine, or everything that is wrong with it. */
public sealed interface Compilation {

    <R> R fold(Function<PolicyEngine, R> compiled, Function<List<BundleProblem>, R> rejected);

    /**
     * The bundle makes sense.
     *
     * @param engine to be closed by whoever takes it
     */
    record Compiled(PolicyEngine engine) implements Compilation {
        @Override
        public <R> R fold(Function<PolicyEngine, R> compiled, Function<List<BundleProblem>, R> rejected) {
            return compiled.apply(engine);
        }
    }

    /**
     * It does not.
     *
     * @param problems at least one, by file, line and column
     */
    record Rejected(List<BundleProblem> problems) implements Compilation {
        public Rejected {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a bundle is rejected for a reason");
            }
        }

        @Override
        public <R> R fold(Function<PolicyEngine, R> compiled, Function<List<BundleProblem>, R> rejected) {
            return rejected.apply(problems);
        }
    }
}
