package dev.writ.gateway.auditing;

import dev.writ.model.Role;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Who may read {@code /log/*}: auditors, or everybody if the operator says so. */
@ApplicationScoped
class LogPolicy implements HttpSecurityPolicy {

    private final LogConfig config;

    LogPolicy(LogConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        return identity.map(caller -> new CheckResult(permits(caller)));
    }

    boolean permits(SecurityIdentity caller) {
        return config.isPublic() || caller.hasRole(Role.AUDITOR.text());
    }
}
