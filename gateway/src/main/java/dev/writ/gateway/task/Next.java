package dev.writ.gateway.task;

import java.time.Instant;
import java.util.function.Function;

/** What becomes of a task that has run. */
public sealed interface Next {

    <R> R fold(Function<Done, R> done, Function<Again, R> again);

    /** There is nothing more to do. */
    static Next done() {
        return new Done();
    }

    /** It runs once more, and that is no failure. */
    static Next again(Instant due) {
        return new Again(due);
    }

    /** It is forgotten. */
    record Done() implements Next {
        @Override
        public <R> R fold(Function<Done, R> done, Function<Again, R> again) {
            return done.apply(this);
        }
    }

    /** It runs once more at that time. */
    record Again(Instant due) implements Next {
        @Override
        public <R> R fold(Function<Done, R> done, Function<Again, R> again) {
            return again.apply(this);
        }
    }
}
