package dev.writ.gateway.approval;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Tells operators of what nobody has reviewed yet. A replica serves all the same: whoever did not review is no reason to stop it. */
@Readiness
@ApplicationScoped
class ReviewReadiness implements HealthCheck {

    private final Reviews reviews;
    private final MeterRegistry meters;

    ReviewReadiness(Reviews reviews, MeterRegistry meters) {
        this.reviews = reviews;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) {
        Gauge.builder("writ.reviews.open", reviews, all -> all.open().size())
                .description("Breakings of the glass that nobody has reviewed yet")
                .register(meters);
        Gauge.builder("writ.reviews.overdue", reviews, Reviews::overdue)
                .description("Those of them that had to be reviewed by now")
                .register(meters);
    }

    @Override
    public HealthCheckResponse call() {
        long overdue = reviews.overdue();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("reviews")
                .up()
                .withData("open", reviews.open().size())
                .withData("overdue", overdue);
        return overdue == 0
                ? response.build()
                : response.withData(
                                "note",
                                "whoever broke the glass cannot do so again until somebody else has closed the review:"
                                        + " GET /v1/reviews")
                        .build();
    }
}
