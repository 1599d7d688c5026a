package dev.writ.connect.mcp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** When to try again what has failed: at once, and then ever later, but not all at the same time. */
final class Backoff {

    private static final long FIRST_MILLIS = 200;
    private static final long LONGEST_MILLIS = 30_000;
    private static final int MOST_DOUBLINGS = 8;

    private final InstantSource clock;
    private final RandomGenerator random;
    private int failures;
    private Instant next = Instant.MIN;

    Backoff(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    void failed() {
        failures++;
        if (failures > 1) {
            long longest = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 2, MOST_DOUBLINGS));
            next = clock.instant().plusMillis(longest / 2 + random.nextLong(longest / 2 + 1));
        }
    }

    void worked() {
        failures = 0;
        next = Instant.MIN;
    }

    /** How long to wait now; zero or less if not at all. */
    Duration left() {
        return next.equals(Instant.MIN) ? Duration.ZERO : Duration.between(clock.instant(), next);
    }
}
