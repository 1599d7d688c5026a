package dev.writ.gateway.catalog;

import dev.writ.connect.Health;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Which services fail. Never a reason to send requests elsewhere: a broken service is no broken gateway. What went wrong is not said
 * here, where everybody may look.
 */
@Readiness
@ApplicationScoped
class ConnectorReadiness implements HealthCheck {

    private final ConnectorHealth health;

    ConnectorReadiness(ConnectorHealth health) {
        this.health = health;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("connectors").up();
        Map<String, Health> all = health.all();
        all.forEach((name, seen) -> {
            if (seen instanceof Health.Failing failing) {
                response.withData(name, "failing since " + failing.since());
            }
        });
        return response.withData("watched", all.size()).build();
    }
}
