package dev.writ.rules;

import java.util.function.Function;

/** How one case of a bundle came out. */
public sealed interface CaseResult {

    /** As the author named it; of a file that cannot be read, its path. */
    String name();

    String file();

    /** Counted from 1; where the case starts. */
    int line();

    <R> R fold(Function<Passed, R> passed, Function<Failed, R> failed);

    /** It came out as written. */
    record Passed(String name, String file, int line) implements CaseResult {
        @Override
        public <R> R fold(Function<Passed, R> passed, Function<Failed, R> failed) {
            return passed.apply(this);
        }
    }

    /**
     * It did not, or makes no sense.
     *
     * @param reason what was expected and what came out, for whoever wrote it
     */
    record Failed(String name, String file, int line, String reason) implements CaseResult {
        @Override
        public <R> R fold(Function<Passed, R> passed, Function<Failed, R> failed) {
            return failed.apply(this);
        }
    }
}
