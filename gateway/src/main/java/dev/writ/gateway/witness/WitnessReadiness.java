package dev.writ.gateway.witness;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** How far the log is witnessed. Never a reason to send requests elsewhere: witnesses that are away stop nothing. */
@Readiness
@ApplicationScoped
class WitnessReadiness implements HealthCheck {

    private final Policy policy;
    private final WitnessedSize witnessed;

    WitnessReadiness(Policy policy, WitnessedSize witnessed) {
        this.policy = policy;
        this.witnessed = witnessed;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("witnesses").up();
        if (policy.policy().isEmpty()) {
            return response.withData("note", "there are none").build();
        }
        response.withData("witnessed", witnessed.size());
        policy.witnesses()
                .forEach(witness -> response.withData(
                        witness.name(), witness.isInTrouble() ? "does not cosign" : "at size " + witness.size()));
        return response.build();
    }
}
