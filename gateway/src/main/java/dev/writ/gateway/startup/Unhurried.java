package dev.writ.gateway.startup;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A signal ends a process as soon as its shutdown hooks are done, whatever its other threads are at. Here one hook waits for the
 * work; without it every gateway that is stopped leaves its PostgreSQL running.
 */
final class Unhurried {

    private static final long PATIENCE_SECONDS = 30;

    private Unhurried() {}

    /** Lets work that ends when the process is asked to end put its things away. */
    static int run(Callable<Integer> work) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(done), "unhurried"));
        try {
            return work.call();
        } finally {
            done.countDown();
        }
    }

    private static void await(CountDownLatch done) {
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("writ: stopped without having put everything away");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
