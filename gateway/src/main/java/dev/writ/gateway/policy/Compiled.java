package dev.writ.gateway.policy;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.PolicyEngine;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What became of a bundle. */
sealed interface Compiled {

    <R> R fold(Function<Usable, R> usable, Function<Unusable, R> unusable);

    default Optional<PolicyEngine> engine() {
        return fold(usable -> Optional.of(usable.policy()), unusable -> Optional.empty());
    }

    /** It can decide: it compiles, and its own cases come out as they say. */
    record Usable(PolicyEngine policy) implements Compiled {
        @Override
        public <R> R fold(Function<Usable, R> usable, Function<Unusable, R> unusable) {
            return usable.apply(this);
        }
    }

    /** It cannot. */
    record Unusable(List<BundleProblem> problems) implements Compiled {
        public Unusable {
            problems = List.copyOf(problems);
        }

        static Unusable of(String problem) {
            return new Unusable(List.of(new BundleProblem("bundle.yaml", 0, 0, problem)));
        }

        @Override
        public <R> R fold(Function<Usable, R> usable, Function<Unusable, R> unusable) {
            return unusable.apply(this);
        }
    }
}
