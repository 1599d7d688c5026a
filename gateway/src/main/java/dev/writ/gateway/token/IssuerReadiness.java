package dev.writ.gateway.token;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Whether issuers' keys can be had. Never a reason to send requests elsewhere: callers with other credentials go on. */
@Readiness
@ApplicationScoped
class IssuerReadiness implements HealthCheck {

    private final Tokens tokens;

    IssuerReadiness(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("issuers").up();
        if (!tokens.areTaken()) {
            return response.withData("note", "there are none").build();
        }
        tokens.issuers().forEach(issuer -> response.withData(issuer.name(), issuer.state()));
        return response.build();
    }
}
