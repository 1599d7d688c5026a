package dev.writ.gateway.identity;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one caller has left: a rate with bursts, by the generic cell rate algorithm (ITU-T I.371), and a number of requests at a
 * time. Lock-free.
 */
final class Allowance {

    private final long interval;
    private final long tolerance;
    private final int concurrency;

    /** When the next request would be due, were all of them at the rate; in nanoseconds of the caller's clock. */
    private final AtomicLong due;

    private final AtomicInteger present = new AtomicInteger();

    /** @param now a reading of the clock that {@link #take} is asked with, in nanoseconds; it need not relate to any date */
    Allowance(int ratePerSecond, int burst, int concurrency, long now) {
        if (ratePerSecond < 1 || burst < 1 || concurrency < 1) {
            throw new IllegalArgumentException("rate, burst and concurrency of writ.admission are at least 1");
        }
        this.interval = TimeUnit.SECONDS.toNanos(1) / ratePerSecond;
        this.tolerance = interval * (burst - 1L);
        this.concurrency = concurrency;
        this.due = new AtomicLong(now);
    }

    /** Takes one request's worth, or nothing. Each one taken is {@linkplain #giveBack() given back} when the request ends. */
    boolean take(long now) {
        if (present.incrementAndGet() > concurrency || !isDue(now)) {
            present.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBack() {
        present.decrementAndGet();
    }

    private boolean isDue(long now) {
        while (true) {
            long then = due.get();
            // Differences, because nanoTime may overflow.
            long ahead = Math.max(0, then - now);
            if (ahead > tolerance) {
                return false;
            }
            if (due.compareAndSet(then, now + ahead + interval)) {
                return true;
            }
        }
    }
}
