package dev.writ.gateway.startup;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Whether the whole log is verified in the background. A database that is away for a while is another check's matter. */
@Readiness
@ApplicationScoped
class ScrubReadiness implements HealthCheck {

    private final LogMeters meters;

    ScrubReadiness(LogMeters meters) {
        this.meters = meters;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("verification");
        return meters.isVerified()
                ? response.up().build()
                : response.down()
                        .withData("note", "it failed, and is tried again; this replica's log file says why")
                        .build();
    }
}
