package dev.writ.gateway.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** When a delivery that failed is tried again. It follows from when the call ended alone, so nobody has to count. */
final class Patience {

    /** Since the call ended, apart by five seconds, half a minute, two and ten. */
    private static final List<Duration> SOON =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(35), Duration.ofSeconds(155), Duration.ofSeconds(755));

    private static final long HOURS = 24;

    private Patience() {}

    /** The next time after now; none once a day has passed. */
    static Optional<Instant> next(Instant ended, Instant now) {
        return Stream.concat(SOON.stream(), LongStream.rangeClosed(1, HOURS).mapToObj(Duration::ofHours))
                .map(ended::plus)
                .filter(now::isBefore)
                .findFirst();
    }
}
