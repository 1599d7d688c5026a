package dev.writ.gateway.export;

import java.util.List;
import java.util.function.Function;

/** What came of checking a claim that something did not happen. */
public sealed interface NoneFinding {

    <R> R fold(Function<Proved, R> proved, Function<Refuted, R> refuted, Function<NotProved, R> notProved);

    /**
     * Every entry of the range was looked at, and none is like it.
     *
     * @param size of the checkpoint
     * @param looked entries in the range
     * @param near indices of the first entries that are like it and not of the time, but of the margin around it
     */
    record Proved(NoneClaim claim, long size, long looked, List<Long> near) implements NoneFinding {

        public Proved {
            near = List.copyOf(near);
        }

        @Override
        public <R> R fold(Function<Proved, R> proved, Function<Refuted, R> refuted, Function<NotProved, R> notProved) {
            return proved.apply(this);
        }
    }

    /**
     * It did happen.
     *
     * @param indices of the first entries that say so
     */
    record Refuted(NoneClaim claim, long looked, List<Long> indices) implements NoneFinding {

        public Refuted {
            indices = List.copyOf(indices);
        }

        @Override
        public <R> R fold(Function<Proved, R> proved, Function<Refuted, R> refuted, Function<NotProved, R> notProved) {
            return refuted.apply(this);
        }
    }

    /** The folder proves nothing. */
    record NotProved(String why) implements NoneFinding {
        @Override
        public <R> R fold(Function<Proved, R> proved, Function<Refuted, R> refuted, Function<NotProved, R> notProved) {
            return notProved.apply(this);
        }
    }
}
