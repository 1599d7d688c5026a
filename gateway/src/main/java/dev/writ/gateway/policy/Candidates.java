package dev.writ.gateway.policy;

import dev.writ.gateway.problem.Problem;
import dev.writ.model.Digest;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/** Bundles that are asked what they would say, and decide nothing. */
@ApplicationScoped
public class Candidates {

    private final Policies policies;
    private final CompiledBundles compiled;
    private final ActivePolicy policy;

    Candidates(Policies policies, CompiledBundles compiled, ActivePolicy policy) {
        this.policies = policies;
        this.compiled = compiled;
        this.policy = policy;
    }

    /**
     * A bundle that was published.
     *
     * @return fails with a {@link Problem} if there is none of that digest, or if it cannot be used
     */
    public Uni<PolicyEngine> published(Digest digest) {
        return compiled.compile(policies.find(digest)).map(Candidates::usable);
    }

    /**
     * A bundle that was not published, checked against the tools as they are now.
     *
     * @param files text by path
     * @return fails with a {@link Problem} that says what is wrong with it
     */
    public Uni<PolicyEngine> of(Map<String, String> files) {
        return policies.compile(files).map(Candidates::usable);
    }

    /** The bundle that decided once, as it was then; empty if it cannot be had any more. */
    public Uni<Optional<PolicyEngine>> recorded(String digest) {
        return Optional.of(digest)
                .filter(Digest::isWellFormed)
                .map(Digest::new)
                .flatMap(policy.state()::bundle)
                .map(published -> compiled.compile(published).map(Compiled::engine))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private static PolicyEngine usable(Compiled compiled) {
        return compiled.fold(Compiled.Usable::policy, unusable -> {
            throw Policies.unusable(unusable.problems());
        });
    }
}
