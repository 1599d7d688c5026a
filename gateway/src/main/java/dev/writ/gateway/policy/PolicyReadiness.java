package dev.writ.gateway.policy;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Whether this replica decides as the log says. With no active bundle it does, by denying everything: a fresh gateway must be
 * reachable for whoever is to publish the first one.
 */
@Readiness
@ApplicationScoped
class PolicyReadiness implements HealthCheck {

    private final ActivePolicy policy;

    PolicyReadiness(ActivePolicy policy) {
        this.policy = policy;
    }

    @Override
    public HealthCheckResponse call() {
        ActivePolicy.Active active = policy.current();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("active policy").status(active.isReady());
        if (active.digest().isEmpty()) {
            return response.withData(
                            "note",
                            "every call is denied: publish a bundle with POST /v1/policies and activate it with"
                                    + " POST /v1/policies/{digest}/activate")
                    .build();
        }
        policy.state()
                .active()
                .ifPresent(activation ->
                        response.withData("bundle", activation.name().toString()));
        response.withData("digest", active.digest().get()).withData("index", active.index());
        return active.isReady()
                ? response.build()
                : response.withData("note", "every call is denied until this bundle is compiled here; see the log")
                        .build();
    }
}
