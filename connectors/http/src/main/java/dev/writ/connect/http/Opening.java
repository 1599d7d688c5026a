package dev.writ.connect.http;

import java.util.List;
import java.util.function.Function;

/** What became of registering a service: a bad document is a value, not an exception. */
public sealed interface Opening {

    <R> R fold(Function<Opened, R> opened, Function<Refused, R> refused);

    /**
     * The service can be called.
     *
     * @param skipped operations that became no tool, each with the reason
     */
    record Opened(HttpConnector connector, List<DocumentProblem> skipped) implements Opening {
        public Opened {
            skipped = List.copyOf(skipped);
        }

        @Override
        public <R> R fold(Function<Opened, R> opened, Function<Refused, R> refused) {
            return opened.apply(this);
        }
    }

    /** Nothing was opened. */
    record Refused(List<DocumentProblem> problems) implements Opening {
        public Refused {
            problems = List.copyOf(problems);
        }

        @Override
        public <R> R fold(Function<Opened, R> opened, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
