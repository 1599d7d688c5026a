package dev.writ.langchain4j;

import java.time.Duration;
import java.util.Optional;

/**
 * How often a request is sent again, and after what pause. Only what nothing was executed for, or what has a key, is.
 *
 * @param retries after the first attempt
 * @param longestPause an answer that asks for a longer one is passed on, for the model to decide
 */
record Patience(int retries, Duration longestPause) {

    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    Patience {
        if (retries < 0 || longestPause.isNegative()) {
            throw new IllegalArgumentException("retries and the longest pause are not negative");
        }
    }

    /**
     * How long to wait before asking again; absent if there is no point in it, or not so soon.
     *
     * @param attempt from 1
     */
    Optional<Duration> pauseAfter(Answer answer, int attempt) {
        Duration growing = SHORTEST.multipliedBy(1L << Math.min(attempt - 1, 10));
        Duration own = growing.compareTo(longestPause) < 0 ? growing : longestPause;
        return answer.fold(
                received -> isBusy(received.status())
                        ? Optional.of(received.retryAfter().orElse(own))
                                .filter(asked -> asked.compareTo(longestPause) <= 0)
                        : Optional.empty(),
                notSent -> Optional.of(own),
                lost -> Optional.of(own));
    }

    /** Whether an answer of that status says that nothing was done, and that it may be later. */
    static boolean isBusy(int status) {
        return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
    }
}
