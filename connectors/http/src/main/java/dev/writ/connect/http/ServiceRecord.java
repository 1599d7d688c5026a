package dev.writ.connect.http;

import dev.writ.connect.Health;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** How a service has done lately. Safe to share between threads. */
final class ServiceRecord {

    private final InstantSource clock;
    private Optional<Instant> failingSince = Optional.empty();
    private Optional<Instant> openSince = Optional.empty();
    private String why = "";
    private boolean known;

    ServiceRecord(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void ended(Attempted attempted) {
        known = true;
        why = attempted.trouble().orElse(why);
    }

    synchronized void opened() {
        Instant now = clock.instant();
        openSince = Optional.of(now);
        failingSince = failingSince.or(() -> Optional.of(now));
    }

    synchronized void closed() {
        openSince = Optional.empty();
        failingSince = Optional.empty();
    }

    synchronized Optional<Instant> openSince() {
        return openSince;
    }

    synchronized Health health() {
        return failingSince
                .<Health>map(since -> new Health.Failing(since, why))
                .orElseGet(() -> known ? new Health.Up() : new Health.Unknown());
    }
}
