package dev.writ.gateway.call;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Computes what is welcome and not needed, in one thread of its own: nothing at all if it would take too long. */
final class Aside {

    private static final Logger LOG = Logger.getLogger(Aside.class);

    private final ThreadPoolExecutor one;

    /** @param waiting how many computations may wait for their turn */
    Aside(String name, int waiting) {
        this.one = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Never fails; empty if it is not done in time, or too much waits already. */
    <T> Uni<Optional<T>> compute(Duration longest, Supplier<T> work) {
        long until = System.nanoTime() + longest.toNanos();
        return Uni.createFrom()
                // Nobody waits any more for what had no turn in time.
                .item(() -> System.nanoTime() < until ? Optional.of(work.get()) : Optional.<T>empty())
                .runSubscriptionOn(one)
                .ifNoItem()
                .after(longest)
                .recoverWithItem(Optional.<T>empty())
                .onFailure()
                .invoke(failed -> LOG.debugf(failed, "not computed, and not needed"))
                .onFailure()
                .recoverWithItem(Optional.<T>empty());
    }

    void stop() {
        one.shutdownNow();
    }
}
