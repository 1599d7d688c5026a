package dev.writ.connect;

import java.time.Instant;
import java.util.function.Function;

/** Whether what a connector calls works, as far as this process has seen. */
public sealed interface Health {

    <R> R fold(Function<Up, R> up, Function<Failing, R> failing, Function<Unknown, R> unknown);

    /** It answers. */
    record Up() implements Health {
        @Override
        public <R> R fold(Function<Up, R> up, Function<Failing, R> failing, Function<Unknown, R> unknown) {
            return up.apply(this);
        }
    }

    /**
     * It fails, and is spared.
     *
     * @param since when it was first noticed
     * @param why what went wrong last, in a sentence for operators; holds no credential and no argument
     */
    record Failing(Instant since, String why) implements Health {
        @Override
        public <R> R fold(Function<Up, R> up, Function<Failing, R> failing, Function<Unknown, R> unknown) {
            return failing.apply(this);
        }
    }

    /** Nobody has looked yet, or the connector does not keep watch. */
    record Unknown() implements Health {
        @Override
        public <R> R fold(Function<Up, R> up, Function<Failing, R> failing, Function<Unknown, R> unknown) {
            return unknown.apply(this);
        }
    }
}
