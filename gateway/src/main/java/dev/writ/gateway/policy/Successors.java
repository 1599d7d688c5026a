package dev.writ.gateway.policy;

import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.Digest;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/** New versions of what decides, made by Writ and published by people. */
@ApplicationScoped
public class Successors {

    private final ActivePolicy policy;
    private final CompiledBundles compiled;
    private final Policies policies;

    Successors(ActivePolicy policy, CompiledBundles compiled, Policies policies) {
        this.policy = policy;
        this.compiled = compiled;
        this.policies = policies;
    }

    /** The active bundle that has that rule; empty if none has, or if it is not compiled here. */
    public Optional<PolicyEngine> activeWith(String rule) {
        BundleState now = policy.state();
        return now.active().stream()
                .flatMap(active -> now.bundle(active.digest()).stream())
                .flatMap(published -> compiled.engine(published).stream())
                .filter(engine -> engine.ruleNames().contains(rule))
                .findFirst();
    }

    /**
     * Publishes a version in that person's name. It decides nothing until it is activated like any other.
     *
     * @return its digest; fails with a {@link Problem} if it cannot be used
     */
    public Uni<Digest> publish(Approver by, Map<String, String> files) {
        return policies.publish(by, files).map(Policies.Publication::digest);
    }
}
