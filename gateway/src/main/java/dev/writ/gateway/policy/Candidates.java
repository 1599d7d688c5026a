package dev.writ.gateway.policy;

import dev.writ.gateway.problem.Problem;
import dev.writ.model.Digest;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bundles that are asked what they would say, and decide nothing. */
@ApplicationScoped
public class Candidates {

    private final Policies policies;
    private final PolicyLife life;
    private final CompiledBundles compiled;
    private final ActivePolicy policy;

    Candidates(Policies policies, PolicyLife life, CompiledBundles compiled, ActivePolicy policy) {
        this.policies = policies;
        this.life = life;
        this.compiled = compiled;
        this.policy = policy;
    }

    /**
     * A bundle that was published.
     *
     * @return fails with a {@link Problem} if there is none of that digest, or if it cannot be used
     */
    public Uni<PolicyEngine> published(Digest digest) {
        return Uni.createFrom().deferred(() -> life.usable(life.find(digest)));
    }

    /**
     * A bundle that was not published, checked against the tools as they are now.
     *
     * @param files text by path
     * @return fails with a {@link Problem} that says what is wrong with it
     */
    public Uni<PolicyEngine> of(Map<String, String> files) {
        return policies.compile(files)
                .map(result -> result.fold(Compiled.Usable::policy, unusable -> {
                    throw BundleChecks.unusable(unusable.problems());
                }));
    }

    /** The bundles that decided once, as they were then; not ready if one of them cannot be had any more. */
    public Uni<Active> recorded(List<String> digests) {
        List<Active.Part> parts = new ArrayList<>();
        return Multi.createFrom()
                .iterable(digests)
                .onItem()
                .transformToUniAndConcatenate(digest -> part(digest).invoke(parts::add))
                .collect()
                .last()
                .map(last -> new Active(parts));
    }

    private Uni<Active.Part> part(String text) {
        Digest digest = new Digest(text);
        return policy.state()
                .bundle(digest)
                .map(published -> compiled.compile(published)
                        .map(result -> new Active.Part(
                                new Activation(published.name(), digest, published.index()), result.engine())))
                .orElseGet(() -> Uni.createFrom()
                        .item(new Active.Part(new Activation(new BundleName("", ""), digest, -1), Optional.empty())));
    }
}
