package dev.writ.gateway.catalog;

import java.util.List;
import java.util.function.Function;

/** What became of opening a connector: settings that cannot be used are a value, not an exception. */
sealed interface Preparation {

    <R> R fold(Function<Ready, R> ready, Function<Refused, R> refused);

    /**
     * It can be pinned.
     *
     * @param skipped operations that became no tool, each with the reason
     */
    record Ready(OpenConnector connector, List<String> skipped) implements Preparation {
        public Ready {
            skipped = List.copyOf(skipped);
        }

        @Override
        public <R> R fold(Function<Ready, R> ready, Function<Refused, R> refused) {
            return ready.apply(this);
        }
    }

    /** Nothing was opened. */
    record Refused(List<String> problems) implements Preparation {
        public Refused {
            problems = List.copyOf(problems);
        }

        @Override
        public <R> R fold(Function<Ready, R> ready, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
