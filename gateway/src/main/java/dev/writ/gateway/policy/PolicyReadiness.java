package dev.writ.gateway.policy;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
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
        BundleState state = policy.state();
        List<Activation> active = state.active();
        boolean ready = policy.active(
                        state.lines().stream().flatMap(Line::deciding).toList())
                .isReady();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("active policy").status(ready);
        if (active.isEmpty()) {
            response.withData(
                    "note",
                    "every call is denied: publish a bundle with POST /v1/policies and activate it with"
                            + " POST /v1/policies/{digest}/activate");
        } else {
            response.withData("bundle", joined(active, version -> version.name().toString()))
                    .withData(
                            "digest", joined(active, version -> version.digest().value()))
                    .withData(
                            "index",
                            active.stream().mapToLong(Activation::index).max().orElse(-1));
        }
        List<Published> observing = policy.observing();
        if (!observing.isEmpty()) {
            response.withData(
                    "observe",
                    "every call that no other bundle speaks of is allowed, by "
                            + observing.stream()
                                    .map(bundle -> bundle.name().toString())
                                    .collect(Collectors.joining(", ")));
        }
        List<Canary> alarmed = state.lines().stream()
                .flatMap(line -> line.canary().stream())
                .filter(Canary::alarmed)
                .toList();
        if (!alarmed.isEmpty()) {
            response.withData(
                    "canary",
                    "outside its band, and waits for a person who rolls it back, or goes on: "
                            + alarmed.stream()
                                    .map(canary -> canary.name().toString())
                                    .collect(Collectors.joining(", ")));
        }
        return ready
                ? response.build()
                : response.withData("note", "every call is denied until these bundles are compiled here; see the log")
                        .build();
    }

    private static String joined(List<Activation> active, Function<Activation, String> what) {
        return active.stream().map(what).collect(Collectors.joining(", "));
    }
}
