package dev.writ.gateway.call;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What operators watch of what is remembered of earlier calls. */
@ApplicationScoped
class MemoryMeters {

    private final Histories histories;
    private final Sightings sightings;
    private final MeterRegistry meters;

    MemoryMeters(Histories histories, Sightings sightings, MeterRegistry meters) {
        this.histories = histories;
        this.sightings = sightings;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) {
        Gauge.builder("writ.call.histories", histories, Histories::size)
                .description("Histories in memory")
                .register(meters);
        Gauge.builder("writ.call.histories.memory", histories, Histories::weight)
                .description("What their calls take, about")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("writ.origin.identities", sightings, Sightings::size)
                .description("Identities of which is known what they have seen")
                .register(meters);
        Gauge.builder("writ.origin.memory", sightings, Sightings::weight)
                .description("What their texts take, about")
                .baseUnit("bytes")
                .register(meters);
    }
}
