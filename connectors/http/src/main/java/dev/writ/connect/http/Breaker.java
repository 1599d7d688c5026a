package dev.writ.connect.http;

import java.time.Duration;

/**
 * When a service counts as failing, so that nothing is sent to it for a while: when {@code failures} of its last {@code calls}
 * requests found no connection, got no answer in time, or were answered with 502, 503 or 504. After {@code pause} one request is let through,
 * and if that goes well all are.
 *
 * @param failures 1 to {@code calls}
 * @param calls 1 to 1000; none is refused before there were so many
 * @param pause a millisecond to an hour
 */
public record Breaker(int failures, int calls, Duration pause) {

    /** Half of the last ten, and ten seconds. */
    public static final Breaker DEFAULT = new Breaker(5, 10, Duration.ofSeconds(10));

    private static final int MOST_CALLS = 1000;

    public Breaker {
        if (calls < 1 || calls > MOST_CALLS || failures < 1 || failures > calls) {
            throw new IllegalArgumentException(
                    "a breaker opens after 1 to 'calls' failures of the last 1 to 1000 calls");
        }
        if (pause.toMillis() < 1 || pause.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a breaker pauses for an hour at most");
        }
    }
}
