package dev.writ.gateway.policy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What operators watch of policies. */
@ApplicationScoped
class PolicyMeters {

    private final ActivePolicy policy;
    private final MeterRegistry meters;

    PolicyMeters(ActivePolicy policy, MeterRegistry meters) {
        this.policy = policy;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) {
        Gauge.builder(
                        "writ.policy.observing",
                        policy,
                        active -> active.observing().size())
                .description("Bundles that allow what no other bundle speaks of")
                .register(meters);
        Gauge.builder(
                        "writ.policy.active",
                        policy,
                        active -> active.state().active().size())
                .description("Active bundles")
                .register(meters);
    }
}
