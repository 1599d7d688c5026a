package dev.writ.gateway.export;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tells operators how far behind forwarders are, whichever replica runs them. */
@ApplicationScoped
class ForwardLag {

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Forwarding forwarding;
    private final Feed feed;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final Map<String, Feed.Lag> lags = new ConcurrentHashMap<>();
    private Optional<Cancellable> watch = Optional.empty();

    ForwardLag(Forwarding forwarding, Feed feed, InstantSource clock, MeterRegistry meters) {
        this.forwarding = forwarding;
        this.feed = feed;
        this.clock = clock;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) {
        if (forwarding.names().isEmpty()) {
            return;
        }
        forwarding.names().forEach(this::register);
        watch = Optional.of(Multi.createFrom()
                .ticks()
                .every(EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> Multi.createFrom()
                        .iterable(forwarding.names())
                        .onItem()
                        .transformToUniAndConcatenate(this::look)
                        .collect()
                        .last())
                .subscribe()
                .with(seen -> {}));
    }

    void stop(@Observes ShutdownEvent stopping) {
        watch.ifPresent(Cancellable::cancel);
    }

    private Uni<Boolean> look(String name) {
        return feed.lag(name)
                .invoke(lag -> lag.ifPresent(known -> lags.put(name, known)))
                .map(Optional::isPresent)
                // The database is away; the last figures stand.
                .onFailure()
                .recoverWithItem(false);
    }

    private void register(String name) {
        Gauge.builder("writ.forward.lag", lags, known -> lag(name).entries())
                .description("Entries that a forwarder has not delivered yet")
                .tag("forwarder", name)
                .register(meters);
        Gauge.builder("writ.forward.age", lags, known -> age(name))
                .description("Age of the first entry that a forwarder has not delivered yet")
                .baseUnit("seconds")
                .tag("forwarder", name)
                .register(meters);
    }

    private Feed.Lag lag(String name) {
        return lags.getOrDefault(name, new Feed.Lag(0, Optional.empty()));
    }

    private double age(String name) {
        Instant now = clock.instant();
        return lag(name)
                .since()
                .map(since -> Math.max(0, Duration.between(since, now).toMillis()) / 1000.0)
                .orElse(0.0);
    }
}
